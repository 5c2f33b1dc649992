import { normalUpperTail } from './normal';
import { studentTQuantile } from './studentT';

/** Means that are drawn: the outermost quantile that is asked for, 0.24 % of them at six values, still has 12 below it. */
const resamples = 4_999;
/** Any number would do. It is fixed so that the same values always have the same interval, on every machine. */
const resamplingSeed = 20_261_125;

/** Rotates 32 bits to the left. */
const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/**
 * Whole 32-bit numbers: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47,
 * 2021), its state filled by splitmix32 from the seed. Good for statistics, not for secrets.
 */
export function randomWords(seed: number): () => number {
  let filling = seed >>> 0;
  const filled = (): number => {
    filling = (filling + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(filling ^ (filling >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  let [s0, s1, s2, s3] = [filled(), filled(), filled(), filled()];
  return () => {
    const result = Math.imul(rotated(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotated(s3, 11);
    return result;
  };
}

/** Quantile of sorted values, linear between two of them (Hyndman and Fan 1996, type 7, as NumPy and R do by default). */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}

/**
 * 95 % interval of the mean of n values, in their unit, by the expanded percentile bootstrap (Hesterberg, "What Teachers Should
 * Know About the Bootstrap", The American Statistician 69, 2015): n values are drawn with replacement {@link resamples} times,
 * and the quantiles α′ and 1 − α′ of their means are the ends, with α′ = Φ(−√(n / (n−1)) · t(0.975, n−1)).
 *
 * The plain percentile interval (α′ = 2.5 %) is too narrow for as few values as a run has rounds: the resampled means spread by
 * √((n−1)/n) too little, and normal quantiles stand where t belongs; α′ makes up for both. BCa corrects neither (it corrects skew).
 * `docs/statistics.md` has the coverage of all of them on recorded noise. Unlike a t interval it follows a skew of the values.
 *
 * Null below two values. Limits: with n values there are few different means, so that below six it is too coarse and
 * `pairedEffect` takes Student's t, which above six bounds it from within; it assumes independent values, and no outlier farther
 * than those it has seen.
 *
 * @param tail α′, where another one than that is asked for, as the plain 0.025.
 */
export function bootstrapInterval95(
  values: readonly number[],
  tail: number = expandedTail(values.length),
): readonly [number, number] | null {
  if (values.length < 2) return null;
  const means = resampledMeans(values);
  return [quantileOfSorted(means, tail), quantileOfSorted(means, 1 - tail)];
}

/** Means of {@link resamples} draws of n of n values with replacement, sorted; the same for the same values. */
export function resampledMeans(values: readonly number[]): Float64Array {
  const n = values.length;
  const next = randomWords(resamplingSeed);
  const means = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw += 1) {
    let sum = 0;
    // The high part of the product: every place is as likely as the others to one in 2³² / n.
    for (let at = 0; at < n; at += 1) sum += values[Math.floor((next() / 2 ** 32) * n)] ?? Number.NaN;
    means[draw] = sum / n;
  }
  return means.sort();
}

/** α′ of {@link bootstrapInterval95} for n values. */
export function expandedTail(n: number): number {
  return normalUpperTail(Math.sqrt(n / (n - 1)) * studentTQuantile(0.975, n - 1));
}
