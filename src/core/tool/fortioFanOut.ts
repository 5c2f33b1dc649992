/** Results of several fortio clients that sent at the same time, taken as one load. */
import { isRecord, numberAt, readJson } from './json';

/** Clients that sent together for less than this share of their time measured something else in the rest of it. */
const leastCommonShare = 0.9;

/**
 * fortio's results in a text, one after another. fortio indents by two spaces, so a brace alone begins and ends one
 * (`cli/fortio_main.go`, v1.68). Null for one that cannot be read. A text that is one JSON value is one result.
 */
export function fortioDocuments(stdout: string): readonly (Record<string, unknown> | null)[] {
  const single = readJson(stdout);
  if (isRecord(single)) return [single];
  const texts = stdout.split(/^\}\s*$/m).filter((text) => text.trim() !== '');
  return texts.map((text) => {
    const value = readJson(`${text}}`);
    return isRecord(value) ? value : null;
  });
}

interface Bucket {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

function bucketsOf(document: Record<string, unknown>): readonly Bucket[] {
  const histogram = document['DurationHistogram'];
  const data =
    isRecord(histogram) && Array.isArray(histogram['Data']) ? (histogram['Data'] as unknown[]) : [];
  return data.flatMap((entry) => {
    const start = numberAt(entry, 'Start');
    const end = numberAt(entry, 'End');
    const count = numberAt(entry, 'Count');
    return start === null || end === null || count === null || count <= 0 || end < start
      ? []
      : [{ start, end, count }];
  });
}

/** How many of the values lie at or below `value`, each bucket's spread evenly over its width. */
function countUpTo(value: number, buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { start, end, count }) => {
    if (value >= end) return sum + count;
    return value <= start ? sum : sum + (count * (value - start)) / (end - start);
  }, 0);
}

/**
 * The percentile of all clients' values together, in the unit of the buckets; null where there are none. Percentiles of
 * single clients cannot be averaged; their buckets can be added.
 */
function mergedPercentile(percentile: number, buckets: readonly Bucket[]): number | null {
  const edges = [...new Set(buckets.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const wanted = (total * percentile) / 100;
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (countUpTo(edges[middle] ?? 0, buckets) < wanted) low = middle + 1;
    else high = middle;
  }
  const upper = edges[low];
  if (upper === undefined) return null;
  const lower = edges[low - 1] ?? upper;
  const below = countUpTo(lower, buckets);
  const upTo = countUpTo(upper, buckets);
  return upTo > below ? lower + ((wanted - below) / (upTo - below)) * (upper - lower) : upper;
}

/** The percentiles that fortio was asked for, over all documents, in fortio's own form. */
export function mergedPercentiles(
  documents: readonly Record<string, unknown>[],
  percentiles: readonly number[],
): readonly { readonly Percentile: number; readonly Value: number }[] {
  const buckets = documents.flatMap(bucketsOf);
  return percentiles.flatMap((percentile) => {
    const value = mergedPercentile(percentile, buckets);
    return value === null ? [] : [{ Percentile: percentile, Value: value }];
  });
}

/** Why the clients did not send together, or null where they did, by the clocks of their nodes. */
export function whyNotTogether(documents: readonly Record<string, unknown>[]): string | null {
  const windows = documents.map((document) => {
    const text = document['StartTime'];
    const start = typeof text === 'string' ? Date.parse(text) : Number.NaN;
    return { start, milliseconds: (numberAt(document, 'ActualDuration') ?? 0) / 1e6 };
  });
  if (windows.some(({ start, milliseconds }) => Number.isNaN(start) || milliseconds <= 0))
    return 'a client does not tell when it sent';
  const begin = Math.max(...windows.map(({ start }) => start));
  const end = Math.min(...windows.map(({ start, milliseconds }) => start + milliseconds));
  const longest = Math.max(...windows.map(({ milliseconds }) => milliseconds));
  const share = Math.max(0, end - begin) / longest;
  return share >= leastCommonShare
    ? null
    : `the ${documents.length} clients sent together for only ${(share * 100).toFixed(0)} % of their time`;
}
