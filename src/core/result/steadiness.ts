/**
 * Whether a run stood still: what moved through all of it, and what jumped between two values. Neither spoils a sample, and blocks
 * take most of a drift out of an effect; but a run that was not steady tells less than its intervals say.
 */
import type { Variant } from '../scenario/scenario';
import type { MetricName } from './metrics';
import { normalUpperTail } from './normal';
import type { Sample } from './run';
import { mean, median, percentOfLog } from './statistics';

/** A way in which a metric was not steady. */
export interface Unsteady {
  readonly code: 'drift' | 'two-modes';
  readonly metric: MetricName;
  readonly load: string;
  /** From the first sample to the last by the Theil-Sen slope; or from the lower mode to the upper. In percent. */
  readonly percent: number;
  /** Valid samples of all variants that it was seen in. */
  readonly n: number;
}

/** Fewest samples of a load: three rounds of an A/A pair and one variant. */
const fewestSamples = 9;

/**
 * Two-sided p of Mann and Kendall's test for a trend (Mann 1945, Kendall 1975), by the normal approximation with correction for
 * continuity and ties; 1 for fewer than 3 values.
 */
export function mannKendallP(values: readonly number[]): number {
  const n = values.length;
  if (n < 3) return 1;
  let s = 0;
  for (const [at, value] of values.entries())
    for (const later of values.slice(at + 1)) s += Math.sign(later - value);
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  const term = (count: number): number => count * (count - 1) * (2 * count + 5);
  const variance = (term(n) - [...ties.values()].reduce((sum, count) => sum + term(count), 0)) / 18;
  if (variance === 0 || s === 0) return 1;
  return Math.min(1, 2 * normalUpperTail((Math.abs(s) - 1) / Math.sqrt(variance)));
}

/** The median of the slopes of all pairs, a step apart each (Theil 1950, Sen 1968); 0 for fewer than 2 values. */
export function theilSenSlope(values: readonly number[]): number {
  const slopes = values.flatMap((value, at) =>
    values.slice(at + 1).map((later, between) => (later - value) / (between + 1)),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

/** Two groups of values: how far their means are apart, by itself and in their spread (Ashman, Bird and Zepf 1994: D). */
export interface TwoGroups {
  readonly apart: number;
  readonly ashmanD: number;
  /** Share of the smaller group. */
  readonly smaller: number;
}

function sumOfSquares(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}

/** The split of the sorted values into two with the least squares within (Fisher 1958); null for fewer than 4 values. */
export function twoGroups(values: readonly number[]): TwoGroups | null {
  const sorted = [...values].sort((a, b) => a - b);
  let best: { readonly at: number; readonly within: number } | null = null;
  for (let at = 2; at <= sorted.length - 2; at += 1) {
    const within = sumOfSquares(sorted.slice(0, at)) + sumOfSquares(sorted.slice(at));
    if (best === null || within < best.within) best = { at, within };
  }
  if (best === null) return null;
  const groups = [sorted.slice(0, best.at), sorted.slice(best.at)] as const;
  const [low, high] = groups;
  const variances = groups.map((group) => sumOfSquares(group) / (group.length - 1));
  const apart = mean(high) - mean(low);
  return {
    apart,
    ashmanD: apart / Math.sqrt(mean(variances)),
    smaller: Math.min(low.length, high.length) / sorted.length,
  };
}

/**
 * The bounds for so many samples. Noise that is correlated in time makes tests that take samples for independent fire too often, the
 * more the longer the run: with these, at most 5 in 100 runs of the lab's recorded noise fire any of the two in any metric
 * (`test/unit/result/steadiness.test.ts`).
 */
const bounds: readonly { readonly upTo: number; readonly trendP: number; readonly ashmanD: number }[] = [
  { upTo: 12, trendP: 0.01, ashmanD: 12 },
  { upTo: 24, trendP: 0.001, ashmanD: 8 },
  { upTo: Number.POSITIVE_INFINITY, trendP: 0.00005, ashmanD: 6 },
];
/** A smaller drift, in the logarithm: nothing that a block would not take out. */
const leastDrift = Math.log(1.1);
/** Fewer of the samples in the smaller mode are outliers. */
const leastShare = 0.3;

/** Of a variant's logarithms: what they lie around. */
type Center = (logs: readonly number[]) => number;
/** Halfway between least and most: where two modes stay apart however often each was met. */
const midrange: Center = (logs) => (Math.min(...logs) + Math.max(...logs)) / 2;

interface Taken {
  readonly variant: string;
  readonly log: number;
}

/** The logarithms of a load's values of a metric, in the order they were taken. */
function takenOf(metric: MetricName, load: string, samples: readonly Sample[]): readonly Taken[] {
  return samples.flatMap(({ valid, block, load: own, variant, values }) => {
    const value = values[metric];
    const counts = valid && block > 0 && own === load && value !== undefined && value > 0;
    return counts && Number.isFinite(value) ? [{ variant, log: Math.log(value) }] : [];
  });
}

/** Without what the variants differ by. */
function residuals(taken: readonly Taken[], center: Center): readonly number[] {
  const variants = [...new Set(taken.map(({ variant }) => variant))];
  const centers = new Map(
    variants.map((id) => [id, center(taken.flatMap(({ variant, log }) => (variant === id ? [log] : [])))]),
  );
  return taken.map(({ variant, log }) => log - (centers.get(variant) ?? 0));
}

function unsteadyIn(metric: MetricName, load: string, samples: readonly Sample[]): readonly Unsteady[] {
  const taken = takenOf(metric, load, samples);
  const n = taken.length;
  const bound = bounds.find(({ upTo }) => n <= upTo);
  if (n < fewestSamples || bound === undefined) return [];
  const logs = residuals(taken, median);
  const drift = theilSenSlope(logs) * (n - 1);
  const drifts = Math.abs(drift) >= leastDrift && mannKendallP(logs) <= bound.trendP;
  const groups = twoGroups(residuals(taken, midrange));
  const jumps = groups !== null && groups.smaller >= leastShare && groups.ashmanD >= bound.ashmanD;
  return [
    ...(drifts ? [{ code: 'drift' as const, metric, load, percent: percentOfLog(drift), n }] : []),
    // What drifts lies in two groups as well, when it goes by steps: it is told once.
    ...(jumps && !drifts
      ? [{ code: 'two-modes' as const, metric, load, percent: percentOfLog(groups.apart), n }]
      : []),
  ];
}

/** How a run was not steady, by load and metric. Nothing for fewer than 9 valid samples of a load, and for what sends nothing. */
export function unsteadiness(variants: readonly Variant[], samples: readonly Sample[]): readonly Unsteady[] {
  const loads = variants
    .flatMap(({ loads }) => loads)
    .filter(({ kind }) => kind !== 'idle' && kind !== 'bpf-maps');
  const places = new Map(
    loads.flatMap(({ id, metrics }) => metrics.map((metric) => [`${id} ${metric}`, { id, metric }])),
  );
  return [...places.values()].flatMap(({ id, metric }) => unsteadyIn(metric, id, samples));
}
