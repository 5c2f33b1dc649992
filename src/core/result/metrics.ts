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
} as const satisfies Record<string, { label: string; unit: string; better: 'higher' | 'lower' }>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as MetricName[];
