import { isRecord, numberAt } from '../../tool/json';
import { factsOfSummary } from './articleContext';
import {
  capacityPlaces,
  httpRatePlace,
  hubblePlace,
  policyPlace,
  scalePlace,
  scaleTransactionPlace,
  throughputPlaces,
  transactionPlace,
} from './articlePlaces';
import type { Found, LeftOut, Place, Reading, ResultFormat } from './source';

const rounded = 'The summary cuts figures to whole numbers or two decimals, and means p99s over rounds.';
const everyAnswer = 'The summary counts every answer as a request, refused ones too.';
/** fortio's default resolution, which the script does not change, in ms. */
const fortioBucketMs = 1;

/** One figure of the summary with where it stands, e.g. `rps.svc_c64.qps[0]`. */
interface Figure {
  readonly at: string;
  readonly place: Place;
  readonly tool: string;
  readonly values: Reading['values'];
  readonly notes: readonly string[];
}

function readingOf(file: string, { at, place, tool, values, notes }: Figure): Reading {
  return {
    file,
    tool,
    toolVersion: null,
    raw: JSON.stringify({ [at]: values }),
    places: [place],
    values,
    invalidReasons: [],
    startedAt: null,
    seconds: null,
    notes,
    notMeasured: [],
    secondHand: true,
  };
}

const rps = (at: string, place: Place, value: number | null): Figure[] =>
  value === null
    ? []
    : [{ at, place, tool: 'fortio', values: { rps: value }, notes: [rounded, everyAnswer] }];

const p99 = (at: string, place: Place, value: number | null): Figure[] =>
  value === null ? [] : [{ at, place, tool: 'netperf', values: { latencyP99Us: value }, notes: [rounded] }];

/** `{name: {key: [round, round]}}` with the places of each name. */
function rounds(
  section: unknown,
  key: string,
  placesOf: (name: string) => readonly Place[],
  figure: (at: string, place: Place, value: number) => readonly Figure[],
): readonly Figure[] {
  return Object.entries(isRecord(section) ? section : {}).flatMap(([name, entry]) => {
    const list = isRecord(entry) && Array.isArray(entry[key]) ? (entry[key] as unknown[]) : [];
    return list.flatMap((value, index) =>
      typeof value === 'number'
        ? placesOf(name).flatMap((place) =>
            figure(`${name}.${key}[${index}]`, { ...place, round: index + 1 }, value),
          )
        : [],
    );
  });
}

function throughputFigures(section: unknown): readonly Figure[] {
  return rounds(section, 'gbps', throughputPlaces, (at, place, value) => [
    {
      at: `throughput.${at}`,
      place,
      tool: 'iperf3',
      values: { throughputBitsPerSecond: value * 1e9 },
      notes: [rounded],
    },
  ]);
}

function latencyFigures(section: unknown): {
  readonly figures: readonly Figure[];
  readonly unresolved: boolean;
} {
  const [p50, rr, crr, http] = ['tcp_rr_p50_us', 'tcp_rr_p99_us', 'tcp_crr_p99_us', 'http_p99_1k_qps_ms'].map(
    (key) => numberAt(section, key),
  );
  const unresolved = http != null && http <= fortioBucketMs;
  const roundTrip = {
    ...(p50 == null ? {} : { latencyP50Us: p50 }),
    ...(rr == null ? {} : { latencyP99Us: rr }),
  };
  return {
    unresolved,
    figures: [
      ...(Object.keys(roundTrip).length === 0
        ? []
        : [
            {
              at: 'latency.tcp_rr',
              place: transactionPlace('rr'),
              tool: 'netperf',
              values: roundTrip,
              notes: [rounded],
            },
          ]),
      ...p99('latency.tcp_rr_p99_us', scaleTransactionPlace('rr', 0), rr ?? null),
      ...p99('latency.tcp_crr_p99_us', transactionPlace('crr'), crr ?? null),
      ...p99('latency.tcp_crr_p99_us', scaleTransactionPlace('crr', 0), crr ?? null),
      ...(http == null || unresolved
        ? []
        : [
            {
              at: 'latency.http_p99_1k_qps_ms',
              place: httpRatePlace(1000),
              tool: 'fortio',
              values: { latencyP99Us: http * 1000 },
              notes: [
                rounded,
                'The p99 of HTTP at 1 000/s is known no better than its bucket of fortio’s histogram, which is 1 ms wide.',
              ],
            },
          ]),
    ],
  };
}

