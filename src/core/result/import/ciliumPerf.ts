import type { Via } from '../../scenario/scenario';
import { isRecord } from '../../tool/json';
import type { MetricName } from '../metrics';
import { idText, shortText, textAt } from './figures';
import { streamLoad, transactionLabels, transactionLoad, wayLabel } from './placing';
import type { LeftOut, Place, Reading, ResultFormat } from './source';

/** One row of a perfdash file, cut down to what is used. */
interface DataItem {
  readonly data: Readonly<Record<string, unknown>>;
  readonly unit: string;
  readonly scenario: string;
  readonly node: string;
  readonly testType: string;
}

function itemOf(entry: unknown): DataItem | null {
  if (!isRecord(entry) || !isRecord(entry['data'])) return null;
  const labels = entry['labels'];
  const [scenario, node, testType] = ['scenario', 'node', 'test_type'].map((name) => textAt(labels, name));
  const unit = textAt(entry, 'unit');
  if (unit === null || !scenario || !node || !testType) return null;
  return { data: entry['data'], unit, scenario, node, testType };
}

/** Names of percentiles: `Perc50`, and `TCP_RR_pod-to-pod_p50` in newer versions. */
const percentiles: readonly { readonly metric: MetricName; readonly key: RegExp }[] = [
  { metric: 'latencyP50Us', key: /(?:^Perc|_p)50$/ },
  { metric: 'latencyP90Us', key: /(?:^Perc|_p)90$/ },
  { metric: 'latencyP99Us', key: /(?:^Perc|_p)99$/ },
];

/** A row's figures in our units. `Mb/s` is what netperf calls 10^6bits/s. */
function valuesOf({ data, unit }: DataItem): Reading['values'] {
  const values: Partial<Record<MetricName, number>> = {};
  for (const [key, value] of Object.entries(data)) {
    if (typeof value !== 'number') continue;
    const latency = percentiles.find((one) => one.key.test(key))?.metric;
    if (unit === 'us' && latency) values[latency] = value;
    if (unit === 'ops/s') values.rps = value;
    if (unit === 'Mb/s') values.throughputBitsPerSecond = value * 1e6;
  }
  return values;
}

/** The ways that ours are named after; a mixture such as pod-to-host has none. */
const vias: Readonly<Record<string, Via>> = { 'pod-to-pod': 'pod', 'host-to-host': 'host' };

function placeOf({ scenario, node, testType }: DataItem): Place | null {
  const test = /^netperf-TCP_(STREAM|RR|CRR)$/.exec(testType)?.[1];
  if (test === undefined) return null;
  const via = Object.hasOwn(vias, scenario) ? vias[scenario] : undefined;
  const isFar = node === 'other-node';
  const where = isFar ? 'another node' : shortText(node.replaceAll('-', ' '));
  const way = via === undefined ? shortText(scenario.replaceAll('-', ' ')) : undefined;
  const label = (what: string): string =>
    `${way === undefined ? wayLabel(via ?? 'pod', what) : `${way}, ${what}`}, ${where}`;
  const end = `${via ?? idText(scenario, 'other')}${isFar ? '' : `-${idText(node, 'node')}`}`;
  const common = { loadKnown: via !== undefined, round: 1 };
  if (test === 'STREAM')
    return {
      ...common,
      scenario: 'throughput',
      variant: { id: via === undefined || !isFar ? `${end}-stream` : `${end}-1`, label: label('1 stream') },
      load: streamLoad(via ?? 'pod', 1),
    };
  const kind = test === 'RR' ? 'rr' : 'crr';
  return {
    ...common,
    scenario: 'latency',
    variant: { id: `${kind}-${end}`, label: `${transactionLabels[kind]}, ${label('netperf')}` },
    load: transactionLoad(kind, via ?? 'pod'),
  };
}

const lastOnly =
  'A report of cilium-cli holds one sample of each test, the last, however many were asked for (`--samples`).';

/**
 * What `cilium connectivity perf --report-dir` writes, in the form of Kubernetes' perfdash
 * (`cilium-cli/connectivity/perf/common/metrics.go`, cilium 1.16 to 1.20).
 */
export const ciliumPerfFormat: ResultFormat = {
  id: 'cilium-cli-perf',
  name: 'a report of cilium connectivity perf',

  detects: ({ json }) =>
    isRecord(json) && Array.isArray(json['dataItems']) && typeof json['version'] === 'string',

  read({ path, json }) {
    const readings = new Map<string, Reading>();
    const leftOut: LeftOut[] = [];
    const entries =
      isRecord(json) && Array.isArray(json['dataItems']) ? (json['dataItems'] as unknown[]) : [];
    for (const [index, entry] of entries.entries()) {
      const item = itemOf(entry);
      const place = item && placeOf(item);
      if (!item || !place) {
        const what = item
          ? `is of ${shortText(item.testType)}, which is not compared`
          : 'is no figure of a test';
        leftOut.push({ file: path, reason: `has an item that was left out: dataItems[${index}] ${what}` });
        continue;
      }
      const key = `${place.scenario} ${place.variant.id}`;
      const before = readings.get(key);
      readings.set(key, {
        file: path,
        tool: 'netperf',
        toolVersion: null,
        raw: `${before ? `${before.raw}\n` : ''}${JSON.stringify(entry)}`,
        places: [place],
        values: { ...before?.values, ...valuesOf(item) },
        invalidReasons: [],
        startedAt: null,
        seconds: null,
        notes: [lastOnly],
        notMeasured: [],
      });
    }
    return { readings: [...readings.values()], leftOut };
  },
};
