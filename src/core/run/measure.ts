import type { HttpRequest, SamplePlan } from '../plan/plan';
import { percentOf, type MetricName } from '../result/metrics';
import type { ComponentUse, CpuUse, NotMeasured, PartValue, RawOutput, Sample } from '../result/run';
import type { Load } from '../scenario/scenario';
import type { Bench, JobOutput, Usage } from '../target';
import type { LoadTool, Measurement } from '../tool/tool';
import { judgeGates } from './gates/registry';
import type { GateInput } from './gates/gate';
import type { Reason, ReasonCode } from './gates/reasonCodes';

/** How long after its time a load tool may still run before it is ended. */
const graceSeconds = 15;

export interface TakenSample {
  readonly sample: Sample;
  readonly raw: RawOutput;
  /** Wall time of the load process. */
  readonly seconds: number;
  readonly reasons: readonly Reason[];
  /** Gates that the target tells nothing for. */
  readonly notJudged: readonly ReasonCode[];
}

/** What Cilium's agents are called among the components that are watched. */
export const agentComponent = 'Cilium agent';

/** CPU time of the agents in the seconds of a load, in µs; null unless each of those that were watched tells it. */
function agentCpuUs({ components = [], seconds }: JobOutput): number | null {
  const agents = components.filter(({ component }) => component === agentComponent);
  const cores = agents.flatMap(({ cpuCores }) => cpuCores ?? []);
  if (agents.length === 0 || cores.length < agents.length) return null;
  return cores.reduce((sum, one) => sum + one, 0) * seconds * 1e6;
}

function cpuUse(before: Usage, after: Usage, output: JobOutput): CpuUse {
  const cpu: Partial<Record<keyof CpuUse, number>> = {};
  if (output.clientCpuUs !== null) cpu.client = output.clientCpuUs;
  const agent = agentCpuUs(output);
  if (agent !== null) cpu.agent = agent;
  for (const component of ['server', 'proxy'] as const) {
    const start = before.cpuUs[component];
    const end = after.cpuUs[component];
    if (start !== undefined && end !== undefined) cpu[component] = end - start;
  }
  return cpu;
}

/**
 * CPU time of client, server, proxy and agent together for one answered request, in µs. Undefined unless client and server
 * could both be read: a part of the cost must not pass for the whole. Proxy and agent count where they are there and can be read; the
 * lab has no agent, and a cluster tells no CPU time of pods within a load, so that it has none of the four.
 */
export function cpuUsPerRequest(cpu: CpuUse, requests: number | null): number | undefined {
  if (requests === null || requests === 0 || cpu.client === undefined || cpu.server === undefined)
    return undefined;
  return (cpu.client + cpu.server + (cpu.proxy ?? 0) + (cpu.agent ?? 0)) / requests;
}

/** What a tool's own output says against its numbers. */
function reasonsOf({ invalidReasons, invalidCodes }: Measurement): readonly Reason[] {
  return invalidReasons.map((says, place) => ({ code: invalidCodes?.[place] ?? 'no-result', says }));
}

/** The reasons of a sample as `run.json` has them. */
export function invalidBy(
  reasons: readonly Reason[],
): Pick<Sample, 'valid' | 'invalidReasons' | 'invalidCodes'> {
  return {
    valid: reasons.length === 0,
    invalidReasons: reasons.map(({ says }) => says),
    ...(reasons.length > 0 ? { invalidCodes: reasons.map(({ code }) => code) } : {}),
  };
}

/** The quantities that a component's pods are added up in. */
const componentMetrics: readonly {
  readonly metric: MetricName;
  readonly noun: string;
  readonly read: (use: ComponentUse) => number | null;
}[] = [
  { metric: 'componentCpuCores', noun: 'CPU', read: ({ cpuCores }) => cpuCores },
  { metric: 'componentMemoryBytes', noun: 'memory', read: ({ memoryBytes }) => memoryBytes },
];

