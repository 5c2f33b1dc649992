/** Models to draw in tests. The figures are made up in the shape of real ones; nothing here was measured or is shipped. */
import type { ChartModel, ChartPoint, PanelModel } from '../../../src/core/result/panelModel';

function point(label: string, value: number, spreadPercent: number, rounds = 5): ChartPoint {
  const share = spreadPercent / 100;
  // A fixed zigzag instead of chance, so that pictures stay the same.
  const offsets = [0.4, -0.7, 0.1, 0.9, -0.5].slice(0, rounds);
  return {
    label,
    value,
    low: rounds < 2 ? null : value * (1 - share),
    high: rounds < 2 ? null : value * (1 + share),
    samples: offsets.map((offset, index) => ({
      id: `b${index + 1}-${label}`,
      value: value * (1 + offset * share),
      valid: true,
    })),
  };
}

const variants = ['No policy', 'L3/L4', 'L7 through Envoy'];

export const requestsChart: ChartModel = {
  id: 'rps',
  title: 'Requests a second, saturated',
  kind: 'bars',
  unit: 'requests/s',
  scale: 'linear',
  categories: variants,
  series: [
    {
      label: 'Requests a second',
      points: [point('none', 21_890, 3), point('l3l4', 19_930, 3), point('l7', 7_324, 4)],
    },
  ],
  summary: 'An L7 policy takes requests a second from 21 890 to 7 324, an L3/L4 policy to 19 930.',
};

export const latencyChart: ChartModel = {
  id: 'latency',
  title: 'Latency at 1 000 requests/s',
  kind: 'dots',
  unit: 'µs',
  scale: 'logarithmic',
  categories: ['p50', 'p90', 'p99'],
  series: [
    { label: 'No policy', points: [point('n50', 137, 5), point('n90', 201, 9), point('n99', 420, 22)] },
    { label: 'L3/L4', points: [point('l50', 148, 6), point('l90', 219, 8), point('l99', 455, 20)] },
    {
      label: 'L7 through Envoy',
      points: [point('e50', 401, 6), point('e90', 640, 11), point('e99', 1_380, 25)],
    },
  ],
  summary:
    'At 1 000 requests a second an L7 policy takes p50 from 137 to 401 µs and p99 from 420 to 1 380 µs.',
};

const change = (label: string, value: number, low: number, high: number): ChartPoint => ({
  label,
  value,
  low,
  high,
  samples: [],
});

export const effectsChart: ChartModel = {
  id: 'effects',
  title: 'Overhead against no policy',
  kind: 'effects',
  unit: '%',
  scale: 'linear',
  categories: ['L3/L4', 'L7 through Envoy'],
  series: [
    {
      label: 'Requests a second',
      points: [change('L3/L4', -9, -12, -6), change('L7 through Envoy', -67, -69, -65)],
    },
  ],
  noisePercent: 4,
  summary: 'L3/L4 −9 % (−12 to −6), L7 −67 % (−69 to −65), both outside the noise of ± 4 %.',
};

export const complete: PanelModel = {
  runId: '2026-11-23-policy-overhead-x7',
  title: 'Cost of examples/shop-l7.yaml',
  subtitle: 'local lab · standard (5 rounds) · 23 Nov 2026, 18:49',
  state: 'complete',
  sentences: [
    'An L7 policy costs 67 % of the requests a second here and triples the CPU of each.',
    'An L3/L4 policy costs 9 %. Both are far outside this run’s noise of ± 4 %.',
  ],
  charts: [requestsChart, latencyChart, effectsChart],
  table: {
    columns: [
      { label: 'Policy', numeric: false },
      { label: 'Requests/s, saturated', numeric: true },
      { label: 'Against no policy', numeric: true },
      { label: 'p50 at 1 000/s', numeric: true },
      { label: 'CPU a request', numeric: true },
      { label: 'Verdict', numeric: false },
    ],
    rows: [
      ['No policy', '21 890 ± 3 %', '', '137 µs', '49.0 µs', ''],
      ['L3/L4', '19 930', '−9 % (−12 to −6)', '148 µs', '54.6 µs', 'worse'],
      ['L7 through Envoy', '7 324', '−67 % (−69 to −65)', '401 µs', '161 µs', 'worse'],
    ],
  },
  samples: [
    { id: 'b1-none', text: 'Round 1 · No policy · saturated · 22 150 requests/s', valid: true },
    { id: 'b1-l3l4', text: 'Round 1 · L3/L4 · saturated · 20 170 requests/s', valid: true },
    {
      id: 'b1-l7',
      text: 'Round 1 · L7 through Envoy · saturated · 7 441 requests/s · the client was out of CPU (98 %)',
      valid: false,
    },
    { id: 'b2-none', text: 'Round 2 · No policy · saturated · 21 430 requests/s', valid: true },
  ],
  notes: [
    '15 of 15 samples valid; client CPU 61 %.',
    'This machine, not a cluster: loopback links of one kernel.',
    'Not measured: BPF memory (needs Cilium).',
  ],
  fingerprint: [
    { name: 'kernel', value: '6.18.44' },
    { name: 'cpu', value: '2 × AMD EPYC 9R14' },
    { name: 'fortio', value: '1.68.0 (cache)' },
    { name: 'Envoy', value: '1.40.2 (cache)' },
    { name: 'link', value: 'veth, direct, MTU 1500' },
    { name: 'service rules', value: 'nftables 1.0.6' },
  ],
  manifest: { file: 'examples/shop-l7.yaml', line: 14 },
};

