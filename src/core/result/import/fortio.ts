import { fortio } from '../../tool/fortio';
import { isRecord, numberAt } from '../../tool/json';
import { grouped, quantity } from '../../words/numbers';
import type { MetricName } from '../metrics';
import { shortText, secondsOf, textAt, timeText } from './figures';
import { capacityLoad, rateLoad } from './placing';
import { looseNameOf } from './looseName';
import type { OpenedFile, Place, Reading, ResultFormat } from './source';

const percentiles: readonly { readonly percentile: number; readonly metric: MetricName }[] = [
  { percentile: 50, metric: 'latencyP50Us' },
  { percentile: 90, metric: 'latencyP90Us' },
  { percentile: 99, metric: 'latencyP99Us' },
];
/** A bucket wider than this share of the percentile in it tells more of the bucket than of the latency. */
const widestShare = 0.1;

interface Bucket {
  readonly start: number;
  readonly end: number;
  /** Share of the requests up to its end, in percent. */
  readonly upTo: number;
}

function bucketsOf(json: unknown): readonly Bucket[] {
  const histogram = isRecord(json) ? json['DurationHistogram'] : undefined;
  const data =
    isRecord(histogram) && Array.isArray(histogram['Data']) ? (histogram['Data'] as unknown[]) : [];
  return data.flatMap((entry) => {
    const start = numberAt(entry, 'Start');
    const end = numberAt(entry, 'End');
    const upTo = numberAt(entry, 'Percent');
    return start === null || end === null || upTo === null ? [] : [{ start, end, upTo }];
  });
}

interface Latencies {
  readonly values: Reading['values'];
  readonly notes: readonly string[];
  readonly notMeasured: Reading['notMeasured'];
}

const microseconds = (seconds: number): string => quantity('latencyP99Us', seconds * 1e6);

/**
 * The percentiles that the histogram resolves. fortio draws a straight line through the bucket that a percentile lies in
 * (`stats/stats.go`, v1.68): in the first, which begins at the fastest answer, and in the last, which ends at the slowest, that
 * line is all there is. With its resolution of 1 ms, which is the default, all percentiles of a fast service are such.
 */
function latenciesOf(json: unknown, what: string): Latencies {
  const histogram = isRecord(json) ? json['DurationHistogram'] : undefined;
  const list =
    isRecord(histogram) && Array.isArray(histogram['Percentiles'])
      ? (histogram['Percentiles'] as unknown[])
      : [];
  const buckets = bucketsOf(json);
  const values: Partial<Record<MetricName, number>> = {};
  const notes: string[] = [];
  const notMeasured: { what: string; reason: string }[] = [];
  for (const { percentile, metric } of percentiles) {
    const value = numberAt(
      list.find((entry) => numberAt(entry, 'Percentile') === percentile),
      'Value',
    );
    if (value === null) continue;
    const at = buckets.findIndex(({ upTo }) => upTo >= percentile);
    const bucket = buckets[at];
    const width = bucket ? bucket.end - bucket.start : 0;
    const isWide = width > widestShare * value;
    if (bucket && isWide && (at === 0 || at === buckets.length - 1)) {
      const edge = at === 0 ? 'first' : 'last';
      notMeasured.push({
        what: `p${percentile} latency of ${what}`,
        reason: `it lies in the ${edge} bucket of fortio’s histogram (${microseconds(bucket.start)} to ${microseconds(bucket.end)}), where a straight line stands for the answers`,
      });
      continue;
    }
    values[metric] = value * 1e6;
    if (isWide)
      notes.push(
        `The p${percentile} of ${what} is known no better than its bucket of fortio’s histogram, which is ${microseconds(width)} wide.`,
      );
  }
  return { values, notes, notMeasured };
}

/** Requests a second that were asked for; fortio writes them as a text. Null for what is neither. */
function askedRate(json: unknown): number | 'max' | null {
  const asked = textAt(json, 'RequestedQPS');
  if (asked === 'max') return 'max';
  const rate = Number(asked ?? Number.NaN);
  return Number.isFinite(rate) && rate > 0 ? rate : null;
}

function placeOf(file: OpenedFile, rate: number | 'max', connections: number): Place {
  const { id, label, round } = looseNameOf(file.path);
  const threads = connections === 1 ? '1 connection' : `${grouped(connections)} connections`;
  const pace = rate === 'max' ? 'saturated' : `at ${grouped(rate)}/s`;
  return {
    scenario: rate === 'max' ? 'rps' : 'latency',
    variant: { id, label: `${label} (${threads}, ${pace})` },
    load: rate === 'max' ? capacityLoad(connections, 'pod', true) : rateLoad(rate, connections, 'pod'),
    loadKnown: false,
    ...(round === undefined ? {} : { round }),
  };
}

/** A result of `fortio load -json` or of its REST interface, 1.68 and others with the same fields. */
export const fortioFormat: ResultFormat = {
  id: 'fortio',
  name: 'fortio’s JSON',

  detects: ({ json }) => isRecord(json) && 'DurationHistogram' in json && 'RequestedQPS' in json,

  read(file) {
    const { path, text, json } = file;
    const leaveOut = (reason: string) => ({ readings: [], leftOut: [{ file: path, reason }] });
    const rate = askedRate(json);
    const connections = numberAt(json, 'NumThreads');
    if (!isRecord(json) || rate === null || connections === null || connections < 1)
      return leaveOut('does not say with how many connections, or at which rate, fortio sent');
    const place = placeOf(file, rate, Math.floor(connections));
    // Without its percentiles: those are judged by the buckets here, since another resolution than ours may have been asked for.
    const { values, invalidReasons } = fortio.parse(place.load, {
      stdout: JSON.stringify({ ...json, DurationHistogram: null }),
      stderr: '',
      exitCode: 0,
    });
    const [reason] = invalidReasons;
    if (values.rps === undefined) return leaveOut(`holds no result: ${reason ?? 'fortio sent no request'}`);
    const latencies = latenciesOf(json, shortText(place.variant.label));
    const isCapacity = rate === 'max';
    const reading: Reading = {
      file: path,
      tool: 'fortio',
      toolVersion: textAt(json, 'Version'),
      raw: text,
      places: [place],
      // At a fixed rate the rate is no result, and saturated the latency is none.
      values: isCapacity ? { rps: values.rps } : latencies.values,
      invalidReasons,
      startedAt: timeText(textAt(json, 'StartTime')),
      seconds: secondsOf((numberAt(json, 'ActualDuration') ?? 0) / 1e9),
      notes: isCapacity ? [] : latencies.notes,
      notMeasured: isCapacity ? [] : latencies.notMeasured,
    };
    return { readings: [reading], leftOut: [] };
  },
};
