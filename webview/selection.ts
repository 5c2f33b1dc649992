/** How the keyboard goes over the marks of a chart, and what is said of each. */
import type { ChartModel, ChartPoint, ChartSample } from '../src/core/result/panelModel';
import { shortNumber } from './numbers';
import { pointText, pointTitle } from './pointText';
import { drawnSamples } from './thin';

/** A mark, or one of the samples behind it, that the keyboard or a manifest points to. */
export interface Selection {
  readonly series: number;
  readonly index: number;
  readonly sample: number | null;
}

export type Step = 'next' | 'previous' | 'up' | 'down' | 'first' | 'last' | 'nextSample' | 'previousSample';

/** Steps by the keys that take them; with Shift left and right go over the samples of a mark. */
export function stepOf(key: string, shift: boolean): Step | null {
  switch (key) {
    case 'ArrowRight':
      return shift ? 'nextSample' : 'next';
    case 'ArrowLeft':
      return shift ? 'previousSample' : 'previous';
    case 'ArrowUp':
      return 'up';
    case 'ArrowDown':
      return 'down';
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    default:
      return null;
  }
}

function pointsOf(model: ChartModel, series: number): readonly ChartPoint[] {
  return model.series[series]?.points ?? [];
}

/** Where a point stands along its series; for points on categories that is their number. */
function placeAt(model: ChartModel, series: number, index: number): number {
  return pointsOf(model, series)[index]?.place ?? index;
}

/** The point of another series nearest to where this one stands. */
function nearest(model: ChartModel, series: number, place: number): number {
  let best = 0;
  pointsOf(model, series).forEach((_, index) => {
    if (Math.abs(placeAt(model, series, index) - place) < Math.abs(placeAt(model, series, best) - place))
      best = index;
  });
  return best;
}

function withSample(model: ChartModel, from: Selection, by: 1 | -1): Selection {
  const samples = samplesAt(model, from);
  if (samples.length === 0) return from;
  const now = from.sample ?? (by > 0 ? -1 : samples.length);
  return { ...from, sample: Math.min(samples.length - 1, Math.max(0, now + by)) };
}

/** The next series that has a point, with wrapping round. */
function otherSeries(model: ChartModel, from: Selection, by: 1 | -1): Selection {
  const count = model.series.length;
  for (let step = 1; step < count; step += 1) {
    const series = (from.series + by * step + count * step) % count;
    if (pointsOf(model, series).length > 0) {
      const index = nearest(model, series, placeAt(model, from.series, from.index));
      return { series, index, sample: null };
    }
  }
  return from;
}

/** Where a step leads; null where there is no mark at all. The first step into a chart leads to its first mark, or to its last. */
export function stepped(model: ChartModel, from: Selection | null, step: Step): Selection | null {
  const first = model.series.findIndex(({ points }) => points.length > 0);
  if (first < 0) return null;
  if (from === null || pointsOf(model, from.series)[from.index] === undefined) {
    const index = step === 'last' ? pointsOf(model, first).length - 1 : 0;
    return { series: first, index, sample: null };
  }
  const last = pointsOf(model, from.series).length - 1;
  const at = (index: number): Selection => ({
    series: from.series,
    index: Math.min(last, Math.max(0, index)),
    sample: null,
  });
  switch (step) {
    case 'next':
      return at(from.index + 1);
    case 'previous':
      return at(from.index - 1);
    case 'first':
      return at(0);
    case 'last':
      return at(last);
    case 'up':
      return otherSeries(model, from, -1);
    case 'down':
      return otherSeries(model, from, 1);
    case 'nextSample':
      return withSample(model, from, 1);
    case 'previousSample':
      return withSample(model, from, -1);
  }
}

function samplesAt(model: ChartModel, { series, index }: Selection): readonly ChartSample[] {
  return drawnSamples(pointsOf(model, series)[index]?.samples ?? []);
}

/** The sample whose raw output stands for a selection: the one chosen, else the valid one nearest to the value. */
export function sampleOf(model: ChartModel, selection: Selection): ChartSample | undefined {
  const point = pointsOf(model, selection.series)[selection.index];
  if (selection.sample !== null) return samplesAt(model, selection)[selection.sample];
  const middle = point?.value ?? null;
  if (!point || middle === null) return point?.samples[0];
  const valid = point.samples.filter((sample) => sample.valid);
  return (valid.length > 0 ? valid : point.samples).reduce<ChartSample | undefined>(
    (best, sample) =>
      best === undefined || Math.abs(sample.value - middle) < Math.abs(best.value - middle) ? sample : best,
    undefined,
  );
}

/** A selection as it is read to somebody: `L3/L4 · p99. 455 µs (364 to 546, 95 %), 5 samples. 2 of 9.` */
export function spoken(model: ChartModel, selection: Selection): string {
  const points = pointsOf(model, selection.series);
  const point = points[selection.index];
  if (!point) return '';
  const samples = samplesAt(model, selection);
  const sample = selection.sample === null ? undefined : samples[selection.sample];
  if (sample !== undefined && selection.sample !== null) {
    const validity = sample.valid ? '' : ', invalid';
    return `Sample ${selection.sample + 1} of ${samples.length}: ${shortNumber(sample.value)} ${model.unit}${validity}. Enter opens its raw output.`;
  }
  const title = pointTitle(model, selection.series, selection.index);
  return `${title}. ${pointText(model, point)}. ${selection.index + 1} of ${points.length}.`;
}

/** The first mark of a variant that has a value; null where the chart has none. */
export function selectionOfVariant(model: ChartModel, variant: string): Selection | null {
  for (const [series, { points }] of model.series.entries()) {
    const index = points.findIndex((point) => point.variant === variant && point.value !== null);
    if (index >= 0) return { series, index, sample: null };
  }
  return null;
}
