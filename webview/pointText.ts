/** A mark in words: for its tip, and for whom it is read to. */
import type { ChartModel, ChartPoint } from '../src/core/result/panelModel';
import { changeInPercent, shortNumber, tickNumber } from './numbers';

/** A value with its interval and the number of samples, a part each. */
export function pointParts(model: ChartModel, point: ChartPoint): readonly string[] {
  if (point.value === null) return [point.note ?? 'not measured'];
  const isChange = model.kind === 'effects' && model.unit === '%';
  const write = isChange ? changeInPercent : shortNumber;
  const unit = isChange ? '' : ` ${model.unit}`;
  const what = model.interval ?? '95 %';
  const interval =
    point.low === null || point.high === null ? [] : [`${write(point.low)} to ${write(point.high)}, ${what}`];
  const count = point.samples.filter((sample) => sample.valid).length;
  const invalid = point.samples.length - count;
  const counted = `${count} ${count === 1 ? 'sample' : 'samples'}`;
  const samples =
    point.samples.length === 0 ? [] : [invalid === 0 ? counted : `${counted}, ${invalid} invalid`];
  const note = point.note === undefined ? [] : [point.note];
  return [`${write(point.value)}${unit}`, ...interval, ...samples, ...note];
}

/** The same as one text: `21 890 requests/s (21 233 to 22 547, 95 %), 5 samples`. */
export function pointText(model: ChartModel, point: ChartPoint): string {
  const [value = '', ...more] = pointParts(model, point);
  const hasInterval = point.value !== null && point.low !== null && point.high !== null;
  const [interval, ...samples] = hasInterval ? more : ['', ...more];
  return [hasInterval ? `${value} (${interval ?? ''})` : value, ...samples].join(', ');
}

/** Where a mark stands: `L3/L4 · p99`, `iptables · 5 000 Services`. */
export function pointTitle(model: ChartModel, series: number, index: number): string {
  const { label = '', points = [] } = model.series[series] ?? {};
  const point = points[index];
  const category = model.categories[index] ?? '';
  const place =
    model.kind === 'distribution'
      ? `p${tickNumber(point?.place ?? 0)}`
      : model.kind === 'lines'
        ? `${shortNumber(point?.place ?? Number(category))} ${model.categoryTitle ?? ''}`.trim()
        : category;
  return model.series.length > 1 ? `${label} · ${place}` : place;
}
