/** How often the interval of a percentile of all requests together holds the truth, on recorded histograms. */
import { orderStatisticRanks } from '../../src/core/result/binomial';
import { histogramOf, percentileOf, widenedToBuckets, type Bucket } from '../../src/core/result/histogram';
import { pooledPercentile } from '../../src/core/result/pooledPercentile';
import recorded from './recorded/lab-2026-11-25-latencies.json';
import { joinedStretches, uniform } from './recordedNoise';

/** How the samples of a run are taken from the recording. */
export const drawings = ['each by itself', 'each by itself, valid ones only', 'in stretches'] as const;
export type Drawing = (typeof drawings)[number];

export interface PooledCell {
  readonly profile: string;
  readonly samples: number;
  readonly percent: number;
  readonly drawing: Drawing;
}

export interface PooledOutcome {
  /** Share of the intervals there were that hold the truth, 0 to 1. */
  readonly covered: number;
  /** Share of runs that have an interval. */
  readonly told: number;
  /** The same of order statistics alone, as if requests were independent. */
  readonly coveredByRequests: number;
  /** Median of the interval's upper end over its lower. */
  readonly ratio: number;
}

type Buckets = readonly Bucket[];

function bucketsOf(flat: readonly number[]): Buckets {
  return Array.from({ length: flat.length / 3 }, (_, place) => {
    const [start = NaN, end = NaN, count = NaN] = flat.slice(3 * place, 3 * place + 3);
    return { start, end, count };
  });
}

function seriesOf(profile: string, drawing: Drawing): readonly (readonly Buckets[])[] {
  return recorded.runs
    .filter((run) => run.profile === profile)
    .map(({ samples }) =>
      samples
        .filter(({ valid }) => valid || drawing !== 'each by itself, valid ones only')
        .map(({ buckets }) => bucketsOf(buckets)),
    );
}

function holds(interval: readonly [number, number], truth: number): boolean {
  return interval[0] <= truth && truth <= interval[1];
}

/** Runs of samples drawn from the recording; the truth is the percentile of all that is recorded of the profile. */
export function pooledCoverage(
  { profile, samples, percent, drawing }: PooledCell,
  trials: number,
  seed: number,
): PooledOutcome {
  const random = uniform(seed);
  const series = seriesOf(profile, drawing);
  const all = series.flat();
  const truth = percentileOf(histogramOf(all.flat()), percent) ?? NaN;
  const draw = (): readonly Buckets[] =>
    drawing === 'in stretches'
      ? joinedStretches(series, samples, random)
      : Array.from({ length: samples }, () => all[Math.floor(random() * all.length)] ?? []);
  let [told, covered, byRequests] = [0, 0, 0];
  const ratios: number[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const drawn = draw();
    const pooled = pooledPercentile(percent, drawn);
    const merged = histogramOf(drawn.flat());
    const ranks = orderStatisticRanks(Math.round(merged.count), percent / 100);
    const ends = ranks?.map((rank) => percentileOf(merged, (100 * rank) / merged.count) ?? NaN);
    if (ends && holds(widenedToBuckets(drawn.flat(), [ends[0] ?? NaN, ends[1] ?? NaN]), truth))
      byRequests += 1;
    if (!pooled?.ci95) continue;
    told += 1;
    if (holds(pooled.ci95, truth)) covered += 1;
    ratios.push(pooled.ci95[1] / pooled.ci95[0]);
  }
  const ratio = ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? NaN;
  return { covered: covered / told, told: told / trials, coveredByRequests: byRequests / trials, ratio };
}
