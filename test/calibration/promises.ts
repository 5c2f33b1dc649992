/** What is promised of verdicts and intervals, and what of it does not hold. Shares are those that came out, with nothing allowed for chance. */
import { metrics } from '../../src/core/result/metrics';
import type { PooledCell, PooledOutcome } from './pooledCoverage';
import type { Outcome } from './recordedNoise';
import type { Cell } from './simulate';

/** Of runs that compare settings which are the same, all comparisons of a run together. */
export const mostFalse = 0.05;
/** Of 95 % intervals of effects. */
export const [leastCovered, mostCovered] = [0.93, 0.97];
/** Of runs, in each metric, where the variant is worse by 3 % or more. */
export const mostWrongSigns = 0.005;
/** Of the intervals of pooled percentiles; how many too many they may hold is not promised: buckets are wider than that. */
export const leastPooledCovered = 0.93;

export interface Done {
  readonly cell: Cell;
  readonly outcome: Outcome;
}

export interface PooledDone {
  readonly cell: PooledCell;
  readonly outcome: PooledOutcome;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function effectFaults({ cell, outcome }: Done): readonly string[] {
  const name = `${cell.profile}, ${cell.noise}, ${cell.effectPercent} %`;
  const faults: string[] = [];
  if (cell.effectPercent === 0 && !(outcome.anyVerdict <= mostFalse))
    faults.push(`${name}: ${percent(outcome.anyVerdict)} of the runs have a false verdict.`);
  for (const [metric, { covered, better }] of outcome.byMetric) {
    const { label } = metrics[metric];
    if (!(covered >= leastCovered && covered <= mostCovered))
      faults.push(`${name}: ${percent(covered)} of the intervals of ${label} hold the truth.`);
    if (cell.effectPercent > 0 && !(better <= mostWrongSigns))
      faults.push(`${name}: ${percent(better)} of the runs have a verdict of the wrong sign on ${label}.`);
  }
  return faults;
}

function pooledFaults({ cell, outcome }: PooledDone): readonly string[] {
  if (cell.drawing !== 'each by itself' || outcome.covered >= leastPooledCovered) return [];
  return [
    `${cell.profile}, ${cell.samples} samples: ${percent(outcome.covered)} of the intervals of the pooled p${cell.percent} hold the truth.`,
  ];
}

/** A sentence for each promise that is not kept. */
export function broken(done: readonly Done[], pooled: readonly PooledDone[]): readonly string[] {
  return [...done.flatMap(effectFaults), ...pooled.flatMap(pooledFaults)];
}
