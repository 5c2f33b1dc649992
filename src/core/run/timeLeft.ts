import type { Step } from '../plan/plan';

/** Before this many planned seconds are behind it, the pace so far says nothing. */
const settlingSeconds = 10;
/** A probe that ran into its time-out early on is no pace to expect of the rest. */
const slowestPace = 2;

/**
 * Seconds that a run still needs: what the plan expects of the remaining steps, at the pace of the steps done so far.
 * `done` is the number of finished steps.
 */
export function secondsLeft(steps: readonly Step[], done: number, elapsedSeconds: number): number {
  const planned = (part: readonly Step[]): number => part.reduce((sum, step) => sum + step.seconds, 0);
  const behind = planned(steps.slice(0, done));
  const pace = behind >= settlingSeconds ? Math.min(elapsedSeconds / behind, slowestPace) : 1;
  return planned(steps.slice(done)) * pace;
}
