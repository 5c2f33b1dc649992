import { bootstrapInterval95 } from './bootstrap';
import { studentTQuantile, studentTTwoSided } from './studentT';

/** Intervals hold 95 %: the quantile that leaves 2.5 % above. */
const intervalQuantile = 0.975;
/** e^700 is the last whole power that a double holds: what is beyond it is far away all the same. */
const farthestLog = 700;

/**
 * What a shared machine can tell at best, in percent. A/A pairs that happen to agree better than this are luck: groups of
 * three identical samples differ by 2 to 8 % in RPS on two cores even where the machine is quiet.
 */
export const noiseFloorPercent = 3;

/** Middle value, or the mean of the two middle ones, in the values' unit. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Arithmetic mean, in the values' unit. NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n − 1 in the denominator), in the values' unit. NaN below two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * 95 % interval of the mean, in the values' unit: mean ± t(0.975, n−1) · s / √n (Student 1908).
 * Null below two values. Assumes independent values that are roughly normal; with so few as three it is wide, rightly so.
 */
export function meanInterval95(values: readonly number[]): readonly [number, number] | null {
  return meanInterval(values, intervalQuantile);
}

function meanInterval(values: readonly number[], quantile: number): readonly [number, number] | null {
  const n = values.length;
  if (n < 2) return null;
  const half = (studentTQuantile(quantile, n - 1) * standardDeviation(values)) / Math.sqrt(n);
  const center = mean(values);
  return [center - half, center + half];
}

/** A log ratio as a change in percent: ln 2 is +100 %, ln ½ is −50 %. */
export function percentOfLog(logRatio: number): number {
  return 100 * Math.expm1(logRatio);
}

/** The change in percent as a log ratio; −∞ at −100 %. */
export function logOfPercent(percent: number): number {
  return Math.log1p(percent / 100);
}

/** Fewest rounds whose interval is resampled: with five there are only 126 different means. */
const fewestResampled = 6;

/**
 * How the number of rounds came about: fixed beforehand, or by ending the run once the interval was narrow, which favours moments at
 * which the spread is small by chance.
 */
export type RoundsChosen = 'fixed' | 'until-precision';

/**
 * What an interval that ended its own run has to make up for: it is made for 3.75 % of misses in place of 5 %, and p values are multiplied
 * by 4/3. Stopped by width (Chow and Robbins, "On the Asymptotic Theory of Fixed-Width Sequential Confidence Intervals for the Mean",
 * Annals of Mathematical Statistics 36, 1965) a plain 95 % interval with a first look at six rounds holds the mean in as few as 92 of 100
 * runs; this one in 93 to 97, counted in `docs/stopping.md`. Width and mean of normal values are independent, so that the rule errs by
 * the spread alone, and no size of the effect makes it worse.
 */
export const lookedFactor = 4 / 3;
const lookedQuantile = 1 - (1 - intervalQuantile) / lookedFactor;

/** How a 95 % interval was made: Student's t, or resampled and nowhere narrower than it. */
export type IntervalMethod = 't' | 'bootstrap';

/** The farther of two intervals at each end; null where there is neither. */
function widerAtEachEnd(
  one: readonly [number, number] | null,
  other: readonly [number, number] | null,
): readonly [number, number] | null {
  return one && other ? [Math.min(one[0], other[0]), Math.max(one[1], other[1])] : (one ?? other);
}

/** A paired effect: what the variant's value is against the baseline's, as a geometric mean over blocks. */
export interface PairedEffect {
  /** Change in percent: 100 · (exp(mean of ln(variant / baseline)) − 1). */
  readonly percent: number;
  /** 95 % interval of the mean log ratio, turned back to percent; null below two pairs. */
  readonly ci95: readonly [number, number] | null;
  readonly method: IntervalMethod;
  /** Two-sided p of Student's t test that the mean log ratio is 0, corrected for looks where there were any; NaN below two pairs. */
  readonly pValue: number;
  /** Standard deviation of the log ratios; NaN below two pairs. */
  readonly logDeviation: number;
  readonly n: number;
}

/**
 * The effect behind log ratios ln(variant / baseline), one a block. Pairing takes out what moves both halves of a block
 * alike (another tenant of the machine, heat); the ratio makes a halving and a doubling equally far from none.
 *
 * Its interval is Student's t ({@link meanInterval95}); from {@link fewestResampled} blocks on, each end is the farther of t's and of
 * the resampled one's ({@link bootstrapInterval95}). The latter follows a skew, but alone holds the truth in 92 to 95 of 100 cases on
 * recorded noise; together they hold it in 94 to 96, 2 % wider than t alone. BCa holds it in 84 to 92: see `docs/statistics.md`. So an
 * interval that excludes no change always has a p below 0.05.
 *
 * Where the run ended because the interval was narrow, it is Student's t at any number of blocks, wider by {@link lookedFactor}: the
 * interval that was looked at is the one that is shown.
 * Limit: blocks must be independent, so drift *within* blocks is only averaged out by their shuffled order.
 */
