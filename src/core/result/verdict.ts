import type { MetricName } from './metrics';
import { metrics } from './metrics';
import type { Effect, Verdict } from './run';
import type { PairedEffect } from './statistics';
import { logOfPercent, noiseFloorPercent, percentOfLog, roundsNeeded } from './statistics';

/** A change in percent with its 95 % interval. */
type Change = Pick<Effect, 'percent' | 'ci95'>;

/**
 * What a change says. `better` or `worse` asks for two things at once: an interval that excludes no change, and an
 * effect above the noise band (or above {@link noiseFloorPercent} where it is not known). An effect inside the
 * band is `within-noise`; one outside it whose interval still holds no change is `inconclusive`. Where the noise is not
 * known, a small effect is within it only if its interval is small too: else nothing at all is known.
 *
 * The band is compared in logarithms: a band of 10 % reaches from ÷1.1 to ×1.1, that is from −9.1 to +10 %.
 */
export function verdictOf(
  metric: MetricName,
  { percent, ci95 }: Pick<PairedEffect, 'percent' | 'ci95'>,
  noisePercent: number | null,
): Exclude<Verdict, 'not-measured'> {
  const band = logOfPercent(noisePercent ?? noiseFloorPercent);
  const isWithin = (value: number): boolean => Math.abs(logOfPercent(value)) <= band;
  const isKnownSmall = noisePercent !== null || (ci95 !== null && ci95.every(isWithin));
  if (isWithin(percent) && isKnownSmall) return 'within-noise';
  const settled = !isWithin(percent) && ci95 !== null && (ci95[0] > 0 || ci95[1] < 0);
  if (!settled) return 'inconclusive';
  return percent > 0 === (metrics[metric].better === 'higher') ? 'better' : 'worse';
}

/** What a run's p values are held to, after their correction. */
const mostCorrectedP = 0.05;

/** Whether an effect is found among all comparisons of its run. */
export function isFound(correctedP: number): boolean {
  return correctedP <= mostCorrectedP;
}

/**
 * The verdict of an effect that is paired by block: that of {@link verdictOf}, and beyond it `better` or `worse` only where the effect
 * is also found among all `comparisons` of its run (Holm), so that a run has even one false verdict in at most 5 of 100 cases.
 * With about how many more rounds would settle one that is inconclusive by itself.
 */
export function judge(
  metric: MetricName,
  effect: PairedEffect,
  noisePercent: number | null,
  { correctedP, comparisons }: { readonly correctedP: number; readonly comparisons: number },
): { verdict: Verdict; roundsNeeded?: number; reason?: string } {
  const verdict = verdictOf(metric, effect, noisePercent);
  if (verdict === 'inconclusive') return { verdict, roundsNeeded: roundsNeeded(effect) };
  if (verdict === 'within-noise' || isFound(correctedP)) return { verdict };
  return {
    verdict: 'inconclusive',
    roundsNeeded: roundsNeeded(effect, comparisons),
    reason: `${verdict} by itself, but not among ${comparisons} comparisons`,
  };
}

/**
 * The rise in percent that would have been seen: the one that was computed with the effect. Where there is none, as in comparisons and
 * runs of rules 1, the larger of the noise band and the interval's reach, both by factors, which is found in half of all cases.
 */
export function detectablePercent({
  noisePercent,
  percent,
  ci95,
  smallestSeenPercent,
}: Change & Pick<Effect, 'noisePercent' | 'smallestSeenPercent'>): number {
  if (smallestSeenPercent !== undefined) return smallestSeenPercent;
  const band = noisePercent ?? noiseFloorPercent;
  if (ci95 === null || percent === null) return band;
  const [low, middle, high] = [ci95[0], percent, ci95[1]].map(logOfPercent);
  if (low === undefined || middle === undefined || high === undefined) return band;
  return Math.max(band, percentOfLog(Math.max(high - middle, middle - low)));
}
