/** Effects as an advice stands on them. */
import type { Effect, Run } from '../run';
import { logOfPercent } from '../statistics';
import type { Basis, Refusal } from './advice';
import { limitsOfRun, type Limit } from './confidence';
import { fewestRounds } from './usable';

export type DecidedEffect = Effect & {
  readonly percent: number;
  readonly ci95: readonly [number, number];
  readonly verdict: 'better' | 'worse';
};

/** Whether an effect has a verdict that says something, of two rounds or more. A stored file may claim anything. */
function isDecided(effect: Effect): effect is DecidedEffect {
  return (
    (effect.verdict === 'better' || effect.verdict === 'worse') &&
    effect.percent !== null &&
    effect.ci95 !== null &&
    effect.n >= fewestRounds
  );
}

/** The decided effects; else the first that is not, as a refusal. Null where there is no effect at all. */
export function decidedOf(
  run: Run,
  effects: readonly Effect[],
): { readonly decided: readonly DecidedEffect[] } | { readonly refusal: Refusal } | null {
  const decided = effects.filter(isDecided);
  if (decided.length > 0) return { decided };
  // Of several, the one that more rounds would settle tells more than one in which nothing was seen.
  const effect =
    effects.find(({ verdict }) => verdict === 'inconclusive') ??
    effects.find(({ verdict }) => verdict === 'within-noise') ??
    effects[0];
  if (!effect) return null;
  const kind =
    effect.verdict === 'inconclusive' || effect.verdict === 'within-noise' ? effect.verdict : 'not-measured';
  return { refusal: { kind, run: run.id, label: labelIn(run, effect.variant), effect } };
}

function labelIn(run: Run, id: string): string {
  return run.variants.find((variant) => variant.id === id)?.label ?? id;
}

export function basisOfEffect(run: Run, effect: Effect): readonly Basis[] {
  if (effect.percent === null || effect.n < fewestRounds) return [];
  return [
    {
      from: 'run',
      run: run.id,
      metric: effect.metric,
      variant: effect.variant,
      label: labelIn(run, effect.variant),
      against: labelIn(run, effect.baseline),
      value: effect.percent,
      unit: '%',
      interval: effect.ci95,
      n: effect.n,
    },
  ];
}

/** Whether the nearer end of the interval is within the noise band: the effect is there, its size may be noise's. */
function isNearNoise({ ci95, noisePercent }: DecidedEffect): boolean {
  if (noisePercent === null) return false;
  const nearest = Math.min(...ci95.map((end) => Math.abs(logOfPercent(end))));
  return nearest <= logOfPercent(noisePercent);
}

/** What speaks against standing on an effect. */
export function limitsOfEffect(run: Run, effect: DecidedEffect): readonly Limit[] {
  return [
    ...limitsOfRun(run, effect.n),
    ...(effect.noisePercent === null ? (['noise-unknown'] as const) : []),
    ...(isNearNoise(effect) ? (['near-noise'] as const) : []),
  ];
}

/** The decided effect that is farthest from none, by factors. */
export function largest(effects: readonly DecidedEffect[]): DecidedEffect | undefined {
  const size = ({ percent }: DecidedEffect): number => Math.abs(logOfPercent(percent));
  return effects.reduce<DecidedEffect | undefined>(
    (one, other) => (one === undefined || size(other) > size(one) ? other : one),
    undefined,
  );
}
