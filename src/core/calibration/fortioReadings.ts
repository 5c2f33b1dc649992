/** What calibration reads from fortio's output besides the metrics of a sample. */
import type { TakenSample } from '../run/measure';
import { latencyBuckets } from '../tool/fortioFanOut';
import { isRecord, numberAt, readJson } from '../tool/json';
import type { Reading } from './truth';

const metricOf = { 50: 'latencyP50Us', 99: 'latencyP99Us' } as const;

/** Bounds in µs of the histogram's bucket that holds a percentile; null where there is no histogram. */
function bucketUs(stdout: string, percentile: number): readonly [number, number] | null {
  const buckets = latencyBuckets(stdout);
  const all = buckets.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  for (const { start, end, count } of buckets) {
    below += count;
    if (below >= (all * percentile) / 100) return [start, end];
  }
  return null;
}

/**
 * A percentile in µs as the product reads it, with its bucket: fortio places it between the bucket's bounds by the counts alone, and
 * from 1,000 times its resolution on its buckets are twice as wide as before (`stats/stats.go`, histogramBucketValues, v1.68).
 */
export function percentileReading({ sample, raw }: TakenSample, percentile: 50 | 99): Reading | null {
  const value = sample.values[metricOf[percentile]];
  if (value === undefined) return null;
  return { value, resolution: bucketUs(raw.stdout, percentile) ?? [value, value] };
}

/** Seconds that the load took, as fortio counted them; null where it gave no result. */
export function fortioSeconds({ raw }: TakenSample): number | null {
  const nanoseconds = numberAt(readJson(raw.stdout), 'ActualDuration');
  return nanoseconds === null || nanoseconds <= 0 ? null : nanoseconds / 1e9;
}

/** Share in % of the answers that had this status; null where there was no answer. */
export function statusPercent({ raw }: TakenSample, status: string): Reading | null {
  const output = readJson(raw.stdout);
  const codes = isRecord(output) && isRecord(output['RetCodes']) ? output['RetCodes'] : {};
  const all = Object.values(codes).reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0);
  if (all === 0) return null;
  const value = (100 * (numberAt(codes, status) ?? 0)) / all;
  return { value, resolution: [value, value] };
}
