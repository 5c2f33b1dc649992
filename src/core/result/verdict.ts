import type { MetricName } from './metrics';
import { metrics } from './metrics';
import type { Verdict } from './run';
import type { PairedEffect } from './statistics';
import { logOfPercent, noiseFloorPercent, roundsNeeded } from './statistics';

/**
 * What a paired effect says. `better` or `worse` asks for two things at once: an interval that excludes no change, and an
 * effect above the run's noise band (or above {@link noiseFloorPercent} where no A/A pair gave one). An effect inside the
 * band is `within-noise`; one outside it whose interval still holds no change is `inconclusive`, with about how many more
 * rounds would settle it. Where no A/A pair told the noise, a small effect is within it only if its interval is small too:
 * else nothing at all is known.
 *
 * The band is compared in logarithms: a band of 10 % reaches from ÷1.1 to ×1.1, that is from −9.1 to +10 %.
 */
export function judge(
  metric: MetricName,
  effect: PairedEffect,
  noisePercent: number | null,
): { verdict: Verdict; roundsNeeded?: number } {
  const band = logOfPercent(noisePercent ?? noiseFloorPercent);
  const isWithin = (percent: number): boolean => Math.abs(logOfPercent(percent)) <= band;
  const isKnownSmall = noisePercent !== null || (effect.ci95 !== null && effect.ci95.every(isWithin));
  if (isWithin(effect.percent) && isKnownSmall) return { verdict: 'within-noise' };
  const settled =
    !isWithin(effect.percent) && effect.ci95 !== null && (effect.ci95[0] > 0 || effect.ci95[1] < 0);
  if (!settled) return { verdict: 'inconclusive', roundsNeeded: roundsNeeded(effect) };
  const rises = effect.percent > 0;
  return { verdict: rises === (metrics[metric].better === 'higher') ? 'better' : 'worse' };
}
