import type { MetricName } from '../metrics';
import type { PublishedEffect, PublishedReference, PublishedSource, PublishedValue } from './published';

/**
 * Three clusters of three nodes, client and server on two of them, one round each. The article calls ± 0.5 % noise for Hubble and
 * −2.2 % noise for the L3/L4 policy, and single figures (−9.2 % at 30,000 Services, natively routed) outliers: of one round
 * neither can be told.
 */
export const tkeSource: PublishedSource = {
  title: 'Cilium Network Performance Benchmark (TKE guide)',
  platform: 'TKE',
  year: 2026,
  ciliumVersion: '1.19.4',
  kubernetesVersion: '1.34.1',
  kernel: '6.6.117',
  nodeType: 'SA5.LARGE8 (4 cores, 8 GiB)',
  cores: 4,
  nodes: 3,
  rounds: 1,
};

/** A variant, what was measured, and the figures of the clusters in the order of {@link clusters}; null where there is none. */
type Row = readonly [string, string, number | null, number | null, number | null];

interface Table {
  readonly scenario: string;
  readonly metric: MetricName;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

const valueTables: readonly Table[] = [
  {
    scenario: 'throughput',
    metric: 'throughputBitsPerSecond',
    rows: [
      ['host-8', 'node to node, 8 streams', 10.44e9, 10.44e9, 10.82e9],
      ['pod-1', '1 stream', 10.43e9, 10.43e9, 10.75e9],
      ['pod-8', '8 streams', 10.43e9, 10.43e9, 10.77e9],
      ['pod-16', '16 streams', 10.43e9, 10.43e9, 10.77e9],
      ['service-8', '8 streams', 10.43e9, 10.43e9, 10.77e9],
    ],
  },
  {
    scenario: 'rps',
    metric: 'rps',
    rows: [
      ['pod-c64', '64 kept connections', 115_903, 100_338, 93_159],
      ['service-c64', '64 kept connections', 115_434, 100_416, 100_955],
      ['service-c256', '256 kept connections', 119_434, 102_827, 94_148],
      ['service-short', 'a connection a request, 64 at a time', 31_365, 13_826, 14_193],
    ],
  },
  {
    scenario: 'latency',
    metric: 'latencyP50Us',
    rows: [['rr-pod', 'netperf TCP_RR, whether to the pod is not told', 84, 85, 95]],
  },
  {
    scenario: 'latency',
    metric: 'latencyP99Us',
    rows: [
      ['rr-pod', 'netperf TCP_RR, whether to the pod is not told', 107, 103, 118],
      ['crr-pod', 'netperf TCP_CRR, whether to the pod is not told', 487, 546, 558],
    ],
  },
  {
    scenario: 'latency',
    metric: 'latencyP99Us',
    parameters: { rate: '1000' },
    rows: [['http-pod', '1 000 requests a second, whether to the pod is not told', 990, 990, 990]],
  },
  {
    scenario: 'service-scale',
    metric: 'rps',
    parameters: { connections: 'short' },
    rows: [
      ['cluster-0', 'a connection a request, 64 at a time', 31_365, 13_826, 14_193],
      ['cluster-5000', 'a connection a request, 64 at a time', 22_237, 12_774, 13_122],
      ['cluster-10000', 'a connection a request, 64 at a time', 17_261, 11_895, 12_746],
      ['cluster-20000', 'a connection a request, 64 at a time', 12_916, 11_815, 13_080],
      ['cluster-30000', 'a connection a request, 64 at a time', 9057, 10_286, 12_879],
    ],
  },
  {
    scenario: 'hubble',
    metric: 'rps',
    rows: [
      ['off', 'saturated, number of connections not told', null, 100_271, 101_675],
      ['on', 'saturated, number of connections not told', null, 100_007, 101_434],
    ],
  },
  {
    scenario: 'policy-overhead',
    metric: 'rps',
    rows: [
      ['none', 'saturated, number of connections not told', null, 99_985, 101_514],
      ['l3l4', 'saturated, number of connections not told', null, 99_965, 99_249],
      ['l7', 'saturated, number of connections not told', null, 13_883, 11_483],
    ],
  },
  {
    scenario: 'bpf-memory',
    metric: 'bpfMemoryBytes',
    rows: [['as-found', 'bpf-lb-map-max 1 020 000, MB as 10⁶ bytes', null, 289.7e6, 289.7e6]],
  },
];

/** In percent, as the article prints them. */
const effectTables: readonly (Table & { readonly against: string })[] = [
  {
    scenario: 'service-scale',
    metric: 'rps',
    against: 'cluster-0',
    parameters: { connections: 'kept' },
    rows: [
      ['cluster-5000', 'kept connections', -0.2, 0.0, -0.1],
      ['cluster-10000', 'kept connections', -2.1, -0.7, 0.1],
      ['cluster-20000', 'kept connections', -0.3, -1.5, 0.2],
      ['cluster-30000', 'kept connections', -0.7, -9.2, 0.5],
    ],
  },
  {
    scenario: 'hubble',
    metric: 'rps',
    against: 'off',
    rows: [['on', 'saturated, number of connections not told', null, -0.3, -0.2]],
  },
  {
    scenario: 'policy-overhead',
    metric: 'rps',
    against: 'none',
    rows: [
      ['l3l4', 'saturated, number of connections not told', null, -0.0, -2.2],
      ['l7', 'saturated, number of connections not told', null, -86.1, -88.7],
    ],
  },
];

/** What they were read under, which no scenario does. */
const underServices =
  'it was read with 30 000 Services of 4 endpoints each standing, and no scenario does so';

const clusters = [
  {
    name: 'tke-iptables',
    label: 'VPC-CNI with kube-proxy, iptables',
    rest: [
      {
        scenario: 'resources',
        what: 'kube-proxy: 8.2 millicores, 926 MiB',
        reason: underServices,
      },
    ],
  },
  {
    name: 'tke-cilium-native',
    label: 'VPC-CNI with Cilium, native routing',
    rest: [
      {
        scenario: 'resources',
        what: 'cilium-agent: 25.8 millicores, 1111 MiB',
        reason: underServices,
      },
    ],
  },
  {
    name: 'tke-cilium-vxlan',
    label: 'Cilium VXLAN overlay',
    rest: [
      {
        scenario: 'resources',
        what: 'cilium-agent: 25.4 millicores, 1104 MiB',
        reason: underServices,
      },
    ],
  },
] as const;

function valuesOf(cluster: number): readonly PublishedValue[] {
  return valueTables.flatMap(({ rows, ...table }) =>
    rows.flatMap(([variant, conditions, ...figures]) => {
      const value = figures[cluster] ?? null;
      return value === null ? [] : [{ ...table, variant, conditions, value }];
    }),
  );
}

function effectsOf(cluster: number): readonly PublishedEffect[] {
  return effectTables.flatMap(({ rows, ...table }) =>
    rows.flatMap(([variant, conditions, ...figures]) => {
      const percent = figures[cluster] ?? null;
      return percent === null ? [] : [{ ...table, variant, conditions, percent }];
    }),
  );
}

export const tke2026: readonly PublishedReference[] = clusters.map((cluster, place) => ({
  ...cluster,
  source: tkeSource,
  values: valuesOf(place),
  effects: effectsOf(place),
}));
