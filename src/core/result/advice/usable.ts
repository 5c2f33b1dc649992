/** Which runs an advice may stand on. */
import type { Run } from '../run';
import type { Refusal, Situation, Unusable } from './advice';

/** Rounds of a run that have a valid sample. */
function validRounds({ samples }: Pick<Run, 'samples'>): number {
  return new Set(samples.filter(({ valid, block }) => valid && block > 0).map(({ block }) => block)).size;
}

/** Fewest rounds that tell a spread; of one alone noise cannot be told from an effect. */
export const fewestRounds = 2;

/** Why nothing is advised from a run; null where something may be. */
function whyUnusable(run: Run): Unusable | null {
  if (run.imported) return 'imported';
  if (run.state === 'cancelled' || run.state === 'failed') return run.state;
  return validRounds(run) < fewestRounds ? 'one-round' : null;
}

/** The runs of these scenarios that may be stood on, the newest first; else why there is none. */
export function usableRuns(
  { runs }: Pick<Situation, 'runs'>,
  scenarios: readonly string[],
): { readonly usable: readonly Run[]; readonly refusal: Extract<Refusal, { kind: 'no-run' }> } {
  const asked = runs.filter(({ scenario }) => scenarios.includes(scenario));
  const passedOver = asked.flatMap((run) => {
    const because = whyUnusable(run);
    return because === null ? [] : [{ run: run.id, because }];
  });
  const out = new Set(passedOver.map(({ run }) => run));
  return {
    usable: asked.filter(({ id }) => !out.has(id)),
    refusal: { kind: 'no-run', scenarios, passedOver },
  };
}
