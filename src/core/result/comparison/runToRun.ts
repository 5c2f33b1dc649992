import type { MetricName } from '../metrics';
import { metricNames } from '../metrics';
import type { Run } from '../run';
import { logOfPercent, mean, noiseFloorPercent, percentOfLog, standardDeviation } from '../statistics';
import { studentTQuantile } from '../studentT';
import { settingKey } from './facts';
import { blockLogs } from './levels';
import { pooledFreedom, type LogEstimate } from './welch';

/** What is kept of a run to tell how much runs of one setting differ. */
export interface EarlierRun {
  readonly id: string;
  /** {@link settingKey} of the run. */
  readonly setting: string;
  /** Logarithms of its levels and effects, by {@link levelKey}. */
  readonly logs: ReadonlyMap<string, number>;
}

/** A level of a variant, or its effect against its baseline. */
export type LevelKind = 'value' | 'overhead';

export function levelKey(kind: LevelKind, variant: string, metric: MetricName): string {
  return `${kind} ${metric} ${variant}`;
}

/** Fewest earlier runs that a spread is made of: with two it would be stretched by t(0.975, 1) = 12.7, which says nothing. */
export const fewestEarlierRuns = 3;

/** A run as one of the past; null where it has not ended complete. */
export function earlierRun(run: Run): EarlierRun | null {
  if (run.state !== 'complete') return null;
  const levels = run.variants.flatMap((variant) =>
    metricNames.flatMap((metric): readonly (readonly [string, number])[] => {
      const logs = blockLogs(run, variant, metric);
      return logs.length === 0 ? [] : [[levelKey('value', variant.id, metric), mean(logs)]];
    }),
  );
  const effects = run.effects.flatMap(({ variant, metric, percent }): (readonly [string, number])[] =>
    percent === null || !(percent > -100)
      ? []
      : [[levelKey('overhead', variant, metric), logOfPercent(percent)]],
  );
  return { id: run.id, setting: settingKey(run), logs: new Map([...levels, ...effects]) };
}

/** How much two runs of one setting differ, told by earlier ones. */
export interface RunToRunNoise {
  /** What the difference of two runs stays below in 95 % of cases, in percent. */
  readonly percent: number;
  /** How many earlier runs tell it. */
  readonly runs: number;
  /** Whose setting they are of. */
  readonly of: 'both' | 'baseline' | 'other';
}

/** The spread of single runs of a setting: the variance of one run; null where too few runs tell it. */
function spreadOf(earlier: readonly EarlierRun[], setting: string, key: string): LogEstimate | null {
  const logs = earlier
    .filter((run) => run.setting === setting)
    .flatMap((run) => {
      const log = run.logs.get(key);
      return log === undefined ? [] : [log];
    });
  if (logs.length < fewestEarlierRuns) return null;
  return { log: 0, variance: standardDeviation(logs) ** 2, freedom: logs.length - 1 };
}

/**
 * The run-to-run noise between two runs: with s the standard deviation of k earlier runs' logarithms (of each setting its own,
 * s₁ and s₂), band = t(0.975, ν) · √(s₁² + s₂²), ν = k − 1 where both are of one setting, else after Satterthwaite. The two runs
 * that are compared must not be among the earlier ones, or the band would be made of the very difference that it judges. A setting
 * without a past is taken to vary like the other one. Null where neither has {@link fewestEarlierRuns}.
 */
export function runToRunNoise(
  earlier: readonly EarlierRun[],
  baselineSetting: string,
  otherSetting: string,
  key: string,
): RunToRunNoise | null {
  const one = spreadOf(earlier, baselineSetting, key);
  const other = baselineSetting === otherSetting ? one : spreadOf(earlier, otherSetting, key);
  const known = one ?? other;
  if (!known) return null;
  const [first, second] = [one ?? known, other ?? known];
  const isOneSpread = first === second;
  const freedom = isOneSpread ? first.freedom : pooledFreedom(first, second);
  const band = studentTQuantile(0.975, freedom) * Math.sqrt(first.variance + second.variance);
  return {
    percent: Math.max(noiseFloorPercent, percentOfLog(Math.min(band, 700))),
    runs: first.freedom + 1 + (isOneSpread ? 0 : second.freedom + 1),
    of: one && other ? 'both' : one ? 'baseline' : 'other',
  };
}
