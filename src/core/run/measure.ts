import type { HttpRequest, SamplePlan } from '../plan/plan';
import type { MetricName } from '../result/metrics';
import type { ComponentUse, CpuUse, PartValue, RawOutput, Sample } from '../result/run';
import type { Bench, JobOutput, Usage } from '../target';
import type { LoadTool, Measurement } from '../tool/tool';

/** A client that takes more than this share of all its cores measures itself, not the network. */
const mostClientCpuShare = 0.95;
/** How long after its time a load tool may still run before it is ended. */
const graceSeconds = 15;

export interface TakenSample {
  readonly sample: Sample;
  readonly raw: RawOutput;
  /** Wall time of the load process. */
  readonly seconds: number;
}

function cpuUse(before: Usage, after: Usage, clientCpuUs: number | null): CpuUse {
  const cpu: Partial<Record<'client' | 'server' | 'proxy', number>> = {};
  if (clientCpuUs !== null) cpu.client = clientCpuUs;
  for (const component of ['server', 'proxy'] as const) {
    const start = before.cpuUs[component];
    const end = after.cpuUs[component];
    if (start !== undefined && end !== undefined) cpu[component] = end - start;
  }
  return cpu;
}

/**
 * CPU time of client, server and proxy together for one answered request, in µs. Undefined unless client and server
 * could both be read: a part of the cost must not pass for the whole.
 */
function cpuUsPerRequest(cpu: CpuUse, requests: number | null): number | undefined {
  if (requests === null || requests === 0 || cpu.client === undefined || cpu.server === undefined)
    return undefined;
  return (cpu.client + cpu.server + (cpu.proxy ?? 0)) / requests;
}

function clientBound(plan: SamplePlan, output: JobOutput, cores: number | undefined): string[] {
  // A bulk stream always takes a whole core on one machine: what it reads is what that core can push.
  if (plan.load.kind !== 'http' || cores === undefined || output.clientCpuUs === null) return [];
  const share = output.clientCpuUs / 1e6 / output.seconds / cores;
  if (share <= mostClientCpuShare) return [];
  return [`the client used ${(share * 100).toFixed(0)} % of its ${cores} cores, so it measured itself`];
}

/** A component's figures, those of its pods on several nodes added up. */
function componentParts(components: readonly ComponentUse[]): PartValue[] {
  const names = [...new Set(components.map(({ component }) => component))];
  return names.flatMap((part) => {
    const own = components.filter(({ component }) => component === part);
    const sum = (metric: MetricName, read: (use: ComponentUse) => number | null): PartValue[] => {
      const values = own.map(read);
      // One pod that could not be read makes the sum too small to show.
      if (values.some((value) => value === null)) return [];
      return [{ part, metric, value: values.reduce<number>((total, value) => total + (value ?? 0), 0) }];
    };
    return [
      ...sum('componentCpuCores', ({ cpuCores }) => cpuCores),
      ...sum('componentMemoryBytes', ({ memoryBytes }) => memoryBytes),
    ];
  });
}

function totals(parts: readonly PartValue[]): Partial<Record<MetricName, number>> {
  const sums: Partial<Record<MetricName, number>> = {};
  for (const { metric, value } of parts) sums[metric] = (sums[metric] ?? 0) + value;
  return sums;
}

function askedFor(
  plan: SamplePlan,
  measurement: Measurement,
  cpu: CpuUse,
  sums: Partial<Record<MetricName, number>>,
): Partial<Record<MetricName, number>> {
  const all: Partial<Record<MetricName, number>> = { ...sums, ...measurement.values };
  const perRequest = cpuUsPerRequest(cpu, measurement.requests);
  if (perRequest !== undefined) all.cpuUsPerRequest = perRequest;
  const values: Partial<Record<MetricName, number>> = {};
  for (const metric of plan.load.metrics) {
    const value = all[metric];
    if (value !== undefined) values[metric] = value;
  }
  return values;
}

/** Runs one load to completion and reads it. Throws only what the bench throws (cancelled, bench gone). */
export async function takeSample(
  bench: Bench,
  tool: LoadTool,
  plan: SamplePlan,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<TakenSample> {
  // What needs no server is given an address that stands for none.
  const address = tool.server === null ? { host: '', port: 0 } : bench.address(tool.server, plan.load.via);
  const argv = tool.argv(plan.load, address, request, plan.seconds);
  const before = await bench.sample();
  const output = await bench.run(
    {
      id: plan.id,
      argv,
      server: tool.server,
      via: plan.load.via,
      clients: plan.load.kind === 'http' ? (plan.load.clients ?? 1) : 1,
      seconds: plan.seconds,
      timeoutSeconds: plan.seconds + graceSeconds,
    },
    signal,
  );
  const after = await bench.sample();

  const measurement = tool.parse(plan.load, output);
  const cpu = cpuUse(before, after, output.clientCpuUs);
  const parts = [...(measurement.parts ?? []), ...componentParts(output.components ?? [])];
  const values = askedFor(plan, measurement, cpu, totals(parts));
  const missing = plan.load.metrics.filter((metric) => values[metric] === undefined);
  const invalidReasons = [
    ...measurement.invalidReasons,
    ...clientBound(plan, output, bench.clientCores),
    ...(output.spoiledBy ?? []),
    // Where the tool gave nothing at all, it has already said why.
    ...(measurement.invalidReasons.length === 0 && missing.length === plan.load.metrics.length
      ? [`${tool.name} gave none of ${missing.join(', ')}`]
      : []),
  ];
  return {
    sample: {
      id: plan.id,
      variant: plan.variant,
      load: plan.load.id,
      block: plan.block,
      repeat: plan.repeat,
      tool: tool.name,
      argv,
      startedAt: output.startedAt.toISOString(),
      seconds: output.seconds,
      raw: `samples/${plan.id}.json`,
      valid: invalidReasons.length === 0,
      invalidReasons,
      values,
      cpuUs: cpu,
      ...(parts.length > 0 ? { parts } : {}),
    },
    raw: { argv, exitCode: output.exitCode, stdout: output.stdout, stderr: output.stderr },
    seconds: output.seconds,
  };
}
