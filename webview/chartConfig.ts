/** From a chart's model to the configuration of chart.js. Nothing here touches the page, so it is tested as data. */
import type { ChartConfiguration, ChartDataset, ScaleOptions, TooltipItem } from 'chart.js';
import type { ChartModel, ChartPoint, ChartSeries } from '../src/core/result/panelModel';
import { changeInPercent, shortNumber, tickNumber } from './numbers';

export type BenchConfiguration = ChartConfiguration<'bar' | 'scatter', (number | null | Spot)[], string>;
type Dataset = ChartDataset<'bar' | 'scatter', (number | null | Spot)[]>;

/** Where a mark stands on two numeric axes. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What a chart is painted with: everything a canvas cannot take from style sheets by itself. */
export interface Look {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  /** The palette, in the order in which series take from it. */
  readonly palette: readonly string[];
  /** Outlines only, two pixels wide: nothing is told by a filled colour. */
  readonly highContrast: boolean;
  readonly fontFamily: string;
  /** In CSS pixels. */
  readonly fontSize: number;
}

/** What a mark looks like besides its place. */
export interface Paint {
  readonly look: Look;
  /** The place in the palette of a series or category, by its label; the same label is the same colour in every chart. */
  readonly colourOf: (label: string) => number;
  /** The run goes on: marks are hollow. */
  readonly running: boolean;
  /** Dots of the canvas to a CSS pixel. */
  readonly pixelRatio: number;
}

export const pointShapes = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'] as const;
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [3, 5]];

const at = <T>(list: readonly T[], index: number, otherwise: T): T => list[index % list.length] ?? otherwise;
const colour = (paint: Paint, place: number): string => at(paint.look.palette, place, paint.look.foreground);
export const dashOf = (place: number): number[] => [...at(dashes, place, [])];
export const shapeOf = (place: number): (typeof pointShapes)[number] => at(pointShapes, place, 'circle');

/** Series that stand on the same category are moved apart by this much, in shares of a category. */
export function slotOf(category: number, series: number, count: number): number {
  const step = Math.min(0.22, 0.7 / count);
  return category + (series - (count - 1) / 2) * step;
}

/** Whether the series of a chart carry the colours; else its categories do, as one series alone needs none. */
function isColouredBySeries(model: ChartModel): boolean {
  return model.series.length > 1 || model.kind === 'lines' || model.kind === 'dots';
}

/** The label that a mark takes its colour by. */
export function colourLabel(model: ChartModel, series: ChartSeries, category: number): string {
  return isColouredBySeries(model) ? series.label : (model.categories[category] ?? series.label);
}

/** The same label has the same colour and shape in every chart of a run. */
export function labelPlaces(charts: readonly ChartModel[]): ReadonlyMap<string, number> {
  const several = charts.flatMap((chart) =>
    isColouredBySeries(chart) ? chart.series.map((series) => series.label) : [],
  );
  const single = charts.flatMap((chart) => (isColouredBySeries(chart) ? [] : chart.categories));
  // Single-series charts come first where they name more: a baseline stands in bars and is left out of effects.
  return new Map([...new Set([...single, ...several])].map((label, index) => [label, index]));
}

/** The smallest and the largest number that has to be in sight: values, intervals, samples where drawn, the noise band. */
export function extent(model: ChartModel): readonly [number, number] {
  const points = model.series.flatMap((series) => series.points);
  const isLogarithmic = model.scale === 'logarithmic';
  const numbers = points
    .flatMap(({ value, low, high, samples }) => [
      value,
      low,
      high,
      ...(model.kind === 'bars' ? samples.map((sample) => sample.value) : []),
    ])
    .concat(model.noisePercent === undefined ? [] : [-model.noisePercent, model.noisePercent])
    .concat(model.kind === 'effects' || (model.kind === 'bars' && !isLogarithmic) ? [0] : [])
    .filter((value) => value !== null)
    .filter((value) => !isLogarithmic || value > 0);
  if (numbers.length === 0) return isLogarithmic ? [1, 100] : [0, 1];
  return [Math.min(...numbers), Math.max(...numbers)];
}

