import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { clusterFacts, type ClusterFacts } from '../../src/core/cluster/clusterFacts';
import type { Consent } from '../../src/core/plan/consents';
import { makePlan, type PolicyChoice } from '../../src/core/plan/makePlan';
import type { Plan } from '../../src/core/plan/plan';
import { profiles } from '../../src/core/plan/profiles';
import type { Run } from '../../src/core/result/run';
import { conduct, type ConductOptions } from '../../src/core/run/conduct';
import type { RunEvent } from '../../src/core/run/events';
import type { Journal, JournaledChange } from '../../src/core/run/journal';
import { findScenario } from '../../src/core/scenario/registry';
import type { Target, TargetCapabilities } from '../../src/core/target';
import { readContexts } from '../../src/kube/readContexts';
import { openClient, type KubeClient } from '../../src/kube/client/openClient';
import type { RunSettings } from '../../src/kube/runSettings';
import { createKubeTarget } from '../../src/kube/target';
import { systemClock } from '../../src/store/systemClock';
import { memorySink, type MemorySink } from '../unit/run/fakes';
import { runningCluster } from './testCluster.mjs';

export const never = new AbortController().signal;

/** The cluster that the tier started; none where one that stands already is named in the environment. */
const started =
  process.env['CILIUM_BENCH_TEST_KUBECONFIG'] === undefined ? runningCluster(inject('cluster')) : null;
/** Of a test cluster of two nodes, and of somebody who may do everything there. */
export const kubeconfig = started?.users.admin.kubeconfig ?? process.env['CILIUM_BENCH_TEST_KUBECONFIG'];

/** A program that breaks a part of a cluster that stands already: `PROGRAM WHAT on|off`. */
const faultProgram = process.env['CILIUM_BENCH_TEST_FAULT'];
export const canBreak = started !== null || faultProgram !== undefined;

/** Breaks a part of the cluster, or mends it. */
export async function fault(what: string, state: 'on' | 'off'): Promise<void> {
  if (started !== null) await started.fault(what, state);
  else await promisify(execFile)(faultProgram ?? '', [what, state]);
}

/** The images that the test cluster has; it never pulls any. */
export const images = { fortio: 'registry.local/fortio:dev', network: 'registry.local/tools:dev' } as const;

export const settings: RunSettings = {
  allow: new Set<Consent>(),
  namespace: null,
  clientNode: null,
  serverNode: null,
  crossZone: true,
  images,
  roundTripTool: 'sockperf',
  pullSecrets: [],
  tolerations: [],
  // Both nodes of the test cluster share the cores of one machine, with other things on them.
  cpu: '500m',
  memory: '256Mi',
};

export async function testClient(): Promise<KubeClient> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const { current } = await readContexts(env);
  return openClient(current ?? '', env);
}

const noFacts = { unread: 'facts are read elsewhere' };
/** Facts of a cluster of which nothing is known: a bench does not depend on them. */
export const noFactsKnown: ClusterFacts = clusterFacts(
  {
    serverVersion: noFacts,
    nodes: noFacts,
    daemonSets: noFacts,
    deployments: noFacts,
    systemPods: noFacts,
    configMaps: noFacts,
    customResources: noFacts,
    apiGroups: noFacts,
    namespaces: noFacts,
    services: noFacts,
    endpointSlices: noFacts,
    serviceCidrs: noFacts,
    nodeConfigs: noFacts,
    unreadConfigMaps: {},
    identity: noFacts,
    metricsApi: noFacts,
  },
  (text) => text,
);

export function testTarget(client: KubeClient, over: Partial<RunSettings> = {}): Target {
  return createKubeTarget({
    client,
    settings: { ...settings, ...over },
    readFacts: () => Promise.resolve(noFactsKnown),
  });
}

export const policy: PolicyChoice = {
  policy: {
    file: 'shop.yaml',
    name: 'shop',
    namespace: null,
    kind: 'CiliumNetworkPolicy',
    direction: 'ingress',
    port: 8080,
    http: [{ method: 'GET', path: '/shop/.*' }],
    textHash: '0'.repeat(64),
    line: 0,
  },
  allowed: { method: 'GET', path: '/shop/1', headers: {} },
  denied: { method: 'DELETE', path: '/shop/1', headers: {} },
};

/** What the test cluster does whatever its facts say: its own engine enforces NetworkPolicies. */
export function testCapabilities(...also: ('host-network' | 'policy-l7')[]): TargetCapabilities {
  return {
    can: new Set([
      'http',
      'stream',
      'round-trip',
      'service-address',
      'several-clients',
      'policy-l3l4',
      ...also,
    ]),
    cannot: new Map([
      ['policy-l7', 'nothing serves HTTP rules here'],
      ['host-network', 'it was not agreed to'],
    ]),
    policyKind: 'NetworkPolicy',
  };
}

/** A plan with loads as short as they can be. */
export function shortPlan(
  scenario: string,
  {
    seconds = 1,
    rounds = 1,
    parameters = {},
    target = testCapabilities(),
  }: {
    seconds?: number;
    rounds?: number;
    parameters?: Readonly<Record<string, string>>;
    target?: TargetCapabilities;
  } = {},
): Plan {
  const found = findScenario(scenario);
  const [quick] = profiles;
  if (quick === undefined) throw new Error('there is no profile');
  const plan = makePlan(found, {
    profile: { ...quick, rounds },
    parameters,
    policy: found.takesPolicy ? policy : null,
    on: 'kube',
    target,
    seed: 1,
  });
  return {
    ...plan,
    steps: plan.steps.map((step) =>
      step.kind === 'sample' ? { ...step, sample: { ...step.sample, seconds } } : step,
    ),
  };
}

let runs = 0;
/** An id that no other run of the tests has. */
export function newRunId(): string {
  runs += 1;
  return `test-${process.pid}-${runs}`;
}

/** A journal in memory, with what was begun and not put back. */
export function memoryJournal(): Journal & {
  readonly open: ReadonlyMap<number, JournaledChange>;
  readonly uids: ReadonlyMap<number, string>;
} {
  const open = new Map<number, JournaledChange>();
  const uids = new Map<number, string>();
  let next = 0;
  return {
    open,
    uids,
    begin(change) {
      next += 1;
      open.set(next, change);
      return Promise.resolve(next);
    },
    made(change, uid) {
      uids.set(change, uid);
      return Promise.resolve();
    },
    undone(change) {
      open.delete(change);
      return Promise.resolve();
    },
  };
}

export interface Conducted {
  readonly run: Run;
  readonly sink: MemorySink;
}

/** Conducts a plan to its end. */
export async function conducted(
  plan: Plan,
  target: Target,
  options: Partial<ConductOptions> & { readonly onEvent?: (event: RunEvent) => void } = {},
): Promise<Conducted> {
  const { onEvent, ...over } = options;
  const sink = memorySink();
  const events = conduct(plan, target, {
    id: newRunId(),
    sink,
    clock: systemClock,
    signal: never,
    ...over,
  });
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { run: next.value, sink };
    onEvent?.(next.value);
  }
}

/** Namespaces whose name says that a run made them. */
export async function benchNamespaces(client: KubeClient): Promise<readonly string[]> {
  const list = (await client.call({
    path: '/api/v1/namespaces',
    query: { labelSelector: 'app.kubernetes.io/managed-by=cilium-bench' },
  })) as { items: { metadata: { name: string } }[] };
  return list.items.map(({ metadata }) => metadata.name);
}