export function pairedEffect(logRatios: readonly number[], chosen: RoundsChosen = 'fixed'): PairedEffect {
  const n = logRatios.length;
  const isFixed = chosen === 'fixed';
  const method = isFixed && n >= fewestResampled ? 'bootstrap' : 't';
  const student = meanInterval(logRatios, isFixed ? intervalQuantile : lookedQuantile);
  const interval = method === 'bootstrap' ? widerAtEachEnd(student, bootstrapInterval95(logRatios)) : student;
  const p = meanIsZeroP(logRatios);
  return {
    percent: percentOfLog(mean(logRatios)),
    ci95: interval ? [percentOfLog(interval[0]), percentOfLog(interval[1])] : null,
    method,
    pValue: isFixed ? p : Math.min(1, lookedFactor * p),
    logDeviation: standardDeviation(logRatios),
    n,
  };
}

/**
 * Two-sided p of Student's t test that the mean is 0: P(|T| > |mean| · √n / s) with n − 1 degrees of freedom. NaN below two
 * values; of values that do not vary 0, or 1 where they are 0.
 */
export function meanIsZeroP(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  const center = mean(values);
  if (center === 0) return 1;
  return studentTTwoSided((center * Math.sqrt(n)) / standardDeviation(values), n - 1);
}

/** In how many of 100 runs an effect of the size that {@link smallestSeenPercent} names is found. */
const seenShare = 0.8;

/**
 * The smallest rise in percent that a run like this one finds in {@link seenShare} of cases: with the standard error e = s / √n of the
 * mean log ratio and the band b of the noise (both logarithms), max(b, t(1 − 0.05 / 2m, n−1) · e) + t(0.8, n−1) · e, where m is
 * the number of comparisons that Holm's correction still holds it against. Null below two rounds.
 *
 * Source: the sum of the two quantiles is the usual planning formula (Cohen, Statistical Power Analysis, 1988) with t in place of
 * the normal distribution. Limit: t stands for the non-central t, and s of three rounds is itself uncertain.
 */
export function smallestSeenPercent(
  { logDeviation, n }: Pick<PairedEffect, 'logDeviation' | 'n'>,
  noisePercent: number | null,
  comparisons: number,
): number | null {
  if (n < 2) return null;
  const error = logDeviation / Math.sqrt(n);
  const clear = studentTQuantile(1 - (1 - intervalQuantile) / Math.max(1, comparisons), n - 1) * error;
  const band = logOfPercent(noisePercent ?? noiseFloorPercent);
  return percentOfLog(
    Math.min(farthestLog, Math.max(band, clear) + studentTQuantile(seenShare, n - 1) * error),
  );
}

/** Fewest A/A pairs that a noise band is made of: a single one would be stretched by t(0.975, 1) = 12.7, which says nothing. */
const fewestNoisePairs = 2;

/**
 * The noise band of n A/A pairs in percent: what the mean of n differences between identical settings stays below in 95 %
 * of runs. With the log differences d of the pairs and their mean known to be 0,
 * band = t(0.975, n) · √(Σd² / n) / √n, shown as 100 · (exp(band) − 1), at least {@link noiseFloorPercent}.
 *
 * Source: Student's t interval of a mean (1908), the spread taken about a mean that is known: n degrees of freedom, not n − 1, since
 * none is estimated. Null below {@link fewestNoisePairs} pairs: then the noise is
 * not known. Limit: two or three pairs give a wide band (t(0.975, 2) = 4.3), rightly so.
 */
export function noiseBandPercent(logDifferences: readonly number[]): number | null {
  const n = logDifferences.length;
  if (n < fewestNoisePairs) return null;
  const squares = logDifferences.reduce((sum, difference) => sum + difference ** 2, 0);
  const band = (studentTQuantile(intervalQuantile, n) * Math.sqrt(squares / n)) / Math.sqrt(n);
  return Math.max(noiseFloorPercent, percentOfLog(band));
}

/** Most further rounds that are ever named: beyond it the answer is that more rounds do not help. */
export const mostRoundsNamed = 100;

/**
 * How many more rounds would bring an effect's 95 % interval off zero, if the effect and the spread of its log ratios stay
 * what they are: the least m with t(0.975, m−1) · s / √m < |ln effect|, minus the rounds there are. Among k `comparisons`, the
 * quantile is 1 − 0.025 / k, which is what the first step of Holm's correction asks for.
 * A rough guide, for the spread of three rounds is itself uncertain; at most {@link mostRoundsNamed}.
 */
export function roundsNeeded(
  effect: Pick<PairedEffect, 'percent' | 'logDeviation' | 'n'>,
  comparisons = 1,
): number {
  const distance = Math.abs(logOfPercent(effect.percent));
  for (let more = 1; more < mostRoundsNamed; more += 1) {
    const n = effect.n + more;
    if (n < 2) continue;
    const quantile = studentTQuantile(1 - (1 - intervalQuantile) / comparisons, n - 1);
    const half = (quantile * effect.logDeviation) / Math.sqrt(n);
    if (half < distance) return more;
  }
  return mostRoundsNamed;
}
