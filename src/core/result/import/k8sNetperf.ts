import type { Via } from '../../scenario/scenario';
import { isRecord, numberAt } from '../../tool/json';
import { counted } from '../../words/numbers';
import { idText, secondsOf, shortText, textAt, timeText } from './figures';
import { streamLoad, streamsText, transactionLabels, transactionLoad, wayLabel } from './placing';
import type { Found, LeftOut, Place, Reading, ResultFormat } from './source';

/** One test, from the JSON or a row of the CSV. */
interface Row {
  readonly driver: string;
  readonly profile: string;
  readonly isHost: boolean;
  readonly isService: boolean;
  readonly isSameNode: boolean;
  readonly parallelism: number;
  readonly messageSize: number;
  readonly samples: number;
  readonly duration: number | null;
  readonly throughput: number | null;
  readonly throughputUnit: string;
  readonly latency: number | null;
  readonly latencyUnit: string;
  readonly startedAt: string | null;
  readonly raw: string;
}

function placeOf(row: Row): Place | null {
  const test = /^TCP_(STREAM|RR|CRR)$/.exec(row.profile)?.[1];
  if (test === undefined) return null;
  const via: Via = row.isHost ? 'host' : row.isService ? 'service' : 'pod';
  const size = `messages of ${row.messageSize} bytes`;
  const place = row.isSameNode ? ', same node' : '';
  const end = `${row.messageSize}-${idText(row.driver, 'tool')}${row.isSameNode ? '-same-node' : ''}`;
  const common = { loadKnown: true, round: 1 };
  if (test === 'STREAM')
    return {
      ...common,
      scenario: 'throughput',
      variant: {
        id: `${via}-${row.parallelism}-${end}`,
        label: wayLabel(via, `${streamsText(row.parallelism)}, ${size}, ${shortText(row.driver)}${place}`),
      },
      load: streamLoad(via, row.parallelism),
    };
  const kind = test === 'RR' ? 'rr' : 'crr';
  const many = row.parallelism > 1 ? `, ${row.parallelism} at a time` : '';
  return {
    ...common,
    scenario: 'latency',
    variant: {
      id: `${kind}-${via}-${row.parallelism}-${end}`,
      label: `${transactionLabels[kind]}, ${wayLabel(via, `${size}, ${shortText(row.driver)}${many}${place}`)}`,
    },
    load: transactionLoad(kind, via),
  };
}

const streamUnits: Readonly<Record<string, number>> = { 'Mb/s': 1e6, 'Gb/s': 1e9, '10^6bits/s': 1e6 };

function valuesOf(row: Row, place: Place): Reading['values'] {
  const factor = Object.hasOwn(streamUnits, row.throughputUnit) ? streamUnits[row.throughputUnit] : undefined;
  if (place.scenario === 'throughput')
    return row.throughput === null || factor === undefined
      ? {}
      : { throughputBitsPerSecond: row.throughput * factor };
  return {
    ...(row.throughput === null || row.throughputUnit === 'Mb/s' ? {} : { rps: row.throughput }),
    ...(row.latency === null || row.latencyUnit !== 'usec' ? {} : { latencyP99Us: row.latency }),
  };
}

function notesOf(row: Row, place: Place): readonly string[] {
  if (row.samples <= 1) return [];
  return [
    `Each figure is k8s-netperf’s own mean of ${counted(row.samples, 'sample')}, counted as one here: the samples are not in its file.`,
    ...(place.scenario === 'latency' ? ['Its p99 is a mean of p99s, which is the p99 of nothing.'] : []),
  ];
}

function readRows(
  file: string,
  rows: readonly { readonly where: Omit<LeftOut, 'reason'>; readonly row: Row | null }[],
): Found {
  const leftOut: LeftOut[] = [];
  const readings = rows.flatMap(({ where, row }): Reading[] => {
    const place = row && placeOf(row);
    if (!row || !place) {
      const reason = row
        ? `holds a test that was left out: ${shortText(row.profile)} is not compared`
        : 'holds an entry that is no test of k8s-netperf';
      leftOut.push({ ...where, reason });
      return [];
    }
    return [
      {
        file,
        tool: idText(row.driver, 'netperf'),
        toolVersion: null,
        raw: row.raw,
        places: [place],
        values: valuesOf(row, place),
        invalidReasons: [],
        startedAt: row.startedAt,
        seconds: row.duration,
        notes: notesOf(row, place),
        notMeasured: [],
      },
    ];
  });
  return { readings, leftOut };
}

