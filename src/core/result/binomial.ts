import { regularisedBeta } from './studentT';

/** P(X ≤ k) of X successes in n independent trials of chance p: I_{1−p}(n − k, k + 1) (DLMF 8.17.5). */
function binomialBelow(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : regularisedBeta(1 - p, n - k, k + 1);
}

/** The least k with P(X ≤ k) ≥ `probability`; 0 to n. By bisection. Equal to SciPy's `binom.ppf` (`test/unit/result/golden`). */
function binomialQuantile(probability: number, n: number, p: number): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialBelow(middle, n, p) >= probability) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Ranks from 1 of the two of n independent sorted values that hold the quantile p between them in at least 95 of 100 cases,
 * whatever their distribution: r = B(0.025) and s = B(0.975) + 1, B being the quantiles of the binomial distribution of n and p
 * (Conover, Practical Nonparametric Statistics, 3rd ed., 3.2; Hahn and Meeker, Statistical Intervals, 1991, 5.2).
 *
 * Null where there are no such values: that many support no interval of this quantile. The median asks for 6, p90 for 36, p99 for
 * 368. Limit: values must be independent; requests of one load are not, which `pooledPercentile` makes up for.
 */
export function orderStatisticRanks(n: number, p: number): readonly [number, number] | null {
  if (!(n >= 1) || !(p > 0 && p < 1)) return null;
  const low = binomialQuantile(0.025, n, p);
  const high = binomialQuantile(0.975, n, p) + 1;
  return low >= 1 && high <= n ? [low, high] : null;
}
