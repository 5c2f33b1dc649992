import type { MetricName } from '../metrics';
import { looseNameOf } from './looseName';
import { streamLoad, transactionLabels, transactionLoad } from './placing';
import type { OpenedFile, Place, Reading, ResultFormat } from './source';

type Test = 'rr' | 'crr' | 'stream';

/** The line that netperf begins with (`src/nettest_omni.c`, 2.7); a test of UDP has another. */
const tests: readonly { readonly test: Test; readonly banner: RegExp }[] = [
  { test: 'crr', banner: /^(?:MIGRATED )?TCP Connect\/Request\/Response TEST/im },
  { test: 'rr', banner: /^(?:MIGRATED )?TCP REQUEST\/RESPONSE TEST/im },
  { test: 'stream', banner: /^(?:MIGRATED )?TCP STREAM TEST/im },
];
const anyBanner = /^(?:MIGRATED )?(?:TCP|UDP|SCTP)[^\n]* TEST from /im;

/** Output selectors, and the words that `-o` and `-O` print for them. */
const selectors: Readonly<Record<string, string>> = {
  '50th Percentile Latency Microseconds': 'P50_LATENCY',
  '90th Percentile Latency Microseconds': 'P90_LATENCY',
  '99th Percentile Latency Microseconds': 'P99_LATENCY',
  Throughput: 'THROUGHPUT',
  'Throughput Units': 'THROUGHPUT_UNITS',
  'Transaction Rate Tran/s': 'TRANSACTION_RATE',
  'Elapsed Time (sec)': 'ELAPSED_TIME',
};
const selectorOf = (word: string): string =>
  Object.hasOwn(selectors, word) ? (selectors[word] ?? word) : word;

const keyValue = /^([A-Z][A-Z0-9_]+)=(.*)$/;

/** `-k`: a line for each selector. */
function ofKeyValues(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const [, key, value] = keyValue.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.trim()] as const];
    }),
  );
}

/** `-o`: a line of words, then a line of values. */
function ofCsv(lines: readonly string[]): Map<string, string> {
  const at = lines.findIndex(
    (line) => line.includes(',') && line.split(',').some((word) => selectorOf(word) !== word),
  );
  const words = (lines[at] ?? '').split(',');
  const values = (lines.slice(at + 1).find((line) => /^-?[\d.]/.test(line)) ?? '').split(',');
  if (at === -1 || words.length !== values.length) return new Map();
  return new Map(words.map((word, index) => [selectorOf(word), values[index] ?? '']));
}

/** The table of a classic test: throughput is its last column, after socket sizes, sizes of messages and the time. */
function ofTable(lines: readonly string[], test: Test): Map<string, string> {
  const row = lines
    .map((line) => line.trim().split(/\s+/))
    .findLast((cells) => cells.length >= 5 && cells.every((cell) => /^\d+(?:\.\d+)?$/.test(cell)));
  const last = row?.at(-1);
  if (last === undefined) return new Map();
  return new Map([
    ['THROUGHPUT', last],
    ['THROUGHPUT_UNITS', test === 'stream' ? '10^6bits/s' : 'Trans/s'],
    ['ELAPSED_TIME', row?.at(-2) ?? ''],
  ]);
}

/** netperf prints -1.000 for what it could not measure. */
function numberOf(fields: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = fields.get(key);
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

const latencyFields = [
  ['latencyP50Us', 'P50_LATENCY'],
  ['latencyP90Us', 'P90_LATENCY'],
  ['latencyP99Us', 'P99_LATENCY'],
] as const satisfies readonly (readonly [MetricName, string])[];

function valuesOf(fields: ReadonlyMap<string, string>, test: Test): Reading['values'] {
  const values: Partial<Record<MetricName, number>> = {};
  const throughput = numberOf(fields, 'THROUGHPUT');
  if (test === 'stream') {
    const units = fields.get('THROUGHPUT_UNITS') ?? '10^6bits/s';
    if (throughput !== undefined && units === '10^6bits/s') values.throughputBitsPerSecond = throughput * 1e6;
    return values;
  }
  for (const [metric, key] of latencyFields) {
    const value = numberOf(fields, key);
    if (value !== undefined) values[metric] = value;
  }
  // netperf's throughput of these tests is transactions a second unless other units were asked for (`-f x`).
  const inTransactions = (fields.get('THROUGHPUT_UNITS') ?? 'Trans/s') === 'Trans/s';
  const rate = numberOf(fields, 'TRANSACTION_RATE') ?? (inTransactions ? throughput : undefined);
  if (rate !== undefined) values.rps = rate;
  return values;
}

/** netperf's latencies are counted in buckets, wide ones above 100 µs (`src/netlib.c`, HIST_add, 2.7). */
function bucketNotes(values: Reading['values']): readonly string[] {
  const p99 = values.latencyP99Us ?? 0;
  if (p99 < 100) return [];
  return [
    'netperf counts latencies of 100 µs and more in buckets of 10 µs, of 1 ms and more in buckets of 100 µs.',
  ];
}

function placeOf({ path }: OpenedFile, test: Test): Place {
  const { id, label, round } = looseNameOf(path);
  const what = test === 'stream' ? '1 stream' : transactionLabels[test];
  return {
    scenario: test === 'stream' ? 'throughput' : 'latency',
    variant: { id, label: `${label} (${what})` },
    load: test === 'stream' ? streamLoad('pod', 1) : transactionLoad(test, 'pod'),
    loadKnown: false,
    ...(round === undefined ? {} : { round }),
  };
}

/** What netperf prints, 2.6 and 2.7: its classic table, `-o` (CSV) or `-k` (key and value), each under its banner. */
export const netperfFormat: ResultFormat = {
  id: 'netperf',
  name: 'netperf’s text',

  detects: ({ text, json }) =>
    json === undefined &&
    (anyBanner.test(text) || /^(?:P99_LATENCY|THROUGHPUT_UNITS|TRANSACTION_RATE)=/m.test(text)),

  read(file) {
    const { path, text } = file;
    const leaveOut = (reason: string, line?: number) => ({
      readings: [],
      leftOut: [{ file: path, reason, ...(line === undefined ? {} : { line }) }],
    });
    const lines = text.split(/\r?\n/);
    const found = tests.find(({ banner }) => banner.test(text));
    if (!found) {
      const line = lines.findIndex((one) => anyBanner.test(one));
      return line === -1
        ? leaveOut('has no banner that says which test it is of: netperf was run with -P 0')
        : leaveOut('is of a netperf test other than TCP_RR, TCP_CRR and TCP_STREAM', line + 1);
    }
    const keyValues = ofKeyValues(lines);
    const csv = keyValues.size > 0 ? keyValues : ofCsv(lines);
    const fields = csv.size > 0 ? csv : ofTable(lines, found.test);
    const values = valuesOf(fields, found.test);
    if (Object.keys(values).length === 0)
      return leaveOut('holds no figures below netperf’s banner', lines.length);
    const seconds = numberOf(fields, 'ELAPSED_TIME');
    return {
      readings: [
        {
          file: path,
          tool: 'netperf',
          toolVersion: null,
          raw: text,
          places: [placeOf(file, found.test)],
          values,
          invalidReasons: [],
          startedAt: null,
          seconds: seconds === undefined || seconds === 0 ? null : seconds,
          notes: found.test === 'stream' ? [] : bucketNotes(values),
          notMeasured: [],
        },
      ],
      leftOut: [],
    };
  },
};
