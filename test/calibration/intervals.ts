/** Intervals of the same log ratios side by side: why those of `pairedEffect` are what they are. */
import { bootstrapInterval95, quantileOfSorted, resampledMeans } from '../../src/core/result/bootstrap';
import type { MetricName } from '../../src/core/result/metrics';
import { normalUpperTail } from '../../src/core/result/normal';
import type { Sample } from '../../src/core/result/run';
import { logOfPercent, mean, meanInterval95, pairedEffect } from '../../src/core/result/statistics';
import { simulatedRuns, uniform } from './recordedNoise';

const plainTail = 0.025;

/** Every interval by its name in the report, the one in use last. */
export const intervalNames = {
  student: 'Student’s t',
  percentile: 'percentile bootstrap',
  bca: 'BCa bootstrap',
  expanded: 'expanded percentile bootstrap',
  used: 'it and t, the farther end of both',
} as const;
type IntervalName = keyof typeof intervalNames;
type Interval = readonly [number, number] | null;

function logRatios(samples: readonly Sample[], metric: MetricName, rounds: number): readonly number[] {
  return Array.from({ length: rounds }, (_, place) => {
    const logsOf = (variant: string): readonly number[] =>
      samples
        .filter((sample) => sample.block === place + 1 && sample.variant === variant)
        .flatMap(({ values }) => (values[metric] === undefined ? [] : [Math.log(values[metric])]));
    return mean(logsOf('b')) - mean(logsOf('a'));
  });
}

/** The z with P(Z ≤ z) = `share`, by bisection. */
function normalQuantile(share: number): number {
  let [low, high] = [-9, 9];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalUpperTail(middle) > 1 - share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Bias-corrected and accelerated (Efron, JASA 82, 1987): its acceleration is a sixth of the skewness of a mean's influence. */
function bcaInterval95(values: readonly number[]): Interval {
  const means = resampledMeans(values);
  const center = mean(values);
  const bias = normalQuantile(means.filter((one) => one < center).length / means.length);
  const power = (of: number): number => values.reduce((sum, value) => sum + (value - center) ** of, 0);
  const acceleration = power(3) / (6 * power(2) ** 1.5);
  const end = (z: number): number => {
    const moved = bias + (bias + z) / (1 - acceleration * (bias + z));
    return quantileOfSorted(means, 1 - normalUpperTail(moved));
  };
  const z = normalQuantile(1 - plainTail);
  return [end(-z), end(z)];
}

function usedInterval(logs: readonly number[]): Interval {
  const { ci95 } = pairedEffect(logs);
  return ci95 && [logOfPercent(ci95[0]), logOfPercent(ci95[1])];
}

export interface IntervalCoverage {
  readonly rounds: number;
  readonly metric: MetricName;
  readonly held: Readonly<Record<IntervalName, number>>;
}

/** Share of intervals that hold a true ratio of 1, of the first rounds of thorough runs. */
export function intervalCoverage(metric: MetricName, rounds: number, trials: number): IntervalCoverage {
  const nextRun = simulatedRuns('thorough', 'recorded', 0, uniform(rounds));
  const held = { student: 0, percentile: 0, bca: 0, expanded: 0, used: 0 };
  for (let trial = 0; trial < trials; trial += 1) {
    const logs = logRatios(nextRun(), metric, rounds);
    const intervals: Readonly<Record<IntervalName, Interval>> = {
      student: meanInterval95(logs),
      percentile: bootstrapInterval95(logs, plainTail),
      bca: bcaInterval95(logs),
      expanded: bootstrapInterval95(logs),
      used: usedInterval(logs),
    };
    for (const name of Object.keys(intervals) as IntervalName[]) {
      const interval = intervals[name];
      if (interval && interval[0] <= 0 && 0 <= interval[1]) held[name] += 1 / trials;
    }
  }
  return { rounds, metric, held };
}
