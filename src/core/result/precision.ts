import { firstLook, type UntilPrecision } from '../plan/untilPrecision';
import type { Variant } from '../scenario/scenario';
import { pairedLogRatios, readings, sharedMetrics } from './readings';
import type { Sample } from './run';
import { pairedEffect, percentOfLog, logOfPercent } from './statistics';
import { isMeasured, warmUpRounds } from './warmUp';

/** One look at the width of the intervals, after so many rounds. */
export interface Look {
  readonly rounds: number;
  /** The widest half width of the effects that count, in percent of the ratio; null where one has too few valid rounds, or none counts. */
  readonly percent: number | null;
  /** How many effects count. */
  readonly effects: number;
}

/** Why a run that was to go on until its intervals are narrow has ended. */
export type PrecisionEnd = 'reached' | 'budget' | 'rounds' | 'nothing-compared';

/** What a run says of its stopping rule. */
export interface Precision {
  /**
   * `fixed-width`: looked at after each round from `firstLook` on, ended by the first look at which all are narrow enough (Chow and Robbins
   * 1965), intervals and p values made for that.
   */
  readonly rule: 'fixed-width';
  readonly askedPercent: number;
  readonly budgetSeconds: number;
  readonly mostRounds: number;
  readonly firstLook: number;
  readonly looks: readonly Look[];
  /** Wall time so far, time in which an interrupted run lay still not counted. */
  readonly secondsUsed: number;
  /** Absent while the run goes on, and where it was interrupted or cancelled. */
  readonly ended?: PrecisionEnd;
}

/**
 * The half width of an interval in percent of the ratio, by factors: −4 to +4.2 % is ±4.1 %, for both ends lie a factor of 1.041 away.
 */
export function halfWidthPercent([low, high]: readonly [number, number]): number {
  return percentOfLog((logOfPercent(high) - logOfPercent(low)) / 2);
}

/**
 * Looks at the width of each effect on its primary metric, the first that variant and baseline share, over the first `rounds` rounds. A
 * variant that has no valid pair at all cannot become narrower, and does not count beside others that have one; the others need
 * {@link firstLook} valid rounds, warm-up not among them.
 */
export function lookAt(variants: readonly Variant[], samples: readonly Sample[], rounds: number): Look {
  const taken = samples.filter(({ block }) => block <= rounds);
  const warmUp = warmUpRounds(variants, taken);
  const counted = taken.filter((sample) => isMeasured(sample, warmUp));
  const effects = variants.flatMap((variant) => {
    const baseline = variants.find(({ id }) => id === variant.baseline);
    const [metric] = baseline ? sharedMetrics(variant, baseline) : [];
    if (!baseline || metric === undefined) return [];
    const logRatios = pairedLogRatios(
      readings(variant, metric, counted),
      readings(baseline, metric, counted),
    );
    return logRatios.length === 0 ? [] : [pairedEffect(logRatios, 'until-precision')];
  });
  const widths = effects.map(({ ci95, n }) =>
    ci95 === null || n < firstLook ? Infinity : halfWidthPercent(ci95),
  );
  const widest = widths.length === 0 ? Infinity : Math.max(...widths);
  return { rounds, percent: Number.isFinite(widest) ? widest : null, effects: effects.length };
}

/** Every look that the rule asks for once so many rounds are complete. */
export function looksAfter(variants: readonly Variant[], samples: readonly Sample[], rounds: number): Look[] {
  return Array.from({ length: Math.max(0, rounds - firstLook + 1) }, (_, place) =>
    lookAt(variants, samples, firstLook + place),
  );
}

export function isReached(look: Look | undefined, { percent }: Pick<UntilPrecision, 'percent'>): boolean {
  return look !== undefined && look.percent !== null && look.percent <= percent;
}

/** Whether the scenario compares variants at all: where nothing is compared, no interval can become narrow. */
export function comparesSomething(variants: readonly Variant[]): boolean {
  return variants.some((variant) => {
    const baseline = variants.find(({ id }) => id === variant.baseline);
    return baseline !== undefined && sharedMetrics(variant, baseline).length > 0;
  });
}
