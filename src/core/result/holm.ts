/**
 * p values of several comparisons, corrected so that the chance of even one false finding among all of them stays below the level
 * that they are held to (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6,
 * 1979): of m, the k-th smallest is multiplied by m − k + 1, is at least the one before it and at most 1. In the order given.
 * Holds however the comparisons depend on each other.
 */
export function holm(pValues: readonly number[]): readonly number[] {
  const corrected = pValues.map(() => Number.NaN);
  let least = 0;
  pValues
    .map((p, place) => ({ p, place }))
    .sort((a, b) => a.p - b.p)
    .forEach(({ p, place }, rank) => {
      least = Math.min(1, Math.max(least, (pValues.length - rank) * p));
      corrected[place] = least;
    });
  return corrected;
}
