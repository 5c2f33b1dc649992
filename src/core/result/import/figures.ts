import { isRecord } from '../../tool/json';
import type { MetricName } from '../metrics';
import { metricNames, metrics } from '../metrics';
import type { LeftOut, Reading } from './source';

/** No network and no machine comes near: petabits a second, decades in microseconds. */
const largestFigure = 1e15;
const longestLabel = 80;

/** Characters that no line of text is meant to hold, those that turn the direction of reading among them. */
const unseen = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;

/** A name or label of somebody else's as one short line. */
export function shortText(text: string): string {
  const line = text.replace(unseen, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= longestLabel ? line : `${characters.slice(0, longestLabel - 1).join('')}…`;
}

/** A name of a file or label as part of an id: lower case, digits and dashes; `fallback` where nothing is left. */
export function idText(text: string, fallback: string): string {
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return id === '' ? fallback : id;
}

/** The text at a key, or null. */
export function textAt(value: unknown, key: string): string | null {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : null;
}

/** A time of somebody else's as ISO 8601 in UTC; null for what is none, or lies outside four-digit years. */
export function timeText(value: string | number | null): string | null {
  if (value === null) return null;
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return null;
  const iso = time.toISOString();
  return /^\d{4}-/.test(iso) ? iso : null;
}

/** A duration in seconds that can be one; null otherwise. */
export function secondsOf(value: number | null): number | null {
  return value !== null && value > 0 && value < 1e7 ? value : null;
}

/**
 * The reading without figures that cannot be: not a number, nothing or less, or beyond everything. Zero is let go as well: no
 * valid sample of what can be imported is 0.
 */
export function withoutImpossible(reading: Reading): {
  readonly reading: Reading;
  readonly leftOut: LeftOut[];
} {
  const values: Partial<Record<MetricName, number>> = {};
  const leftOut: LeftOut[] = [];
  for (const metric of metricNames) {
    const value = reading.values[metric];
    if (value === undefined) continue;
    if (Number.isFinite(value) && value > 0 && value <= largestFigure) values[metric] = value;
    else
      leftOut.push({
        file: reading.file,
        reason: `says that the ${metrics[metric].label} is ${value} ${metrics[metric].unit}, which cannot be`,
      });
  }
  return { reading: { ...reading, values }, leftOut };
}
