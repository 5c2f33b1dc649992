/** What the rules of `summarise` make of runs whose truth is known. */
import type { MetricName } from '../../src/core/result/metrics';
import { metrics } from '../../src/core/result/metrics';
import { median } from '../../src/core/result/statistics';
import { summarise } from '../../src/core/result/summarise';
import {
  simulatedMetrics,
  simulatedRuns,
  uniform,
  variants,
  type Noise,
  type Outcome,
} from './recordedNoise';

export interface Cell {
  readonly profile: string;
  readonly noise: Noise;
  /** How much worse the variant is than its baseline, in every metric. */
  readonly effectPercent: number;
}

export function simulateCell({ profile, noise, effectPercent }: Cell, trials: number, seed: number): Outcome {
  const nextRun = simulatedRuns(profile, noise, effectPercent, uniform(seed));
  const counts = new Map(
    simulatedMetrics.map((metric) => [metric, { worse: 0, better: 0, covered: 0, seen: [] as number[] }]),
  );
  let anyVerdict = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const { effects } = summarise(variants, nextRun());
    if (effects.some(({ verdict }) => verdict === 'better' || verdict === 'worse')) anyVerdict += 1;
    for (const { metric, verdict, ci95, smallestSeenPercent } of effects) {
      const own = counts.get(metric);
      if (!own) continue;
      if (verdict === 'better' || verdict === 'worse') own[verdict] += 1;
      const truth = metrics[metric].better === 'higher' ? -effectPercent : effectPercent;
      if (ci95 && ci95[0] <= truth && truth <= ci95[1]) own.covered += 1;
      own.seen.push(smallestSeenPercent ?? Number.NaN);
    }
  }
  const byMetric = new Map(
    [...counts].map(
      ([metric, { worse, better, covered, seen }]): [
        MetricName,
        { worse: number; better: number; covered: number; smallestSeen: number },
      ] => [
        metric,
        {
          worse: worse / trials,
          better: better / trials,
          covered: covered / trials,
          smallestSeen: median(seen),
        },
      ],
    ),
  );
  return { trials, anyVerdict: anyVerdict / trials, byMetric };
}