interface Components {
  readonly parts: readonly PartValue[];
  readonly leftOut: readonly NotMeasured[];
  /** Metrics that some component lacks: their sum over all would be too small. */
  readonly incomplete: ReadonlySet<MetricName>;
}

/** The components' figures, those of a component's pods on several nodes added up; all of them or none. */
function componentParts(components: readonly ComponentUse[]): Components {
  const names = [...new Set(components.map(({ component }) => component))];
  const parts: PartValue[] = [];
  const leftOut: NotMeasured[] = [];
  const incomplete = new Set<MetricName>();
  for (const part of names) {
    const own = components.filter(({ component }) => component === part);
    for (const { metric, noun, read } of componentMetrics) {
      const values = own.map(read);
      const missing = own.find((use) => read(use) === null);
      if (missing === undefined) {
        parts.push({
          part,
          metric,
          value: values.reduce<number>((total, value) => total + (value ?? 0), 0),
        });
      } else {
        incomplete.add(metric);
        const node = missing.node === null ? '' : ` on ${missing.node}`;
        leftOut.push({
          what: `${noun} of ${part}${node}`,
          reason: missing.reason ?? 'it could not be read',
        });
      }
    }
  }
  return { parts, leftOut, incomplete };
}

function totals({ parts, incomplete }: Components): Partial<Record<MetricName, number>> {
  const sums: Partial<Record<MetricName, number>> = {};
  for (const { metric, value } of parts)
    if (!incomplete.has(metric)) sums[metric] = (sums[metric] ?? 0) + value;
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

/** What a sample keeps of all its latencies; nothing where its load does not ask for them, as one that seeks the most requests. */
export function distributionOf(
  load: Load,
  { latencies, offered }: Measurement,
): Pick<Sample, 'latencies' | 'offered'> {
  if (!load.metrics.some((metric) => percentOf(metric) !== null)) return {};
  return { ...(latencies ? { latencies } : {}), ...(offered ? { offered } : {}) };
}

/**
 * Runs one load to completion and reads it.
 * @param control what the control sample of the load's block is held against.
 *
 * Throws only what the bench throws (cancelled, bench gone).
 */
export async function takeSample(
  bench: Bench,
  tool: LoadTool,
  plan: SamplePlan,
  request: HttpRequest,
  control: GateInput['control'],
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
  const cpu = cpuUse(before, after, output);
  const components = componentParts(output.components ?? []);
  const parts = [...(measurement.parts ?? []), ...components.parts];
  const values = askedFor(plan, measurement, cpu, totals(components));
  const missing = plan.load.metrics.filter((metric) => values[metric] === undefined);
  const judged = judgeGates({
    kind: plan.load.kind,
    seconds: output.seconds,
    clientCpuUs: output.clientCpuUs,
    clientCores: bench.clientCores ?? null,
    output: `${output.stdout}\n${output.stderr}`,
    before: before.readings ?? {},
    after: after.readings ?? {},
    control,
  });
  const reasons: readonly Reason[] = [
    ...reasonsOf(measurement),
    ...judged.reasons,
    ...(output.spoiledBy ?? []),
    // Where the tool gave nothing at all, it has already said why.
    ...(measurement.invalidReasons.length === 0 && missing.length === plan.load.metrics.length
      ? [{ code: 'no-result' as const, says: `${tool.name} gave none of ${missing.join(', ')}` }]
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
      ...invalidBy(reasons),
      values,
      cpuUs: cpu,
      ...distributionOf(plan.load, measurement),
      ...(parts.length > 0 ? { parts } : {}),
      ...(components.leftOut.length > 0 ? { partsLeftOut: components.leftOut } : {}),
    },
    raw: { argv, exitCode: output.exitCode, stdout: output.stdout, stderr: output.stderr },
    seconds: output.seconds,
    reasons,
    notJudged: judged.notJudged,
  };
}