const notYet: ChartPoint = {
  label: 'l7',
  value: null,
  low: null,
  high: null,
  samples: [],
  note: 'not measured yet',
};

export const running: PanelModel = {
  ...complete,
  state: 'running',
  progress: 'Round 2 of 5, L3/L4 · 4 of 15 samples · 1:52 left',
  sentences: [],
  charts: [
    {
      ...requestsChart,
      series: [
        {
          label: 'Requests a second',
          points: [point('none', 21_890, 3, 2), point('l3l4', 19_930, 3, 1), notYet],
        },
      ],
    },
  ],
  samples: complete.samples.slice(0, 2),
};

export const cancelled: PanelModel = {
  ...complete,
  state: 'cancelled',
  sentences: [
    'Cancelled in round 3. An L7 policy costs between 61 and 70 % of the requests a second in 2 rounds.',
  ],
  notes: ['Cancelled by hand after 8 of 15 samples.', 'Everything that was changed is undone.'],
};

const counts = [0, 5_000, 10_000, 20_000, 30_000];
const curve = (values: readonly number[]): readonly ChartPoint[] =>
  counts.map((count, index) => point(`${count}`, values[index] ?? 0, 6));

export const serviceScale: PanelModel = {
  ...complete,
  runId: '2026-11-23-service-scale-k2',
  title: 'How short connections hold as Services grow',
  sentences: [
    'With 30 000 Services iptables serves 29 % of its short connections; nftables serves them all.',
  ],
  charts: [
    {
      id: 'scale-rps',
      title: 'Short connections a second',
      kind: 'lines',
      unit: 'requests/s',
      scale: 'linear',
      categories: counts.map(String),
      categoryTitle: 'Services',
      series: [
        { label: 'iptables', points: curve([9_100, 6_400, 5_020, 3_700, 2_640]) },
        { label: 'nftables', points: curve([8_800, 8_810, 8_760, 8_790, 8_740]) },
      ],
      summary: 'iptables falls from 9 100 to 2 640 as Services grow to 30 000; nftables stays at 8 800.',
    },
    {
      id: 'scale-programming',
      title: 'Time until reachable',
      kind: 'lines',
      unit: 's',
      scale: 'logarithmic',
      categories: counts.map(String),
      categoryTitle: 'Services',
      series: [
        { label: 'iptables', points: curve([0.02, 0.4, 0.9, 2.1, 3.6]) },
        { label: 'nftables', points: curve([0.02, 0.11, 0.2, 0.41, 0.6]) },
      ],
      summary:
        'A new Service is reachable after 3.6 s with iptables and 0.6 s with nftables at 30 000 Services.',
    },
  ],
};

const waysIn = [
  'Pod, 64 connections',
  'Service, 64 connections',
  'Service, 256 connections',
  'Pod, short',
  'Service, short',
];
const invalidLast = (made: ChartPoint): ChartPoint => ({
  ...made,
  samples: made.samples.map((sample, index) =>
    index === 4 ? { ...sample, value: (made.value ?? 0) * 0.8, valid: false } : sample,
  ),
});

/** More variants than charts are made for, invalid samples among them. */
export const manyVariants: PanelModel = {
  ...complete,
  runId: '2026-11-23-rps-p4',
  title: 'Requests a second, by the way in',
  sentences: ['A Service in front of a pod costs 2 % here, which is within noise.'],
  charts: [
    {
      ...requestsChart,
      categories: waysIn,
      series: [
        {
          label: 'Requests a second',
          points: [22_100, 21_600, 23_400, 9_800, 9_100].map((value, index) =>
            invalidLast(point(`${index}`, value, 5)),
          ),
        },
      ],
    },
    {
      ...latencyChart,
      series: waysIn.map((label, way) => ({
        label,
        points: [130, 210, 480].map((value, index) => point(`${way}-${index}`, value * (1 + way / 8), 8)),
      })),
    },
    {
      ...effectsChart,
      categories: waysIn.slice(1),
      series: [
        {
          label: 'Requests a second',
          points: [
            change('a', -2, -5, 1),
            change('b', 6, 3, 9),
            change('c', -56, -58, -53),
            change('d', 190, 160, 220),
          ],
        },
      ],
    },
    { ...requestsChart, id: 'cpu', title: 'CPU a request', unit: 'µs' },
  ],
};
