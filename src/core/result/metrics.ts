/** What can be measured. The names carry their unit and are part of the `run.json` contract. */
export const metrics = {
  rps: { label: 'requests a second', unit: 'requests/s', better: 'higher' },
  throughputBitsPerSecond: { label: 'throughput', unit: 'bit/s', better: 'higher' },
  latencyP50Us: { label: 'p50 latency', unit: 'µs', better: 'lower' },
  latencyP90Us: { label: 'p90 latency', unit: 'µs', better: 'lower' },
  latencyP99Us: { label: 'p99 latency', unit: 'µs', better: 'lower' },
  cpuUsPerRequest: { label: 'CPU a request', unit: 'µs', better: 'lower' },
  programmingSeconds: { label: 'time to program', unit: 's', better: 'lower' },
  reachableSeconds: { label: 'time until reachable', unit: 's', better: 'lower' },
  componentCpuCores: { label: 'CPU of the datapath', unit: 'cores', better: 'lower' },
  componentMemoryBytes: { label: 'memory of the datapath', unit: 'bytes', better: 'lower' },
  bpfMemoryBytes: { label: 'memory of BPF maps', unit: 'bytes', better: 'lower' },
  bpfMapMaxEntries: { label: 'room of a BPF map', unit: 'entries', better: 'lower' },
} as const satisfies Record<string, { label: string; unit: string; better: 'higher' | 'lower' }>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as MetricName[];

const percents: Readonly<Partial<Record<MetricName, number>>> = {
  latencyP50Us: 50,
  latencyP90Us: 90,
  latencyP99Us: 99,
};

/** Which percentile of the latencies a metric is; null for one that is none. */
export function percentOf(metric: MetricName): number | null {
  return percents[metric] ?? null;
}
