/** The axes of a chart: how far they reach, where they tick, and what they are called. */
import type { ScaleOptions } from 'chart.js';
import type { ChartModel } from '../src/core/result/panelModel';
import { ninesOf } from './geometry';
import { tickNumber } from './numbers';
import type { Look } from './paint';

/** The smallest and the largest number that has to be in sight: values, intervals, samples where drawn, the noise band. */
export function extent(model: ChartModel, withSamples = model.kind === 'bars'): readonly [number, number] {
  const isLogarithmic = model.scale === 'logarithmic';
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const see = (value: number | null): void => {
    if (value === null || (isLogarithmic && value <= 0)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const point of model.series.flatMap((series) => series.points)) {
    see(point.value);
    see(point.low);
    see(point.high);
    if (withSamples) for (const sample of point.samples) see(sample.value);
  }
  if (model.noisePercent !== undefined) {
    see(-model.noisePercent);
    see(model.noisePercent);
  }
  if (model.kind === 'effects' || (model.kind === 'bars' && !isLogarithmic)) see(0);
  return low <= high ? [low, high] : isLogarithmic ? [1, 100] : [0, 1];
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

export function valueAxis(
  model: ChartModel,
  look: Look,
  withSamples: boolean,
): ScaleOptions<'linear' | 'logarithmic'> {
  const base = axisBase({ title: model.unit, look });
  const [low, high] = extent(model, withSamples);
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
  const isMany = model.kind === 'dots' && model.categories.length > 4;
  const width = model.kind === 'effects' ? 14 : isMany ? 7 : 11;
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
      // Of many moments some tell the others.
      autoSkip: isMany,
      callback: (value) => wrapped(model.categories[Number(value)] ?? '', width),
    },
  };
}

function labelAxis(model: ChartModel, look: Look): ScaleOptions<'category'> {
  const base = axisBase({ title: model.categoryTitle ?? '', look });
  const isMany = model.categories.length > 4;
  const width = model.isLying === true ? 24 : isMany ? 14 : 11;
  return {
    ...base,
    type: 'category',
    grid: { display: false },
    ticks: {
      ...base.ticks,
      autoSkip: false,
      maxRotation: isMany && model.isLying !== true ? 60 : 0,
      callback: (value) => wrapped(model.categories[Number(value)] ?? '', width),
    },
  };
}

/** As far as the marks reach: from the first to the last where each has a place of its own, from 0 for counted things. */
function placeAxis(model: ChartModel, look: Look): ScaleOptions<'linear'> {
  const base = axisBase({ title: model.categoryTitle ?? '', look });
  let last = Number.NEGATIVE_INFINITY;
  for (const { points } of model.series)
    points.forEach((point, index) => {
      last = Math.max(last, point.place ?? Number(model.categories[index]));
    });
  return {
    ...base,
    type: 'linear',
    min: 0,
    max: Number.isFinite(last) && last > 0 ? last : 1,
    ticks: {
      ...base.ticks,
      maxTicksLimit: 7,
      // A place that was measured is a round number on an axis of counted things alone.
      includeBounds: model.categories.length > 0,
      callback: (value) => tickNumber(Number(value)),
    },
  };
}

const nines = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

/** Percentiles, each further nine as far from the one before. */
function percentileAxis(model: ChartModel, look: Look): ScaleOptions<'linear'> {
  const base = axisBase({ title: model.categoryTitle ?? '', look });
  let last = 90;
  for (const { points } of model.series) last = Math.max(last, points.at(-1)?.place ?? 0);
  const shown = nines.filter((percent) => percent <= last);
  return {
    ...base,
    type: 'linear',
    min: 0,
    max: ninesOf(last) * 1.03,
    afterBuildTicks: (axis) => {
      axis.ticks = shown.map((percent) => ({ value: ninesOf(percent) }));
    },
    ticks: {
      ...base.ticks,
      autoSkip: false,
      callback: (_, index) => `p${shown[index] ?? ''}`,
    },
  };
}

/** The axis that is not the value's. */
export function otherAxis(model: ChartModel, look: Look): ScaleOptions<'linear' | 'category'> {
  switch (model.kind) {
    case 'lines':
      return placeAxis(model, look);
    case 'distribution':
      return percentileAxis(model, look);
    case 'bars':
      return labelAxis(model, look);
    case 'dots':
    case 'effects':
      return slotAxis(model, look);
  }
}
