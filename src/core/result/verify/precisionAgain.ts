import type { Variant } from '../../scenario/scenario';
import { isReached, looksAfter, type Precision } from '../precision';
import type { Run, Sample } from '../run';
import { differing, type FigureDifference } from './differing';

/** Rounds of which every sample was taken: those of all but the last, which may have been broken off. */
function roundsOf(run: Run): number {
  const last = Math.max(0, ...run.samples.map(({ block }) => block));
  return run.precision?.ended === undefined ? Math.max(0, last - 1) : last;
}

/**
 * The looks of a run that went on until its intervals were narrow, computed again from its samples, and whether they end it as it says. That
 * the budget was used up is told by a clock: no sample says it, and it is taken as stored.
 */
export function precisionAgain(
  run: Run,
  precision: Precision,
  variants: readonly Variant[],
  samples: readonly Sample[],
): { readonly compared: number; readonly differences: readonly FigureDifference[] } {
  const rounds = roundsOf(run);
  // One that was broken off after its last round may have looked at that as well.
  const looked =
    precision.ended === undefined ? Math.max(rounds, precision.looks.at(-1)?.rounds ?? 0) : rounds;
  const looks = looksAfter(variants, samples, Math.min(looked, rounds + 1));
  const asked = { percent: precision.askedPercent };
  const reachedAt = looks.find((look) => isReached(look, asked))?.rounds ?? null;
  const storedAt = precision.ended === 'reached' ? rounds : null;
  const byName = (all: readonly { rounds: number }[]): unknown =>
    all.map((look) => ({ id: `after round ${look.rounds}`, ...look }));
  return differing(
    'precision',
    { looks: byName(precision.looks), reachedAt: storedAt },
    { looks: byName(looks), reachedAt },
  );
}