function rowOfDocument(document: unknown): Row | null {
  const [driver, profile] = ['driver', 'profile'].map((key) => textAt(document, key));
  if (!driver || !profile || !isRecord(document)) return null;
  return {
    driver,
    profile,
    isHost: document['hostNetwork'] === true,
    isService: document['service'] === true,
    isSameNode: document['local'] === true,
    parallelism: Math.max(1, Math.floor(numberAt(document, 'parallelism') ?? 1)),
    messageSize: Math.floor(numberAt(document, 'messageSize') ?? 0),
    samples: numberAt(document, 'samples') ?? 1,
    duration: secondsOf(numberAt(document, 'duration')),
    throughput: numberAt(document, 'throughput'),
    throughputUnit: textAt(document, 'tputMetric') ?? '',
    latency: numberAt(document, 'latency'),
    latencyUnit: textAt(document, 'ltcyMetric') ?? '',
    startedAt: timeText(textAt(document, 'timestamp')),
    raw: JSON.stringify(document),
  };
}

/** What `k8s-netperf --json` prints: a list of documents (`pkg/archive/archive.go`, 2024 to 2026). */
export const k8sNetperfFormat: ResultFormat = {
  id: 'k8s-netperf',
  name: 'k8s-netperf’s JSON',

  detects: ({ json }) => {
    const first: unknown = Array.isArray(json) ? json[0] : undefined;
    return isRecord(first) && 'driver' in first && 'profile' in first && 'tputMetric' in first;
  },

  read({ path, json }) {
    const documents = Array.isArray(json) ? (json as unknown[]) : [];
    return readRows(
      path,
      documents.map((document) => ({ where: { file: path }, row: rowOfDocument(document) })),
    );
  },
};

const csvHead =
  'Driver,Profile,Same node,Host Network,Service,Duration,Parallelism,# of Samples,Message Size,';

/** A row of the CSV by the names of its head; its cells hold no commas. */
function rowOfCells(head: readonly string[], line: string): Row | null {
  const cells = line.split(',');
  if (cells.length !== head.length) return null;
  const cell = (name: string): string => cells[head.indexOf(name)] ?? '';
  const number = (name: string): number | null => {
    const value = Number(cell(name) || Number.NaN);
    return Number.isFinite(value) ? value : null;
  };
  if (cell('Driver') === '' || cell('Profile') === '') return null;
  return {
    driver: cell('Driver'),
    profile: cell('Profile'),
    isHost: cell('Host Network') === 'true',
    isService: cell('Service') === 'true',
    isSameNode: cell('Same node') === 'true',
    parallelism: Math.max(1, Math.floor(number('Parallelism') ?? 1)),
    messageSize: Math.floor(number('Message Size') ?? 0),
    samples: number('# of Samples') ?? 1,
    duration: secondsOf(number('Duration')),
    throughput: number('Avg Throughput'),
    throughputUnit: cell('Throughput Metric'),
    latency: number('99%tile Observed Latency'),
    latencyUnit: cell('Latency Metric'),
    startedAt: null,
    raw: `${head.join(',')}\n${line}`,
  };
}

/** `result-*.csv` of `k8s-netperf --csv` (`WriteCSVResult`, the same file). */
export const k8sNetperfCsvFormat: ResultFormat = {
  id: 'k8s-netperf-csv',
  name: 'k8s-netperf’s CSV',

  detects: ({ text }) =>
    text.startsWith(csvHead) && text.split('\n', 1)[0]?.includes('Avg Throughput') === true,

  read({ path, text }) {
    const [first = '', ...lines] = text.split(/\r?\n/);
    const head = first.split(',');
    const rows = lines.flatMap((line, index) =>
      line.trim() === '' ? [] : [{ where: { file: path, line: index + 2 }, row: rowOfCells(head, line) }],
    );
    return readRows(path, rows);
  },
};
