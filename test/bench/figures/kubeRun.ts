import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makePlan } from '../../../src/core/plan/makePlan';
import type { Plan } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import { policyChoice } from '../../../src/core/policy/policyChoice';
import { conduct } from '../../../src/core/run/conduct';
import { noJournal } from '../../../src/core/run/journal';
import { findScenario } from '../../../src/core/scenario/registry';
import type { Target } from '../../../src/core/target';
import { fortio } from '../../../src/core/tool/fortio';
import { isRecord } from '../../../src/core/tool/json';
import { readClusterFacts } from '../../../src/kube/facts/readClusterFacts';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import { createKubeTarget } from '../../../src/kube/target';
import { systemClock } from '../../../src/store/systemClock';
import { memorySink } from '../../unit/run/fakes';
import { clusterForFigures, type FigureCluster } from '../clusterForFigures';
import { CannotMeasure, median, pairedRatio, type Figure, type Line } from '../figure';

const { signal } = new AbortController();
const pairs = 12;
const secondsPerLoad = 3;
/** What the test cluster has; both nodes share the cores of one machine. */
const settings = runSettingsFrom({
  images: { fortio: 'registry.local/fortio:dev', network: 'registry.local/tools:dev' },
  roundTripTool: 'sockperf',
  crossZone: true,
  cpu: '500m',
  memory: '256Mi',
});

async function planOf(scenario: string, target: Target): Promise<Plan> {
  const found = findScenario(scenario);
  const file = path.join('examples', 'shop-l7.yaml');
  return makePlan(found, {
    profile: findProfile('quick'),
    parameters: {},
    policy: found.takesPolicy ? policyChoice(await readFile(file, 'utf8'), file) : null,
    on: 'kube',
    target: await target.capabilities(signal),
    seed: 1,
  });
}

/** Wall time of a whole plan that its loads did not run. */
async function besideLoad(target: Target): Promise<Line> {
  const plan = await planOf('policy-overhead', target);
  const events = conduct(plan, target, {
    id: 'figure-share',
    sink: memorySink(),
    clock: systemClock,
    signal,
  });
  for (;;) {
    const next = await events.next();
    if (next.done !== true) continue;
    const { state, stateReason, underLoadShare } = next.value;
    if (state !== 'complete') throw new CannotMeasure(`the run is ${state}: ${stateReason ?? ''}`);
    return {
      name: 'wall time of policy-overhead not under load',
      value: 100 * (1 - underLoadShare),
      unit: '%',
      beside: 15,
      besideWhat: 'limit',
      ratio: { atMost: 1 },
    };
  }
}

function rpsIn(stdout: string): number {
  const output: unknown = JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1));
  if (isRecord(output) && typeof output['ActualQPS'] === 'number') return output['ActualQPS'];
  throw new CannotMeasure('fortio gave no rate');
}

/** A pod like a load's own, with labels, node and resources of one, in which fortio is started by hand. */
async function standingClient({ client }: FigureCluster, namespace: string, node: string): Promise<string> {
  const resources = { cpu: settings.cpu, memory: settings.memory };
  await client.call({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods`,
    signal,
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'by-hand', labels: { 'cilium-bench.io/role': 'client' } },
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': node },
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65_532,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [
          {
            name: 'fortio',
            image: settings.images.fortio,
            imagePullPolicy: 'IfNotPresent',
            args: [
              'server',
              '-grpc-port',
              'disabled',
              '-redirect-port',
              'disabled',
              '-tcp-port',
              'disabled',
              '-udp-port',
              'disabled',
            ],
            resources: { requests: resources, limits: resources },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
  });
  return 'by-hand';
}

/** RPS of loads as a run takes them, beside the same fortio by hand in a pod like theirs; interleaved, order changing. */
async function throughRun(cluster: FigureCluster, target: Target): Promise<Line> {
  const bench = await target.open(await planOf('aa', target), {
    runId: 'figure',
    journal: noJournal,
    signal,
  });
  try {
    const { clientNode } = await target.fingerprint(signal);
    const namespace = 'cilium-bench-figure';
    const pod = await standingClient(cluster, namespace, String(clientNode));
    await cluster.kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=60s']);
    const argv = fortio.argv(
      {
        kind: 'http',
        id: 'load',
        via: 'pod',
        connections: 16,
        keepAlive: true,
        ratePerSecond: 'max',
        metrics: ['rps'],
      },
      bench.address('http', 'pod'),
      { method: 'GET', path: '/echo', headers: {} },
      secondsPerLoad,
    );
    let jobs = 0;
    const through = async (): Promise<number> => {
      const { stdout, spoiledBy } = await bench.run(
        {
          id: `load-${++jobs}`,
          argv,
          server: 'http',
          via: 'pod',
          clients: 1,
          seconds: secondsPerLoad,
          timeoutSeconds: 60,
        },
        signal,
      );
      if (spoiledBy?.[0] !== undefined) throw new CannotMeasure(spoiledBy[0].says);
      return rpsIn(stdout);
    };
    const byHand = async (): Promise<number> =>
      rpsIn(await cluster.kubectl(['-n', namespace, 'exec', pod, '--', '/usr/bin/fortio', ...argv.slice(1)]));
    await through();
    await byHand();
    const readings: { value: number; beside: number }[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      if (pair % 2 === 0) {
        const value = await through();
        readings.push({ value, beside: await byHand() });
      } else {
        const beside = await byHand();
        readings.push({ value: await through(), beside });
      }
    }
    const { ratio, plusMinus } = pairedRatio(readings);
    const peer = median(readings.map(({ beside }) => beside));
    return {
      name: 'RPS through a run on a cluster',
      value: peer * ratio,
      unit: '/s',
      beside: peer,
      besideWhat: 'fortio by hand in a pod like it',
      ratio: { atLeast: 0.98, atMost: 1.02 },
      plusMinus,
    };
  } finally {
    await bench.close();
  }
}

/** A node keeps the taint of one that is not ready for some time after it is. */
async function untilTaintsAreGone({ client }: FigureCluster): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    const nodes = await client.call({ path: '/api/v1/nodes', signal });
    const items = isRecord(nodes) && Array.isArray(nodes['items']) ? (nodes['items'] as unknown[]) : [];
    const isTainted = items.some(
      (node) => isRecord(node) && isRecord(node['spec']) && node['spec']['taints'] !== undefined,
    );
    if (!isTainted) return;
    await systemClock.sleep(200, signal);
  }
  throw new CannotMeasure('the nodes keep their taints');
}

/** What a run on a cluster costs beside its loads, and whether it sees what fortio sees. On a cluster with nodes. */
export const kubeRun: Figure = {
  name: 'kube-run',
  async measure(say) {
    say(`${pairs} pairs of ${secondsPerLoad} s, then policy-overhead at quick: about ten minutes`);
    const cluster = await clusterForFigures(say, { nodes: ['node-a', 'node-b'] });
    try {
      const target = createKubeTarget({
        client: cluster.client,
        settings,
        readFacts: async (client, stop) => (await readClusterFacts(client, { signal: stop })).facts,
      });
      await untilTaintsAreGone(cluster);
      return [await throughRun(cluster, target), await besideLoad(target)];
    } finally {
      await cluster.stop();
    }
  },
};
