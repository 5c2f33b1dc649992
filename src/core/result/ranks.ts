import { normalUpperTail } from './normal';
import { median } from './statistics';

/** Above this many values the counts of orders no longer fit a double exactly, and the normal approximation is as good. */
const mostExact = 50;

/** Twice the rank of every value, 1 the smallest, so that the mean rank of equal values is a whole number as well. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * below + equal + 1;
  });
}

/** The smaller of both tails of `counts` at `at`, that place in both, doubled; at most 1. */
function twoSided(counts: Float64Array, at: number): number {
  const sum = (part: Float64Array): number => part.reduce((total, count) => total + count, 0);
  const smaller = Math.min(sum(counts.slice(0, at + 1)), sum(counts.slice(at)));
  return Math.min(1, (2 * smaller) / sum(counts));
}

/** By the normal distribution, half a step towards the middle (continuity correction); `step` is how far apart values lie. */
function normalTwoSided(distance: number, variance: number, step: number): number {
  if (variance <= 0) return 1;
  return Math.min(1, 2 * normalUpperTail(Math.max(0, Math.abs(distance) - step / 2) / Math.sqrt(variance)));
}

/**
 * The Hodges-Lehmann estimate of the middle of paired differences, in their unit: the median of the means of all pairs of values,
 * each with itself among them (Hodges and Lehmann, Annals of Mathematical Statistics 34, 1963). One value that is far off moves it
 * little. NaN of nothing. Assumes differences that are roughly symmetric about their middle.
 */
export function hodgesLehmann(differences: readonly number[]): number {
  return median(
    differences.flatMap((one, place) => differences.slice(place).map((other) => (one + other) / 2)),
  );
}

/**
 * Two-sided p of Wilcoxon's signed-rank test that paired differences lie about 0 (Wilcoxon, Biometrics Bulletin 1, 1945). Exact up to
 * {@link mostExact} differences, equal ones included, by counting all ways to sign the ranks; above, by the normal distribution.
 * Differences of 0 are left out, as Wilcoxon did; 1 where nothing is left. Limit: of n rounds it is at least 2 / 2ⁿ, so that below
 * six it cannot be under 0.05.
 */
export function signedRankP(differences: readonly number[]): number {
  const left = differences.filter((difference) => difference !== 0);
  const ranks = doubledRanks(left.map(Math.abs));
  const positive = ranks.reduce((sum, rank, place) => sum + ((left[place] ?? 0) > 0 ? rank : 0), 0);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  if (left.length > mostExact) {
    const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4;
    return normalTwoSided(positive - total / 2, variance, 2);
  }
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  for (const rank of ranks)
    for (let sum = total; sum >= rank; sum -= 1) ways[sum] = (ways[sum] ?? 0) + (ways[sum - rank] ?? 0);
  return twoSided(ways, positive);
}

/**
 * Two-sided p of the Mann-Whitney U test that neither of two independent groups tends to be larger (Mann and Whitney, Annals of
 * Mathematical Statistics 18, 1947). Exact up to {@link mostExact} values of both together, equal ones included, by counting all
 * ways to share out the ranks; above, by the normal distribution with the correction for equal values. NaN where a group is empty.
 *
 * It knows nothing of rounds: what moves both halves of a round alike counts as noise, so that it sees less than a paired test.
 */
export function mannWhitneyP(first: readonly number[], second: readonly number[]): number {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return Number.NaN;
  const all = n + m;
  const ranks = doubledRanks([...first, ...second]);
  const own = ranks.slice(0, n).reduce((sum, rank) => sum + rank, 0);
  if (all > mostExact) {
    const middle = all + 1;
    const spread = ranks.reduce((sum, rank) => sum + (rank - middle) ** 2, 0);
    return normalTwoSided(own - n * middle, (n * m * spread) / (all * (all - 1)), 2);
  }
  const most = ranks.reduce((sum, rank) => sum + rank, 0);
  // ways[k][sum]: in how many ways k of the values seen so far have ranks that add up to it.
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(most + 1));
  ways[0]?.fill(1, 0, 1);
  for (const rank of ranks)
    for (let taken = n; taken >= 1; taken -= 1) {
      const [into, from] = [ways[taken], ways[taken - 1]];
      if (!into || !from) continue;
      for (let sum = most; sum >= rank; sum -= 1) into[sum] = (into[sum] ?? 0) + (from[sum - rank] ?? 0);
    }
  return twoSided(ways[n] ?? new Float64Array(0), own);
}
