import type { Effect } from '../run';
import { logOfPercent, mean, mostRoundsNamed, percentOfLog, standardDeviation } from '../statistics';
import { studentTQuantile } from '../studentT';

const intervalQuantile = 0.975;
/** e^700 is the last whole power that a double holds: what is beyond it is "far away" all the same. */
const farthestLog = 700;

/** A mean of logarithms and how uncertain it is. */
export interface LogEstimate {
  readonly log: number;
  /** Square of the standard error of `log`. */
  readonly variance: number;
  readonly freedom: number;
}

/** The mean of independent logarithms, one a block; null below two, which tell no spread. */
export function estimateOfLogs(logs: readonly number[]): LogEstimate | null {
  if (logs.length < 2) return null;
  const variance = standardDeviation(logs) ** 2 / logs.length;
  return Number.isFinite(variance) ? { log: mean(logs), variance, freedom: logs.length - 1 } : null;
}

/**
 * A stored effect as a logarithm. Its standard error is stored with it; in runs of rules 1 it is what the 95 % t interval was made
 * of. Null where it has no interval.
 */
export function estimateOfEffect({ percent, ci95, n, logError }: Effect): LogEstimate | null {
  if (percent === null || ci95 === null || n < 2) return null;
  if (logError !== undefined && Number.isFinite(logOfPercent(percent)))
    return { log: logOfPercent(percent), variance: logError ** 2, freedom: n - 1 };
  const half = (logOfPercent(ci95[1]) - logOfPercent(ci95[0])) / 2;
  const log = logOfPercent(percent);
  if (!Number.isFinite(half) || !Number.isFinite(log) || half < 0) return null;
  return { log, variance: (half / studentTQuantile(intervalQuantile, n - 1)) ** 2, freedom: n - 1 };
}

export interface LogDifference {
  /** Change in percent of the second against the first. */
  readonly percent: number;
  /** 95 % interval of that change. */
  readonly ci95: readonly [number, number];
  readonly freedom: number;
}

/** Degrees of freedom of a sum of variances (Satterthwaite 1946); all of both where neither varies. */
export function pooledFreedom(one: LogEstimate, other: LogEstimate): number {
  const sum = one.variance + other.variance;
  if (sum === 0) return one.freedom + other.freedom;
  const freedom = sum ** 2 / (one.variance ** 2 / one.freedom + other.variance ** 2 / other.freedom);
  // It is never below that of either; rounding must not bring it there.
  return Math.max(Math.min(one.freedom, other.freedom), freedom);
}

/**
 * The second against the first, as a ratio of geometric means, with Welch's 95 % interval (Welch, Biometrika 34, 1947): the two
 * are independent, may vary differently and have other numbers of values. d ± t(0.975, ν) · √(s₁²/n₁ + s₂²/n₂), ν after
 * Satterthwaite, turned back to percent.
 * Limit: it knows what varies within each of the two, not what varies from one to the next.
 */
export function welchDifference(first: LogEstimate, second: LogEstimate): LogDifference {
  const log = second.log - first.log;
  const freedom = pooledFreedom(first, second);
  const half = studentTQuantile(intervalQuantile, freedom) * Math.sqrt(first.variance + second.variance);
  return {
    percent: boundedPercent(log),
    ci95: [boundedPercent(log - half), boundedPercent(log + half)],
    freedom,
  };
}

function boundedPercent(log: number): number {
  return percentOfLog(Math.min(log, farthestLog));
}

/**
 * About how many more rounds of both would bring the interval off zero, if the difference and both spreads stay what they are;
 * at most {@link mostRoundsNamed}. As rough a guide as that of one run's effects.
 */
export function roundsNeededOfBoth(first: LogEstimate, second: LogEstimate): number {
  const distance = Math.abs(second.log - first.log);
  const grown = ({ log, variance, freedom }: LogEstimate, more: number): LogEstimate => ({
    log,
    variance: (variance * (freedom + 1)) / (freedom + 1 + more),
    freedom: freedom + more,
  });
  for (let more = 1; more < mostRoundsNamed; more += 1) {
    const [one, other] = [grown(first, more), grown(second, more)];
    const half =
      studentTQuantile(intervalQuantile, pooledFreedom(one, other)) *
      Math.sqrt(one.variance + other.variance);
    if (half < distance) return more;
  }
  return mostRoundsNamed;
}
