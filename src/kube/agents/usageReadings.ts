import { listAt, textAt } from '../client/json';
import { quantityOf } from '../bench/quantities';

/** CPU time that had been used when it was read, by the clock of whoever read it. */
export interface CpuReading {
  readonly atMs: number;
  readonly cpuSeconds: number;
}

/** What a kubelet says of one pod: of the whole, under an empty name, and of each container. */
export interface PodReading {
  readonly cpu: ReadonlyMap<string, CpuReading>;
  readonly memory: ReadonlyMap<string, { readonly atMs: number; readonly bytes: number }>;
  /** When each container started, in seconds. */
  readonly starts: ReadonlyMap<string, number>;
}

const metricLine =
  /^(pod|container)_(cpu_usage_seconds_total|memory_working_set_bytes|start_time_seconds)\{([^}]*)\} (\S+)(?: (\d+))?$/;

function labelsOf(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/**
 * Reads a kubelet's `/metrics/resource`, by `namespace/name` of the pod. It has what the kubelet's summary has, the moment of each
 * reading to the millisecond: the summary cuts it to whole seconds, which is up to 10 % of the time between two readings.
 * Source: kubernetes/kubernetes pkg/kubelet/metrics/collectors/resource_metrics.go at v1.34. Never throws.
 */
export function readKubeletMetrics(text: string): ReadonlyMap<string, PodReading> {
  const pods = new Map<
    string,
    {
      cpu: Map<string, CpuReading>;
      memory: Map<string, { atMs: number; bytes: number }>;
      starts: Map<string, number>;
    }
  >();
  for (const line of text.split('\n')) {
    const match = metricLine.exec(line);
    if (match === null) continue;
    const [, of, metric, labelText = '', valueText = '', atText] = match;
    const labels = labelsOf(labelText);
    const value = Number(valueText);
    const atMs = atText === undefined ? Number.NaN : Number(atText);
    const meter = of === 'pod' ? '' : labels.get('container');
    if (meter === undefined || !Number.isFinite(value)) continue;
    const key = `${labels.get('namespace') ?? ''}/${labels.get('pod') ?? ''}`;
    const pod = pods.get(key) ?? { cpu: new Map(), memory: new Map(), starts: new Map() };
    pods.set(key, pod);
    if (metric === 'start_time_seconds') pod.starts.set(meter, value);
    else if (!Number.isFinite(atMs)) continue;
    else if (metric === 'cpu_usage_seconds_total') pod.cpu.set(meter, { atMs, cpuSeconds: value });
    else pod.memory.set(meter, { atMs, bytes: value });
  }
  return pods;
}

/** What the metrics API says of a pod: the mean of its CPU over a window of time that has passed. */
export interface WindowReading {
  readonly startMs: number;
  readonly endMs: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  /** The clock of who answered, when it answered. */
  readonly nowMs: number;
}

const durationUnits: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** A duration as Go writes it, `15.195s` or `1m0s`, in ms; null where it is none. */
export function durationMs(text: string | null): number | null {
  const parts = [...(text ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return null;
  return parts.reduce((sum, [, value, unit = '']) => sum + Number(value) * (durationUnits[unit] ?? 0), 0);
}

function sumOf(containers: readonly unknown[], what: 'cpu' | 'memory'): number | null {
  const values = containers.map((container) => quantityOf(textAt(container, 'usage', what)));
  if (values.length === 0 || values.some((value) => value === null)) return null;
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/**
 * Reads a PodMetrics of metrics.k8s.io/v1beta1; null where a field is missing. Its creation time is the moment of the answer
 * (kubernetes-sigs/metrics-server pkg/api/pod.go at v0.8).
 */
export function readPodMetrics(object: unknown): WindowReading | null {
  const endMs = Date.parse(textAt(object, 'timestamp') ?? '');
  const nowMs = Date.parse(textAt(object, 'metadata', 'creationTimestamp') ?? '');
  const windowMs = durationMs(textAt(object, 'window'));
  const containers = listAt(object, 'containers');
  const cpuCores = sumOf(containers, 'cpu');
  const memoryBytes = sumOf(containers, 'memory');
  if (Number.isNaN(endMs) || Number.isNaN(nowMs) || windowMs === null) return null;
  if (cpuCores === null || memoryBytes === null) return null;
  return { startMs: endMs - windowMs, endMs, cpuCores, memoryBytes, nowMs };
}
