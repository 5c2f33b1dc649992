/** Plans and targets for tests on a cluster: for the tests, and for a process of its own that they end. */
import { clusterFacts, type ClusterFacts } from '../../src/core/cluster/clusterFacts';
import type { Consent } from '../../src/core/plan/consents';
import { makePlan, type PolicyChoice } from '../../src/core/plan/makePlan';
import type { Plan } from '../../src/core/plan/plan';
import { profiles } from '../../src/core/plan/profiles';
import type { Run } from '../../src/core/result/run';
import { findScenario } from '../../src/core/scenario/registry';
import type { Target, TargetCapabilities } from '../../src/core/target';
import { openClient, type KubeClient } from '../../src/kube/client/openClient';
import { readContexts } from '../../src/kube/readContexts';
import type { RunSettings } from '../../src/kube/runSettings';
import { createKubeTarget } from '../../src/kube/target';

/** As the user of a kubeconfig's current context. */
export async function clientBy(kubeconfig: string): Promise<KubeClient> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const { current } = await readContexts(env);
  return openClient(current ?? '', env);
}

/** The images that the test cluster has; it never pulls any. */
const images = { fortio: 'registry.local/fortio:dev', network: 'registry.local/tools:dev' } as const;

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
      'service-scale-cluster',
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
    measured = policy,
  }: {
    seconds?: number;
    rounds?: number;
    parameters?: Readonly<Record<string, string>>;
    target?: TargetCapabilities;
    measured?: PolicyChoice;
  } = {},
): Plan {
  const found = findScenario(scenario);
  const [quick] = profiles;
  if (quick === undefined) throw new Error('there is no profile');
  const plan = makePlan(found, {
    profile: { ...quick, rounds },
    parameters,
    policy: found.takesPolicy ? measured : null,
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

/** A few samples of two clients that leave the machine's cores to others: when they begin is what is looked at. */
export function severalClientsPlan(samples: number, seconds: number): Plan {
  const plan = shortPlan('rps', { seconds, parameters: { clients: '2' } });
  const taken = plan.steps.filter((step) => step.kind === 'sample').slice(0, samples);
  return {
    ...plan,
    steps: taken.map((step) => {
      const { sample } = step;
      if (sample.load.kind !== 'http') throw new Error('rps sends HTTP');
      return {
        ...step,
        sample: { ...sample, load: { ...sample.load, connections: 4, ratePerSecond: 100 } },
      };
    }),
  };
}

/** The samples that a plan names, by their ids. */
export function plannedIds({ steps }: Pick<Plan, 'steps'>): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'sample' ? [step.sample.id] : []));
}

/** The ids of a run's samples without further ones of a warm-up, which no plan names: how many there are is the machine's affair. */
export function plannedOf({ samples }: Pick<Run, 'samples'>, plan: Pick<Plan, 'steps'>): readonly string[] {
  const planned = new Set(plannedIds(plan));
  return samples.flatMap(({ id, block }) => (block === 0 && !planned.has(id) ? [] : [id]));
}

/** Place of the first step whose sample counts. */
export function firstMeasured(plan: Plan): number {
  return plan.steps.findIndex((step) => step.kind === 'sample' && !step.sample.discard);
}
