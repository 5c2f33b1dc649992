import type { Bucket, Histogram } from './histogram';
import { histogramOf, percentileOf } from './histogram';
import type { Run, Sample } from './run';
import { isMeasured } from './warmUp';

/** A point of a distribution: so many percent of the requests took no longer. */
export interface DistributionPoint {
  readonly percent: number;
  readonly us: number;
  /** The least and the most that single samples have at this percentile; the same where there is one sample. */
  readonly leastUs: number;
  readonly mostUs: number;
}

/** The latencies of all valid samples of a variant together. */
export interface LatencyDistribution {
  readonly variant: string;
  readonly label: string;
  /** Of all its samples. */
  readonly requests: number;
  readonly samples: readonly string[];
  readonly points: readonly DistributionPoint[];
}

/** So many requests lie beyond the last percentile that is told: a percentile of fewer is the luck of single requests. */
const fewestBeyond = 10;
/** Points to a decade of what is left above a percentile. */
const pointsADecade = 12;
const told = [50, 75, 90, 95, 99, 99.9, 99.99, 99.999];

/** The percentiles that this many requests bear, those with a name among them, by growing percent. */
export function percentsFor(requests: number): readonly number[] {
  if (requests <= fewestBeyond) return [];
  const most = 100 * (1 - fewestBeyond / requests);
  const decades = Math.log10(requests / fewestBeyond);
  const steps = Array.from(
    { length: Math.floor(decades * pointsADecade) + 1 },
    (_, index) => 100 * (1 - 10 ** (-index / pointsADecade)),
  );
  // Steps of 5 where most requests are, which a scale of nines leaves wide apart.
  const low = Array.from({ length: 10 }, (_, index) => index * 5);
  const within = [...low, ...steps, ...told].filter((percent) => percent <= most);
  return [...new Set(within.map((percent) => Number(percent.toFixed(6))))].sort((a, b) => a - b);
}

function pointsOf(merged: Histogram, single: readonly Histogram[]): readonly DistributionPoint[] {
  return percentsFor(merged.count).flatMap((percent) => {
    const us = percentileOf(merged, percent);
    // A sample of too few requests for a percentile cannot tell how far samples differ there.
    const own = single
      .filter(({ count }) => percent <= 100 * (1 - 1 / count))
      .flatMap((histogram) => percentileOf(histogram, percent) ?? []);
    return us === null ? [] : [{ percent, us, leastUs: Math.min(us, ...own), mostUs: Math.max(us, ...own) }];
  });
}

/** The samples whose latencies make up a variant's: valid, measured, and of the load that its percentiles are read from. */
export function distributionSamples(run: Pick<Run, 'variants' | 'samples' | 'warmUp'>): readonly Sample[] {
  const loads = new Map(run.variants.map(({ id, metrics }) => [id, metrics.latencyP50Us?.load?.id]));
  return run.samples.filter(
    (sample) =>
      isMeasured(sample, run.warmUp) &&
      sample.valid &&
      sample.tool === 'fortio' &&
      loads.get(sample.variant) === sample.load,
  );
}

/**
 * The whole distribution of the latencies of each variant, its samples' histograms added up; variants without any are left
 * out. `bucketsOf` has the buckets of a sample in µs, and nothing where they could not be read.
 */
export function latencyDistributions(
  run: Pick<Run, 'variants' | 'samples' | 'warmUp'>,
  bucketsOf: (sampleId: string) => readonly Bucket[],
): readonly LatencyDistribution[] {
  const samples = distributionSamples(run);
  return run.variants.flatMap(({ id, label }) => {
    const own = samples
      .filter(({ variant }) => variant === id)
      .map((sample) => ({ id: sample.id, buckets: bucketsOf(sample.id) }))
      .filter(({ buckets }) => buckets.length > 0);
    const merged = histogramOf(own.flatMap(({ buckets }) => buckets));
    const points = pointsOf(
      merged,
      own.map(({ buckets }) => histogramOf(buckets)),
    );
    if (points.length === 0) return [];
    return [
      {
        variant: id,
        label,
        requests: Math.round(merged.count),
        samples: own.map((sample) => sample.id),
        points,
      },
    ];
  });
}
