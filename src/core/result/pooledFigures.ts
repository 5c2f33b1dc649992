import type { Bucket } from './histogram';
import { histogramOf, percentileOf } from './histogram';
import { pooledPercentile } from './pooledPercentile';
import type { LatencyBuckets, MetricSummary, OfferedLoad, Sample } from './run';

/** A stored histogram as buckets, in µs. */
function bucketsOf({ startUs, endUs, counts }: LatencyBuckets): readonly Bucket[] {
  return startUs.map((start, place) => ({ start, end: endUs[place] ?? start, count: counts[place] ?? 0 }));
}

/**
 * What all requests of a variant's samples together say of a percentile of their latencies, and how much of the offered load they
 * are. Nothing where a sample has no histogram: a part of the requests must not pass for all.
 */
export function pooledFigures(
  percent: number,
  samples: readonly Pick<Sample, 'latencies' | 'offered'>[],
): Pick<MetricSummary, 'pooled' | 'offered'> {
  const buckets = samples.flatMap(({ latencies }) => (latencies ? [bucketsOf(latencies)] : []));
  const pooled = buckets.length === samples.length ? pooledPercentile(percent, buckets) : null;
  if (pooled === null) return {};
  const loads = samples.flatMap(({ offered }) => offered ?? []);
  if (loads.length < samples.length) return { pooled };
  const sum = (of: (load: OfferedLoad) => number): number => loads.reduce((total, one) => total + of(one), 0);
  const [due, sent, late] = [sum((one) => one.due), sum((one) => one.sent), sum((one) => one.late)];
  // With all that is late above, the percentile of what was due is a higher one of what was sent.
  const higher = (percent * (sent + late)) / sent;
  const isTold = pooled.value !== null && higher < 100 * (1 - 1 / pooled.count);
  const ifLateWereSlowest = isTold ? percentileOf(histogramOf(buckets.flat()), higher) : null;
  return { pooled, offered: { due, sent, late, ifLateWereSlowest } };
}
