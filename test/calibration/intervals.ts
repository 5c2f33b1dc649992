/** Three intervals of the same log ratios side by side: why the bootstrap of `pairedEffect` is the expanded one. */
import { bootstrapInterval95 } from '../../src/core/result/bootstrap';
import type { MetricName } from '../../src/core/result/metrics';
import type { Sample } from '../../src/core/result/run';
import { mean, meanInterval95 } from '../../src/core/result/statistics';
import { simulatedRuns, uniform } from './recordedNoise';

const plainTail = 0.025;

function logRatios(samples: readonly Sample[], metric: MetricName, rounds: number): readonly number[] {
  return Array.from({ length: rounds }, (_, place) => {
    const logsOf = (variant: string): readonly number[] =>
      samples
        .filter((sample) => sample.block === place + 1 && sample.variant === variant)
        .flatMap(({ values }) => (values[metric] === undefined ? [] : [Math.log(values[metric])]));
    return mean(logsOf('b')) - mean(logsOf('a'));
  });
}

export interface IntervalCoverage {
  readonly rounds: number;
  readonly metric: MetricName;
  readonly student: number;
  readonly percentile: number;
  readonly expanded: number;
}

/** Share of intervals that hold a true ratio of 1, of the first rounds of thorough runs. */
export function intervalCoverage(metric: MetricName, rounds: number, trials: number): IntervalCoverage {
  const nextRun = simulatedRuns('thorough', 'recorded', 0, uniform(rounds));
  const held = { student: 0, percentile: 0, expanded: 0 };
  for (let trial = 0; trial < trials; trial += 1) {
    const logs = logRatios(nextRun(), metric, rounds);
    const intervals = {
      student: meanInterval95(logs),
      percentile: bootstrapInterval95(logs, plainTail),
      expanded: bootstrapInterval95(logs),
    };
    for (const name of ['student', 'percentile', 'expanded'] as const) {
      const interval = intervals[name];
      if (interval && interval[0] <= 0 && 0 <= interval[1]) held[name] += 1 / trials;
    }
  }
  return { rounds, metric, ...held };
}
