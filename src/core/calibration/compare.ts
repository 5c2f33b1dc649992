import { mean, meanInterval95 } from '../result/statistics';
import type { Reading, TruthRange } from './truth';

/** A truth as it was read back. */
export interface Comparison {
  /** Mean of the samples. */
  readonly reading: number;
  readonly n: number;
  /** 95 % interval of the mean (Student's t), widened to what the tool can tell apart; null below two samples. */
  readonly ci95: readonly [number, number] | null;
  readonly truth: TruthRange;
  /** How far the reading lies outside of the truth's range, in % of its nearer end; 0 within. */
  readonly errorPercent: number;
  /** Whether the interval meets the truth's range; null without an interval. */
  readonly covered: boolean | null;
}

/** How far a value lies outside of a range, in % of the nearer end, negative below it; 0 within. */
export function errorPercent(value: number, [low, high]: TruthRange): number {
  if (value < low) return (100 * (value - low)) / Math.abs(low);
  return value > high ? (100 * (value - high)) / Math.abs(high) : 0;
}

/** Whether two ranges have a value in common. */
export function meets(one: readonly [number, number], other: readonly [number, number]): boolean {
  return one[0] <= other[1] && other[0] <= one[1];
}

/** Readings of one truth against it; null where there is none. */
export function compareWithTruth(readings: readonly Reading[], truth: TruthRange): Comparison | null {
  if (readings.length === 0) return null;
  const values = readings.map(({ value }) => value);
  const reading = mean(values);
  const interval = meanInterval95(values);
  // What lies within one bucket of the tool cannot be told apart, however well the samples agree.
  const ci95 =
    interval === null
      ? null
      : ([
          Math.min(interval[0], mean(readings.map(({ resolution }) => resolution[0]))),
          Math.max(interval[1], mean(readings.map(({ resolution }) => resolution[1]))),
        ] as const);
  return {
    reading,
    n: values.length,
    ci95,
    truth,
    errorPercent: errorPercent(reading, truth),
    covered: ci95 === null ? null : meets(ci95, truth),
  };
}
