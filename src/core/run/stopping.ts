import type { Profile } from '../plan/plan';
import { firstLook } from '../plan/untilPrecision';
import { isReached, lookAt, type Look, type Precision, type PrecisionEnd } from '../result/precision';
import type { Sample } from '../result/run';
import type { Variant } from '../scenario/scenario';

/** What is known of a stopping rule before anything was measured; an interrupted run goes on with the looks that it has. */
export function precisionAtStart(
  { until, rounds }: Pick<Profile, 'until' | 'rounds'>,
  earlier: Precision | undefined,
): Precision | null {
  if (!until) return null;
  return {
    rule: 'fixed-width',
    askedPercent: until.percent,
    budgetSeconds: until.budgetSeconds,
    mostRounds: rounds,
    firstLook,
    looks: earlier?.looks ?? [],
    secondsUsed: earlier?.secondsUsed ?? 0,
  };
}

/** Another round of the length of those so far would go beyond the budget. */
function isUsedUp({ budgetSeconds }: Precision, secondsUsed: number, rounds: number): boolean {
  return secondsUsed + secondsUsed / rounds > budgetSeconds;
}

function endOf(
  precision: Precision,
  look: Look | null,
  rounds: number,
  secondsUsed: number,
): PrecisionEnd | null {
  if (look && isReached(look, { percent: precision.askedPercent })) return 'reached';
  // Whatever spoiled all of the first rounds spoils the next ones too.
  if (look?.effects === 0) return 'nothing-compared';
  if (rounds >= precision.mostRounds) return 'rounds';
  return isUsedUp(precision, secondsUsed, rounds) ? 'budget' : null;
}

/**
 * What is known once a round is complete: with the look that the rule asks for then, and why the run ends there, where it does. Only a
 * look can end it for its figures; budget and cap do not depend on them.
 */
export function precisionAfter(
  rounds: number,
  variants: readonly Variant[],
  samples: readonly Sample[],
  precision: Precision,
  secondsUsed: number,
): Precision {
  const look = rounds >= firstLook ? lookAt(variants, samples, rounds) : null;
  const ended = endOf(precision, look, rounds, secondsUsed);
  return {
    ...precision,
    looks: [...precision.looks.filter((earlier) => earlier.rounds < rounds), ...(look ? [look] : [])],
    ...(ended === null ? {} : { ended }),
  };
}