/** A value with its interval and the number of samples, as the tip of a mark says it. */
export function pointText(model: ChartModel, point: ChartPoint): string {
  if (point.value === null) return point.note ?? 'not measured';
  const write = model.kind === 'effects' && model.unit === '%' ? changeInPercent : shortNumber;
  const unit = model.kind === 'effects' && model.unit === '%' ? '' : ` ${model.unit}`;
  const interval =
    point.low === null || point.high === null ? '' : ` (${write(point.low)} to ${write(point.high)}, 95 %)`;
  const count = point.samples.filter((sample) => sample.valid).length;
  const samples = count === 0 ? '' : `, ${count} ${count === 1 ? 'sample' : 'samples'}`;
  return `${write(point.value)}${unit}${interval}${samples}`;
}

function spotOf(model: ChartModel, seriesIndex: number, index: number): Spot | null {
  const value = model.series[seriesIndex]?.points[index]?.value ?? null;
  if (value === null) return null;
  if (model.kind === 'lines') return { x: Number(model.categories[index]), y: value };
  const slot = slotOf(index, seriesIndex, model.series.length);
  return model.kind === 'effects' ? { x: value, y: slot } : { x: slot, y: value };
}

function dataset(model: ChartModel, series: ChartSeries, seriesIndex: number, paint: Paint): Dataset {
  const places = model.categories.map((_, category) => paint.colourOf(colourLabel(model, series, category)));
  const outline = places.map((place) => colour(paint, place));
  const hollow = paint.running || paint.look.highContrast;
  const width = paint.look.highContrast ? 2 : 1.5;
  if (model.kind === 'bars') {
    return {
      type: 'bar',
      label: series.label,
      data: model.categories.map((_, category) => series.points[category]?.value ?? null),
      borderColor: outline,
      borderWidth: width,
      borderSkipped: false,
      // The overlay fills and hatches them.
      backgroundColor: 'transparent',
      maxBarThickness: 56,
      categoryPercentage: 0.78,
      barPercentage: 0.86,
    };
  }
  const shared = {
    type: 'scatter' as const,
    label: series.label,
    data: model.categories.map((_, category) => spotOf(model, seriesIndex, category)),
    borderColor: outline,
    pointBackgroundColor: hollow ? paint.look.background : outline,
    pointBorderColor: outline,
    pointBorderWidth: width,
    pointRadius: model.kind === 'lines' ? 3.5 : 5,
    pointHoverRadius: 6,
    pointStyle: places.map(shapeOf),
    clip: 12,
  };
  if (model.kind !== 'lines') return { ...shared, showLine: false };
  const place = places[0] ?? 0;
  return {
    ...shared,
    borderColor: colour(paint, place),
    showLine: true,
    borderWidth: 2,
    borderDash: dashOf(place),
    spanGaps: true,
  };
}

interface AxisPart {
  readonly title: string;
  readonly look: Look;
}

function axisBase({ title, look }: AxisPart) {
  const font = { family: look.fontFamily, size: look.fontSize };
  return {
    title: { display: title !== '', text: title, color: look.muted, font },
    border: { color: look.grid },
    ticks: { color: look.foreground, font, maxRotation: 0, autoSkipPadding: 8 },
    grid: { color: look.grid, drawTicks: false },
  };
}

/** Steps of 1, 2 and 5 in each decade; of 1 alone where that would be too many. */
export function logarithmicTicks(low: number, high: number): readonly number[] {
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, index) => Math.floor(Math.log10(low)) + index,
  );
  const within = (digits: readonly number[]): readonly number[] =>
    decades
      .flatMap((decade) => digits.map((digit) => Number(`${digit}e${decade}`)))
      .filter((value) => value >= low && value <= high);
  const fine = within([1, 2, 5]);
  return fine.length <= 9 ? fine : within([1]);
}

/** A label on as many lines as it takes to stay narrow. */
export function wrapped(label: string, width: number): string[] {
  return label.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) return [...lines, word];
    return [...lines.slice(0, -1), `${last} ${word}`];
  }, []);
}

