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
