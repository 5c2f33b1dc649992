/** Results of several fortio clients that sent at the same time, taken as one load. */
import type { Bucket } from '../result/histogram';
import { histogramOf, mergedBuckets, percentileOf } from '../result/histogram';
import type { LatencyBuckets } from '../result/run';
import { isRecord, numberAt, readJson } from './json';

/**
 * Clients that begin further apart than this measure something else at the beginning and at the end of their time. What is known
 * is a bound that holds connecting and answering too, which a slow client takes longer for: a share of long loads is let pass.
 */
const mostApartSeconds = (shortest: number): number => Math.max(0.1, shortest / 50);

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

/** No request takes a day: a longer one is not a latency. */
const mostSeconds = 86_400;
/** More buckets than any fortio makes (it has some hundred at most); a text that claims more is not its own. */
const mostBuckets = 20_000;

function bucketsOf(document: Record<string, unknown>): readonly Bucket[] {
  const histogram = document['DurationHistogram'];
  const data =
    isRecord(histogram) && Array.isArray(histogram['Data']) ? (histogram['Data'] as unknown[]) : [];
  if (data.length > mostBuckets) return [];
  return data.flatMap((entry) => {
    const start = numberAt(entry, 'Start');
    const end = numberAt(entry, 'End');
    const count = numberAt(entry, 'Count');
    return start === null || end === null || count === null || count <= 0 || end < start
      ? []
      : [{ start, end, count }];
  });
}

/** Seconds as µs to a tenth of a nanosecond: what is finer is the binary fraction of fortio's seconds, not a time. */
const microseconds = (seconds: number): number => Number((seconds * 1e6).toFixed(4));

function bucketsUs(documents: readonly Record<string, unknown>[]): readonly Bucket[] {
  return documents
    .flatMap(bucketsOf)
    .filter(({ start, end }) => start >= 0 && end < mostSeconds)
    .map(({ start, end, count }) => ({ start: microseconds(start), end: microseconds(end), count }));
}

/** The latencies of a fortio's output, of all its clients together, as buckets in µs; none where it cannot be read. */
export function latencyBuckets(stdout: string): readonly Bucket[] {
  return bucketsUs(fortioDocuments(stdout).filter((document) => document !== null));
}

/**
 * The same of documents that are read already, buckets of the same ends added up; null where there are none. fortio's buckets have
 * the same inner edges in every process (`stats/stats.go`, v1.68), so that adding them up is exact and needs no histogram of ours.
 */
export function latenciesOf(documents: readonly Record<string, unknown>[]): LatencyBuckets | null {
  const merged = mergedBuckets(bucketsUs(documents));
  if (merged.length === 0) return null;
  return {
    startUs: merged.map(({ start }) => start),
    endUs: merged.map(({ end }) => end),
    counts: merged.map(({ count }) => count),
  };
}

/** The percentiles that fortio was asked for, over all documents, in fortio's own form. */
export function mergedPercentiles(
  documents: readonly Record<string, unknown>[],
  percentiles: readonly number[],
): readonly { readonly Percentile: number; readonly Value: number }[] {
  const histogram = histogramOf(documents.flatMap(bucketsOf));
  return percentiles.flatMap((percentile) => {
    const value = percentileOf(histogram, percentile);
    return value === null ? [] : [{ Percentile: percentile, Value: value }];
  });
}

/** What `fortio curl -loglevel verbose` says once it has the whole answer (`bincommon/commonflags.go`, v1.68). */
const answered = /Fetch result code (\d+), data len (\d+)/;

/** How many bytes the answer with every client's result has, by the log of the `fortio curl` that brought it; null before it has. */
export function answeredBytes(log: string): number | null {
  const [, code, bytes] = answered.exec(log) ?? [];
  return code === '200' && bytes !== undefined ? Number(bytes) : null;
}

/**
 * Seconds from the last thing that `fortio curl` said before it asked, to the answer; null where they are not told. Between the
 * two its verbose log is silent (v1.68: the address is the last thing that is told).
 */
function askedSeconds(log: string): number | null {
  const lines = log.split('\n').flatMap((line) => {
    const at = numberAt(readJson(line), 'ts');
    return at === null ? [] : [{ at, isAnswer: answered.test(line) }];
  });
  const answer = lines.findIndex(({ isAnswer }) => isAnswer);
  const before = lines[answer - 1];
  const after = lines[answer];
  return before === undefined || after === undefined ? null : after.at - before.at;
}

/**
 * Why the clients cannot be said to have begun together, or null where they have. One process asked them all and had all their
 * results `total` later, by its own clock; so no client began before it asked, and none later than its own time before
 * the end: they lie no further apart than `total` less the shortest time. Clocks of different nodes are not compared.
 * @param log of the `fortio curl` that brought the results.
 */
export function whyNotTogether(documents: readonly Record<string, unknown>[], log: string): string | null {
  const total = askedSeconds(log);
  const durations = documents.map((document) => (numberAt(document, 'ActualDuration') ?? 0) / 1e9);
  const unknown = `it is not known how far apart the ${documents.length} clients began`;
  if (total === null) return `${unknown}: when they were asked is not told`;
  // A clock that was set meanwhile.
  if (total < Math.max(...durations)) return `${unknown}: their results came before their time was over`;
  const shortest = Math.min(...durations);
  const apart = total - shortest;
  const most = mostApartSeconds(shortest);
  return apart <= most
    ? null
    : `the ${documents.length} clients may have begun up to ${(apart * 1000).toFixed(0)} ms apart (at most ${(most * 1000).toFixed(0)} ms)`;
}