function valueAxis(model: ChartModel, look: Look): ScaleOptions<'linear' | 'logarithmic'> {
  const base = axisBase({ title: model.unit, look });
  const [low, high] = extent(model);
  if (model.scale === 'logarithmic') {
    return {
      ...base,
      type: 'logarithmic',
      // A little air, and never an axis without a tick: at least a factor of 2 around the marks.
      min: low / 1.35,
      max: high * 1.35,
      afterBuildTicks: (axis) => {
        axis.ticks = logarithmicTicks(axis.min, axis.max).map((value) => ({ value, major: true }));
      },
      ticks: { ...base.ticks, autoSkip: false, callback: (value) => tickNumber(Number(value)) },
    };
  }
  return {
    ...base,
    type: 'linear',
    suggestedMin: low,
    suggestedMax: high,
    grace: model.kind === 'lines' ? '4%' : '10%',
    ...(model.kind === 'lines' && low >= 0 ? { min: 0 } : {}),
    ticks: { ...base.ticks, maxTicksLimit: 6, callback: (value) => tickNumber(Number(value)) },
  };
}

function slotAxis(model: ChartModel, look: Look): ScaleOptions<'linear'> {
  const base = axisBase({ title: model.categoryTitle ?? '', look });
  return {
    ...base,
    type: 'linear',
    min: -0.6,
    max: model.categories.length - 0.4,
    // From the top down, as the table beside it.
    reverse: model.kind === 'effects',
    grid: { display: false },
    afterBuildTicks: (axis) => {
      axis.ticks = model.categories.map((_, category) => ({ value: category }));
    },
    ticks: {
      ...base.ticks,
      autoSkip: false,
      callback: (value) => wrapped(model.categories[Number(value)] ?? '', model.kind === 'effects' ? 14 : 11),
    },
  };
}

function categoryAxis(model: ChartModel, look: Look): ScaleOptions<'linear' | 'category'> {
  const base = axisBase({ title: model.categoryTitle ?? '', look });
  if (model.kind === 'lines') {
    const last = Math.max(...model.categories.map(Number));
    return {
      ...base,
      type: 'linear',
      min: 0,
      max: last,
      ticks: { ...base.ticks, maxTicksLimit: 7, callback: (value) => tickNumber(Number(value)) },
    };
  }
  if (model.kind === 'bars') {
    const width = model.categories.length > 4 ? 14 : 11;
    const callback = (value: number | string): string[] =>
      wrapped(model.categories[Number(value)] ?? '', width);
    return {
      ...base,
      type: 'category',
      grid: { display: false },
      ticks: { ...base.ticks, autoSkip: false, maxRotation: model.categories.length > 4 ? 60 : 0, callback },
    };
  }
  return slotAxis(model, look);
}

/** The whole configuration of one chart. Intervals, samples and bands are drawn over it by the plugins given. */
export function chartConfig(model: ChartModel, paint: Paint): BenchConfiguration {
  const { look } = paint;
  const value = valueAxis(model, look);
  const category = categoryAxis(model, look);
  const font = { family: look.fontFamily, size: look.fontSize };
  return {
    type: model.kind === 'bars' ? 'bar' : 'scatter',
    data: {
      labels: [...model.categories],
      datasets: model.series.map((one, index) => dataset(model, one, index, paint)),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      devicePixelRatio: paint.pixelRatio,
      layout: {
        padding: { top: model.kind === 'effects' ? 20 : 4, right: model.kind === 'effects' ? 16 : 4 },
      },
      interaction: { mode: 'nearest', intersect: false },
      scales: model.kind === 'effects' ? { x: value, y: category } : { x: category, y: value },
      plugins: {
        tooltip: {
          backgroundColor: look.background,
          borderColor: look.muted,
          borderWidth: 1,
          titleColor: look.foreground,
          bodyColor: look.foreground,
          titleFont: { ...font, weight: 'bold' },
          bodyFont: font,
          displayColors: false,
          callbacks: {
            title: (items) => items.map((item) => tipTitle(model, item)).slice(0, 1),
            label: (item) => {
              const point = model.series[item.datasetIndex]?.points[item.dataIndex];
              return point === undefined ? '' : pointText(model, point);
            },
          },
        },
      },
    },
  };
}

function tipTitle(model: ChartModel, item: TooltipItem<'bar' | 'scatter'>): string {
  const category = model.categories[item.dataIndex] ?? '';
  const named =
    model.kind === 'lines' ? `${tickNumber(Number(category))} ${model.categoryTitle ?? ''}`.trim() : category;
  const series = model.series[item.datasetIndex]?.label ?? '';
  return model.series.length > 1 ? `${series} · ${named}` : named;
}
