import type { Load } from '../../scenario/scenario';
import type { MetricName } from '../metrics';
import { metrics } from '../metrics';
import type { Effect, MetricSummary, Run, VariantSummary } from '../run';
import { detectablePercent, verdictOf } from '../verdict';
import type {
  ComparedChange,
  ComparedLevel,
  ComparedNoise,
  DifferenceComparison,
  NotCompared,
  OverheadComparison,
  ValueComparison,
} from './comparison';
import { settingKey } from './facts';
import { blockLogs, isSameLoad } from './levels';
import { levelKey, runToRunNoise, type EarlierRun, type LevelKind } from './runToRun';
import {
  estimateOfEffect,
  estimateOfLogs,
  roundsNeededOfBoth,
  welchDifference,
  type LogEstimate,
} from './welch';

/** A run and its place among all that are compared. */
export interface PlacedRun {
  readonly run: Run;
  readonly place: number;
}

/** The baseline and one other run of its scenario. */
export interface Pair {
  readonly baseline: Run;
  readonly other: PlacedRun;
  readonly earlier: readonly EarlierRun[];
}

export type Compared<T> = { readonly found: T } | { readonly missing: NotCompared };

/** As it precedes what is said of it: `this run`, `the baseline`. */
export const sideNames = ['the baseline', 'this run'] as const;

function noiseOf(pair: Pair, kind: LevelKind, variant: string, metric: MetricName): ComparedNoise {
  // Levels of a variant without A/A pairs of its own have those of its baseline, as its effect has.
  const bands = [pair.baseline, pair.other.run].flatMap(({ effects }) =>
    effects.flatMap((effect) =>
      effect.metric === metric && (effect.variant === variant || effect.baseline === variant)
        ? (effect.noisePercent ?? [])
        : [],
    ),
  );
  const withinRunsPercent = bands.length === 0 ? null : Math.max(...bands);
  const betweenRuns = runToRunNoise(
    pair.earlier,
    settingKey(pair.baseline),
    settingKey(pair.other.run),
    levelKey(kind, variant, metric),
  );
  // The spread between runs has the noise within them in it, of as many rounds.
  return { percent: betweenRuns?.percent ?? withinRunsPercent, withinRunsPercent, betweenRuns };
}

/** CPU of the datapath while a closed loop goes as fast as it can is CPU of another number of requests in each run. */
function whyNotJudged(metric: MetricName, load: Load | undefined): string | null {
  const isClosedLoop = load?.kind === 'http' && load.ratePerSecond === 'max';
  return metric === 'componentCpuCores' && isClosedLoop
    ? 'the load goes as fast as it can, and more requests take more CPU'
    : null;
}

function changeOf(
  metric: MetricName,
  first: LogEstimate,
  second: LogEstimate,
  place: number,
  noise: ComparedNoise,
  notJudged: string | null,
): ComparedChange {
  const { percent, ci95 } = welchDifference(first, second);
  const verdict = notJudged === null ? verdictOf(metric, { percent, ci95 }, noise.percent) : null;
  return {
    run: place,
    percent,
    ci95,
    verdict,
    ...(notJudged === null ? {} : { notJudged }),
    noise,
    detectablePercent: detectablePercent({ percent, ci95, noisePercent: noise.percent }),
    ...(verdict === 'inconclusive' ? { roundsNeeded: roundsNeededOfBoth(first, second) } : {}),
  };
}

function levelOf({ median, mean, ci95 }: MetricSummary, rounds: number): ComparedLevel {
  return { median, mean, ci95, n: rounds };
}

function whyNoSpread(logs: readonly (readonly number[])[]): string {
  const side = logs.findIndex((one) => one.length < 2);
  const count = logs[side]?.length ?? 0;
  const has = count === 0 ? 'no round' : 'one round';
  return `${sideNames[side] ?? 'a run'} has ${has} with a value of it above 0, and two are needed`;
}

export function valueOf(
  pair: Pair,
  mine: VariantSummary,
  theirs: VariantSummary,
  metric: MetricName,
): Compared<ValueComparison> {
  const run = pair.other.place;
  const missing = (reason: string): Compared<ValueComparison> => ({
    missing: { run, what: 'value', variant: mine.id, metric, reason },
  });
  const [one, other] = [mine.metrics[metric], theirs.metrics[metric]];
  if (!one || !other) return missing(`${one ? sideNames[1] : sideNames[0]} has no valid sample of it`);
  if (!isSameLoad(one.load, other.load)) return missing('it was measured under another load');
  if (one.unit !== other.unit) return missing('it is in another unit');
  const logs = [blockLogs(pair.baseline, mine, metric), blockLogs(pair.other.run, theirs, metric)] as const;
  const [first, second] = [estimateOfLogs(logs[0]), estimateOfLogs(logs[1])];
  if (!first || !second) return missing(whyNoSpread(logs));
  const noise = noiseOf(pair, 'value', mine.id, metric);
  return {
    found: {
      variant: mine.id,
      metric,
      unit: metrics[metric].unit,
      ...(one.load ? { load: one.load } : {}),
      baseline: levelOf(one, logs[0].length),
      other: levelOf(other, logs[1].length),
      ...changeOf(metric, first, second, run, noise, whyNotJudged(metric, one.load)),
    },
  };
}

export function overheadOf(pair: Pair, mine: Effect): Compared<OverheadComparison> {
  const run = pair.other.place;
  const { variant, metric } = mine;
  const missing = (reason: string): Compared<OverheadComparison> => ({
    missing: { run, what: 'overhead', variant, metric, reason },
  });
  const theirs = pair.other.run.effects.find(
    (effect) => effect.variant === variant && effect.metric === metric,
  );
  if (!theirs) return missing('this run has no such change');
  if (theirs.baseline !== mine.baseline) return missing('it is held against another setting');
  const summary = (of: Run, id: string): MetricSummary | undefined =>
    of.variants.find((one) => one.id === id)?.metrics[metric];
  for (const id of [variant, mine.baseline]) {
    const [one, other] = [summary(pair.baseline, id), summary(pair.other.run, id)];
    if (one && other && !isSameLoad(one.load, other.load))
      return missing('it was measured under another load');
  }
  const estimates = [estimateOfEffect(mine), estimateOfEffect(theirs)];
  const [first, second] = estimates;
  const [one, other] = [mine, theirs];
  if (!first || !second || one.percent === null || other.percent === null || !one.ci95 || !other.ci95) {
    const [side, reason] = first ? [sideNames[1], other.reason] : [sideNames[0], one.reason];
    return missing(`it has no interval in ${side}${reason === undefined ? '' : ` (${reason})`}`);
  }
  return {
    found: {
      variant,
      against: mine.baseline,
      metric,
      baseline: { percent: one.percent, ci95: one.ci95, n: one.n },
      other: { percent: other.percent, ci95: other.ci95, n: other.n },
      ...changeOf(metric, first, second, run, noiseOf(pair, 'overhead', variant, metric), null),
    },
  };
}

export function differencesOf({ baseline, other }: Pair): readonly Compared<DifferenceComparison>[] {
  return (baseline.differences ?? []).map((mine): Compared<DifferenceComparison> => {
    const { variant, beside, metric, unit, difference } = mine;
    const theirs = other.run.differences?.find(
      (one) => one.variant === variant && one.metric === metric && one.beside === beside,
    );
    if (!theirs) {
      const reason = 'this run describes no such difference';
      return { missing: { run: other.place, what: 'difference', variant, metric, reason } };
    }
    return {
      found: {
        run: other.place,
        variant,
        beside,
        metric,
        unit,
        baseline: difference,
        other: theirs.difference,
      },
    };
  });
}
