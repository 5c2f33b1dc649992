/** How many of the values lie in a range. A bucket whose ends are the same holds that one value. */
export interface Bucket {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** Values as they add up along their axis, in the unit of the buckets. */
export interface Histogram {
  readonly count: number;
  /** Growing; a place where several values are alike stands there twice. */
  readonly edges: readonly number[];
  /** How many of the values lie below each edge. */
  readonly below: readonly number[];
}

/**
 * Buckets added up, each spread evenly over its width. They may overlap, as those of several processes do: a bucket
 * counts for what it holds, whatever its neighbours are. Percentiles cannot be averaged; buckets can be added.
 */
export function histogramOf(buckets: readonly Bucket[]): Histogram {
  /** At each edge: values that stand there alone, and by how much the density changes. */
  const changes = new Map<number, { alike: number; density: number }>();
  const at = (edge: number): { alike: number; density: number } => {
    const known = changes.get(edge) ?? { alike: 0, density: 0 };
    changes.set(edge, known);
    return known;
  };
  for (const { start, end, count } of buckets) {
    const density = count / (end - start);
    if (!Number.isFinite(density)) at(start).alike += count;
    else {
      at(start).density += density;
      at(end).density -= density;
    }
  }
  const edges: number[] = [];
  const below: number[] = [];
  let sum = 0;
  let density = 0;
  let before = Number.NaN;
  for (const edge of [...changes.keys()].sort((a, b) => a - b)) {
    const change = at(edge);
    if (edges.length > 0) sum += density * (edge - before);
    edges.push(edge);
    below.push(sum);
    if (change.alike > 0) {
      sum += change.alike;
      edges.push(edge);
      below.push(sum);
    }
    density += change.density;
    before = edge;
  }
  return { count: sum, edges, below };
}

/** The value that this percent of all values stay at or below; null where there are none. */
export function percentileOf({ count, edges, below }: Histogram, percent: number): number | null {
  // What binary fractions leave out of a sum must not put the last percentile past the last edge.
  const wanted = Math.min((count * percent) / 100, below.at(-1) ?? 0);
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((below[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  const upper = edges[low];
  if (upper === undefined) return null;
  const lower = edges[low - 1] ?? upper;
  const [from, to] = [below[low - 1] ?? 0, below[low] ?? 0];
  return to > from ? lower + ((wanted - from) / (to - from)) * (upper - lower) : upper;
}

/** The share of all values, 0 to 1, that lie at or below a value; NaN where there are none. */
export function shareAtOrBelow({ count, edges, below }: Histogram, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  const [lower, from] = [edges[low - 1], below[low - 1]];
  if (lower === undefined || from === undefined) return count > 0 ? 0 : Number.NaN;
  const [upper, to] = [edges[low], below[low]];
  if (upper === undefined || to === undefined) return 1;
  return (from + ((value - lower) / (upper - lower)) * (to - from)) / count;
}

/** Buckets of the same ends added up, in the order of their starts. Exact: nothing is spread, no end moves. */
export function mergedBuckets(buckets: readonly Bucket[]): readonly Bucket[] {
  const byEnds = new Map<string, Bucket>();
  for (const { start, end, count } of buckets) {
    const key = `${start} ${end}`;
    byEnds.set(key, { start, end, count: count + (byEnds.get(key)?.count ?? 0) });
  }
  return [...byEnds.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** A range widened to the ends of the buckets that hold its ends: where in them the values lie is not known. */
export function widenedToBuckets(
  buckets: readonly Bucket[],
  [low, high]: readonly [number, number],
): readonly [number, number] {
  const starts = buckets.filter(({ start, end }) => start <= low && low < end).map(({ start }) => start);
  const ends = buckets.filter(({ start, end }) => start < high && high <= end).map(({ end }) => end);
  return [Math.min(low, ...starts), Math.max(high, ...ends)];
}

/** Width of the widest bucket that holds a value: how finely its place is known. 0 where no bucket with a width does. */
export function widthAt(buckets: readonly Bucket[], value: number): number {
  return Math.max(
    0,
    ...buckets
      .filter(({ start, end }) => start <= value && value <= end)
      .map(({ start, end }) => end - start),
  );
}
