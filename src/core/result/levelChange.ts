import { studentTTwoSided } from './studentT';

/** A change of level in a series: the first `after` values lie `size` above the rest (below, where negative). */
export interface LevelChange {
  readonly after: number;
  /** In the values' unit. */
  readonly size: number;
  /** Two-sided p, corrected for every place that was tried (Bonferroni). */
  readonly p: number;
}

export interface LevelChangeRule {
  /** The last place that is tried: a change after at most so many values. */
  readonly latest: number;
  /** Whether a steady rise or fall through the series is told apart, so that it is no change of level. */
  readonly withTrend: boolean;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, place) => sum + value * (b[place] ?? 0), 0);

/** What is left of a column once the others, which stand at right angles to each other, are taken out of it. */
function without(column: readonly number[], others: readonly (readonly number[])[]): readonly number[] {
  return others.reduce((rest, other) => {
    const share = dot(rest, other) / dot(other, other);
    return rest.map((value, place) => value - share * (other[place] ?? 0));
  }, column);
}

/**
 * The likeliest single change of level in a series, whether or not it is one: the place with the largest |t| of the step s in
 * y = a + b·time + s·[before the change] by least squares (b = 0 without a trend), n − 2 or n − 3 degrees of freedom. Its p is
 * multiplied by the number of places that were tried, which bounds the error of choosing the largest.
 *
 * Source: Quandt, "Tests of the Hypothesis that a Linear Regression System Obeys Two Separate Regimes", JASA 55, 1960, with the bound of
 * Bonferroni in place of the limit distribution of Andrews (Econometrica 61, 1993), which needs longer series than a run has rounds.
 * Null where the series is too short for a single degree of freedom, or does not vary at all. Limits: one change is looked for; values
 * are taken to be independent and roughly normal.
 */
export function levelChange(
  values: readonly number[],
  { latest, withTrend }: LevelChangeRule,
): LevelChange | null {
  const n = values.length;
  const degreesOfFreedom = n - (withTrend ? 3 : 2);
  const places = Math.min(latest, n - 1);
  if (degreesOfFreedom < 1 || places < 1) return null;
  const ones = values.map(() => 1);
  const common = withTrend
    ? [
        ones,
        without(
          values.map((_, place) => place),
          [ones],
        ),
      ]
    : [ones];
  const rest = without(values, common);
  const total = dot(rest, rest);
  if (!(total > 0)) return null;
  let found: LevelChange | null = null;
  for (let after = 1; after <= places; after += 1) {
    const step = without(
      values.map((_, place) => (place < after ? 1 : 0)),
      common,
    );
    const length = dot(step, step);
    if (length < 1e-9) continue;
    const size = dot(step, rest) / length;
    const left = Math.max(0, total - size * size * length);
    const t = Math.abs(size) * Math.sqrt((length * degreesOfFreedom) / left);
    const p = Math.min(1, places * studentTTwoSided(t, degreesOfFreedom));
    if (found === null || p < found.p) found = { after, size, p };
  }
  return found;
}