function scaleFigures(section: unknown): readonly Figure[] {
  const at = 'service_scale';
  const steps = isRecord(section) && Array.isArray(section['steps']) ? (section['steps'] as unknown[]) : [];
  const figure = (key: string): number | null => numberAt(section, key);
  return [
    ...rps(
      `${at}.keepalive_baseline_qps`,
      scalePlace('kept', 0),
      figure('keepalive_baseline_qps') ?? figure('baseline_qps'),
    ),
    ...rps(`${at}.short_conn_baseline_qps`, scalePlace('short', 0), figure('short_conn_baseline_qps')),
    ...rps(
      `${at}.keepalive_1k_svc_qps`,
      scalePlace('kept', 1000),
      figure('keepalive_1k_svc_qps') ?? figure('1k_svc_qps'),
    ),
    ...rps(`${at}.short_conn_1k_svc_qps`, scalePlace('short', 1000), figure('short_conn_1k_svc_qps')),
    ...steps.flatMap((step, index) => {
      const count = numberAt(step, 'svc_count');
      if (count === null || !Number.isInteger(count) || count < 0 || count > 1e7) return [];
      const where = `${at}.steps[${index}]`;
      return [
        ...rps(`${where}.keepalive_qps`, scalePlace('kept', count), numberAt(step, 'keepalive_qps')),
        ...rps(`${where}.short_conn_qps`, scalePlace('short', count), numberAt(step, 'short_conn_qps')),
        ...p99(`${where}.tcp_rr_p99_us`, scaleTransactionPlace('rr', count), numberAt(step, 'tcp_rr_p99_us')),
        ...p99(
          `${where}.tcp_crr_p99_us`,
          scaleTransactionPlace('crr', count),
          numberAt(step, 'tcp_crr_p99_us'),
        ),
      ];
    }),
  ];
}

function switchFigures(json: Record<string, unknown>): readonly Figure[] {
  const of = (section: string, key: string, place: Place): Figure[] =>
    rps(`${section}.${key}`, place, numberAt(json[section], key));
  return [
    ...of('hubble', 'with_hubble_qps', hubblePlace('on')),
    ...of('hubble', 'without_hubble_qps', hubblePlace('off')),
    ...of('networkpolicy', 'baseline_qps', policyPlace('none')),
    ...of('networkpolicy', 'l3l4_qps', policyPlace('l3l4')),
    ...of('networkpolicy', 'l7_qps', policyPlace('l7')),
  ];
}

function leftOutOf(file: string, json: Record<string, unknown>, unresolved: boolean): LeftOut[] {
  const resources = json['resources'];
  return [
    ...(unresolved
      ? [
          {
            file,
            reason: `has a p99 of HTTP that was left out: it lies in the first bucket of fortio’s histogram, which is 1 ms wide and held every fast answer`,
          },
        ]
      : []),
    ...(isRecord(resources) && Object.keys(resources).length > 0
      ? [
          {
            file,
            reason:
              'has CPU and memory that were left out: they are means over all pods, under load and in the pauses between alike',
          },
        ]
      : []),
  ];
}

/** `benchmark-summary.json` of the article's script, of all its versions from 2026-06 on. */
export const articleSummaryFormat: ResultFormat = {
  id: 'tke-guide-summary',
  name: 'the summary of the TKE guide’s benchmark script',

  detects: ({ json }) =>
    isRecord(json) && isRecord(json['cluster']) && isRecord(json['throughput']) && 'service_scale' in json,

  read({ path, json }): Found {
    if (!isRecord(json)) return { readings: [], leftOut: [] };
    const latency = latencyFigures(json['latency']);
    const figures = [
      ...throughputFigures(json['throughput']),
      ...rounds(json['rps'], 'qps', capacityPlaces, (at, place, value) =>
        // The curve's beginning stands in its own section too, a mean of these.
        place.scenario === 'rps' ? rps(`rps.${at}`, place, value) : [],
      ),
      ...latency.figures,
      ...scaleFigures(json['service_scale']),
      ...switchFigures(json),
    ];
    return {
      readings: figures.map((figure) => readingOf(path, figure)),
      leftOut: leftOutOf(path, json, latency.unresolved),
      facts: factsOfSummary(json['cluster']),
    };
  },
};
