/** Where the marks of a chart stand, before anything is drawn. */
import type { ChartModel, ChartPoint } from '../src/core/result/panelModel';

/** Where a mark stands on two numeric axes. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Values go from left to right, where most charts have them go up. */
export function isFlat({ kind, isLying }: ChartModel): boolean {
  return kind === 'effects' || kind === 'distribution' || isLying === true;
}

/** How many nines a percentile has: 90 is 1, 99 is 2. The farther out, the more room the requests beyond it are given. */
export function ninesOf(percent: number): number {
  return -Math.log10(1 - percent / 100);
}

/** Series that stand on the same category are moved apart by this much, in shares of a category: at most `widest`. */
export function slotOf(category: number, series: number, count: number, widest = 0.22): number {
  const step = Math.min(widest, 0.74 / count);
  return category + (series - (count - 1) / 2) * step;
}

/** A point's place on the axis that is not the value's. */
export function placeOf(model: ChartModel, point: ChartPoint, series: number, index: number): number {
  if (model.kind === 'distribution') return ninesOf(point.place ?? 0);
  if (model.kind === 'lines') return point.place ?? Number(model.categories[index]);
  // What is written over the marks of one row must not lie on those of the row above.
  return slotOf(index, series, model.series.length, model.kind === 'effects' ? 0.5 : undefined);
}

/** Null where there is nothing to mark. */
export function spotOf(model: ChartModel, series: number, index: number): Spot | null {
  const point = model.series[series]?.points[index];
  if (point === undefined || point.value === null) return null;
  const place = placeOf(model, point, series, index);
  return isFlat(model) ? { x: point.value, y: place } : { x: place, y: point.value };
}
