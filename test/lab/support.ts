import type { Change, HttpRequest, Plan, Probe, Step } from '../../src/core/plan/plan';
import type { PolicyUnderTest } from '../../src/core/policy/policyUnderTest';
import { noJournal } from '../../src/core/run/journal';
import type { JobOutput, OpenOptions, Target, Usage } from '../../src/core/target';
import type { HttpLoad, Load, Variant } from '../../src/core/scenario/scenario';
import { defaultCacheFolder } from '../../src/lab/tools/cacheFolder';
import { findTools } from '../../src/lab/tools/findTools';
import type { FoundTools } from '../../src/lab/tools/foundTools';

export const never = new AbortController().signal;

/**
 * The lab's tools as a person has them: on PATH, or brought to the cache folder. `CILIUM_BENCH_TEST_TOOLS`, a list of
 * folders, is searched first.
 */
export async function toolsHere(): Promise<FoundTools> {
  const { CILIUM_BENCH_TEST_TOOLS: folders, ...env } = process.env;
  const path = folders === undefined ? env['PATH'] : `${folders}:${env['PATH'] ?? ''}`;
  return findTools({ cacheFolder: defaultCacheFolder(env), env: { ...env, PATH: path }, signal: never });
}

export const allowed: HttpRequest = { method: 'GET', path: '/shop/1', headers: {} };
export const denied: HttpRequest = { method: 'DELETE', path: '/shop/1', headers: {} };

export const policy: PolicyUnderTest = {
  file: 'shop.yaml',
  name: 'shop',
  namespace: null,
  kind: 'CiliumNetworkPolicy',
  direction: 'ingress',
  port: 8080,
  http: [{ method: 'GET', path: '/shop/.*' }],
  textHash: '0'.repeat(64),
  line: 0,
};

export const saturated: HttpLoad = {
  kind: 'http',
  id: 'saturated',
  via: 'pod',
  connections: 8,
  keepAlive: true,
  ratePerSecond: 'max',
  metrics: ['rps', 'cpuUsPerRequest'],
};

/** A plan whose steps say no more than what the bench must be ready for. */
export function planOf(
  loads: readonly Load[],
  changes: readonly Change[] = [],
  parts: Partial<Plan> = {},
): Plan {
  const variant: Variant = { id: 'v', label: 'v', setting: {}, loads };
  const steps: Step[] = [
    ...changes.map((change) => ({ kind: 'change' as const, change, seconds: 0 })),
    ...loads.map((load) => ({
      kind: 'sample' as const,
      seconds: 1,
      sample: { id: load.id, variant: 'v', block: 1, repeat: 1, load, seconds: 1, discard: false },
    })),
  ];
  return {
    scenario: { id: 'test', title: 'test', question: 'test?' },
    profile: { id: 'quick', rounds: 1, secondsPerLoad: 1, warmupSeconds: 1 },
    parameters: {},
    seed: 1,
    variants: [variant],
    request: allowed,
    policy,
    steps,
    seconds: 1,
    notMeasured: [],
    metrics: ['rps'],
    ...parts,
  };
}

export function http(
  request: HttpRequest,
  expect: number | 'blocked',
  from: 'client' | 'other-client' = 'client',
): Probe {
  return { kind: 'http', from, request, expect };
}

/** CPU of all components for a request, in µs. */
export function cpuPerRequest(before: Usage, output: JobOutput, after: Usage, requests: number): number {
  const used = (part: 'server' | 'proxy'): number => (after.cpuUs[part] ?? 0) - (before.cpuUs[part] ?? 0);
  return ((output.clientCpuUs ?? 0) + used('server') + used('proxy')) / requests;
}

/** Opens, does, and always closes. */
export async function withBench<T>(
  target: Target,
  plan: Plan,
  use: (bench: Awaited<ReturnType<Target['open']>>) => Promise<T>,
): Promise<T> {
  const bench = await target.open(plan, inTest);
  try {
    return await use(bench);
  } finally {
    await bench.close();
  }
}

/** How a bench is opened where nothing of it outlives the test. */
export const inTest: OpenOptions = { runId: 'test', journal: noJournal, signal: never };

/** What a job needs besides its command line, where it is one client to the pod. */
export const onePod = { id: 'b1-test-load-1', via: 'pod', clients: 1, seconds: 1 } as const;
