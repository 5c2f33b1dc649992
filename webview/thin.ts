/** Fewer marks where there are more than a screen can show; each that stays is a real one, its samples behind it. */
import type { ChartModel, ChartPoint, ChartSample, ChartSeries } from '../src/core/result/panelModel';

/** Marks of a whole chart. A chart is some 400 CSS pixels wide, so two a stretch of pixels are as many as can be told apart. */
const mostMarks = 4000;
/** Dots beside one mark. */
const mostDots = 48;

/** The least and the most of each stretch along the places, in their order: no peak and no dip is lost. */
function thinnedSeries(
  { label, points }: ChartSeries,
  most: number,
  categories: readonly string[],
): ChartSeries {
  const stretches = Math.max(1, Math.floor(most / 2));
  const length = points.length / stretches;
  const placed = (index: number): ChartPoint[] => {
    const point = points[index];
    if (point === undefined) return [];
    // Its category is told by its index, which changes here.
    return [point.place === undefined ? { ...point, place: Number(categories[index]) } : point];
  };
  const kept: ChartPoint[] = [];
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    let least = -1;
    let greatest = -1;
    const end = Math.min(points.length, Math.floor((stretch + 1) * length));
    for (let index = Math.floor(stretch * length); index < end; index += 1) {
      const value = points[index]?.value ?? null;
      if (value === null) continue;
      if (least < 0 || value < (points[least]?.value ?? value)) least = index;
      if (greatest < 0 || value > (points[greatest]?.value ?? value)) greatest = index;
    }
    const [first, second] = least < greatest ? [least, greatest] : [greatest, least];
    if (first >= 0) kept.push(...placed(first));
    if (second !== first) kept.push(...placed(second));
  }
  return { label, points: kept };
}

function countOf({ series }: ChartModel): number {
  return series.reduce((sum, { points }) => sum + points.length, 0);
}

/** The chart as it can be drawn in a frame. Charts of categories are left as they are: their marks are few by nature. */
export function thinned(model: ChartModel, most = mostMarks): ChartModel {
  if (model.kind !== 'lines' || countOf(model) <= most) return model;
  const each = Math.floor(most / model.series.length);
  return {
    ...model,
    series: model.series.map((series) =>
      series.points.length <= each
        ? {
            ...series,
            points: series.points.map((point, index) => ({
              ...point,
              place: point.place ?? Number(model.categories[index]),
            })),
          }
        : thinnedSeries(series, each, model.categories),
    ),
  };
}

const dotsOf = new WeakMap<readonly ChartSample[], readonly ChartSample[]>();

/** The samples that are drawn beside a mark: all, or some along their order with every invalid one that there is room for. */
export function drawnSamples(samples: readonly ChartSample[]): readonly ChartSample[] {
  if (samples.length <= mostDots) return samples;
  const known = dotsOf.get(samples);
  if (known) return known;
  const invalid = samples.filter(({ valid }) => !valid).slice(0, mostDots / 2);
  const step = samples.length / (mostDots - invalid.length);
  const kept = new Set(invalid);
  for (let at = 0; at < samples.length; at += step) {
    const sample = samples[Math.floor(at)];
    if (sample) kept.add(sample);
  }
  const drawn = samples.filter((sample) => kept.has(sample));
  dotsOf.set(samples, drawn);
  return drawn;
}
