import { orderStatisticRanks } from './binomial';
import type { Bucket, Histogram } from './histogram';
import { histogramOf, percentileOf, shareAtOrBelow, widenedToBuckets, widthAt } from './histogram';
import { mean, meanInterval95, standardDeviation } from './statistics';
import { studentTQuantile } from './studentT';

/** A percentile of all requests of a variant's samples together. Values in the unit of the buckets, µs for latencies. */
export interface PooledPercentile {
  /** Which percentile, e.g. 99. */
  readonly percent: number;
  /** Null where so few requests do not support it. */
  readonly value: number | null;
  /** 95 % interval; null where there is none, for the reason that is given. */
  readonly ci95: readonly [number, number] | null;
  /** How many requests stand behind it. */
  readonly count: number;
  /** How many samples these are of. */
  readonly samples: number;
  /** Width of the bucket that the value lies in: how finely the tool tells it. */
  readonly resolution: number;
  /** Why value or interval is null, a clause. */
  readonly reason?: string;
}

/** Fewest samples whose differences make an interval: of three it holds the truth in only 88 of 100 cases on recorded noise. */
const fewestSamples = 5;

type Range = readonly [number, number];

const logit = (share: number): number => Math.log(share / (1 - share));
const shareOfLogit = (value: number): number => 1 / (1 + Math.exp(-value));

/**
 * Ends of the shares that the percentile may have, by how the samples' own shares at or below its value differ (Woodruff, "Confidence
 * Intervals for Medians and Other Position Measures", JASA 47, 1952, with samples as the clusters): p ± t(0.975, k−1) · e, where
 * e² = k / (k−1) · Σ wᵢ² (Fᵢ − p)², wᵢ the i-th sample's part of all requests and Fᵢ its share. On the logit scale, which keeps
 * the ends between 0 and 1 (Korn and Graubard, Survey Methodology 24, 1998).
 */
function sharesBetweenSamples(own: readonly Histogram[], value: number, p: number): Range {
  const k = own.length;
  const count = own.reduce((sum, histogram) => sum + histogram.count, 0);
  const squares = own.reduce(
    (sum, histogram) => sum + ((histogram.count / count) * (shareAtOrBelow(histogram, value) - p)) ** 2,
    0,
  );
  const error = Math.sqrt((k / (k - 1)) * squares);
  const half = (studentTQuantile(0.975, k - 1) * error) / (p * (1 - p));
  return [shareOfLogit(logit(p) - half), shareOfLogit(logit(p) + half)];
}

/** value · exp(± t(0.975, k−1) · s / √k), s the standard deviation of the logarithms of the samples' own percentiles. */
function rangeOfOwn(own: readonly Histogram[], value: number, percent: number): Range | null {
  const logs = own.flatMap((histogram) => {
    const of = percentileOf(histogram, percent);
    return of !== null && of > 0 ? [Math.log(of)] : [];
  });
  const interval = meanInterval95(logs);
  if (interval === null || !Number.isFinite(standardDeviation(logs))) return null;
  const half = interval[1] - mean(logs);
  return [value * Math.exp(-half), value * Math.exp(half)];
}

/**
 * A percentile of the buckets of several samples added up (never an average of their percentiles), with a 95 % interval that is, at
 * each end, the farthest of three, and then widened to the ends of the buckets that it ends in (what the tool does not resolve):
 *
 * - order statistics of all requests ({@link orderStatisticRanks}), as if they were independent;
 * - how the samples' shares below the value differ ({@link sharesBetweenSamples});
 * - how the samples' own percentiles differ ({@link rangeOfOwn}).
 *
 * The first alone holds the truth in 20 to 90 of 100 cases on recorded noise: requests of one sample depend on each other, and
 * rounds differ by more than requests do. `docs/statistics.md` has the coverage of all three together.
 *
 * No value where order statistics of so many requests have no interval; no interval of fewer than {@link fewestSamples} samples, or
 * where it would reach beyond the last request. Limits: samples must be exchangeable, so that what moves from run to run is not in it;
 * a kind of round that no sample was of is not in it either.
 */
export function pooledPercentile(
  percent: number,
  samples: readonly (readonly Bucket[])[],
): PooledPercentile | null {
  const buckets = samples.flat();
  const merged = histogramOf(buckets);
  const value = percentileOf(merged, percent);
  const count = Math.round(merged.count);
  if (value === null || count === 0) return null;
  const common = { percent, count, samples: samples.length, resolution: widthAt(buckets, value) };
  const p = percent / 100;
  const ranks = orderStatisticRanks(count, p);
  if (ranks === null)
    return { ...common, value: null, ci95: null, reason: `not supported by ${count} requests` };
  if (samples.length < fewestSamples)
    return {
      ...common,
      value,
      ci95: null,
      reason: `how samples differ is not told by ${samples.length} (an interval needs ${fewestSamples})`,
    };
  const own = samples.map(histogramOf);
  const shares = sharesBetweenSamples(own, value, p);
  const low = Math.min((ranks[0] - 1) / count, shares[0]);
  const high = Math.max(ranks[1] / count, shares[1]);
  if (shares[1] > 1 - 1 / count)
    return {
      ...common,
      value,
      ci95: null,
      reason: `${samples.length} samples differ too much for ${count} requests to bound it`,
    };
  const ends = [low, high].map((share) => percentileOf(merged, 100 * share) ?? value);
  const range = rangeOfOwn(own, value, percent) ?? [value, value];
  const widest: Range = [Math.min(ends[0] ?? value, range[0]), Math.max(ends[1] ?? value, range[1])];
  return { ...common, value, ci95: widenedToBuckets(buckets, widest) };
}
