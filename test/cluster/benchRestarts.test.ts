/** A part of the datapath that restarts while a load runs: pods labelled as Cilium's are, and the policy engine's own Envoy. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan/plan';
import type { Run } from '../../src/core/result/run';
import { execInPod } from '../../src/kube/agents/execInPod';
import { textAt } from '../../src/kube/client/json';
import type { KubeClient } from '../../src/kube/client/openClient';
import { readClusterFacts } from '../../src/kube/facts/readClusterFacts';
import { createKubeTarget } from '../../src/kube/target';
import { answerOf } from './answerOf';
import { settings, shortPlan, testTarget } from './benchPlan';
import {
  benchNamespaces,
  conducted,
  duringLoad,
  memoryJournal,
  never,
  newRunId,
  testClient,
} from './benchSupport';
import { cluster } from './support';

const pods = '/api/v1/namespaces/kube-system/pods';

/** Ends when it is told to, and is started again by the kubelet. */
const envoyPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'stand-in-envoy', labels: { 'k8s-app': 'cilium-envoy' } },
  spec: {
    nodeName: 'node-b',
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'cilium-envoy',
        image: settings.images.network,
        command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done'],
      },
    ],
  },
};

describe('a restart of the datapath during a sample', () => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await testClient();
  });
  afterAll(() => {
    client.close();
  });

  /** Samples that are not discarded, by their steps in the plan. */
  const sampleSteps = (plan: Plan, variant?: string): readonly number[] =>
    plan.steps.flatMap((step, index) =>
      step.kind === 'sample' &&
      !step.sample.discard &&
      (variant ?? step.sample.variant) === step.sample.variant
        ? [index]
        : [],
    );
  const spoiledIn = (run: Run): readonly (readonly string[])[] =>
    run.samples
      .map(({ invalidReasons }) => invalidReasons.filter((reason) => / on node-\w /.test(reason)))
      .filter((reasons) => reasons.length > 0);

  it('spoils that sample alone, by the name of what restarted', async () => {
    await client.call({ method: 'POST', path: pods, body: envoyPod });
    const standing = `${pods}/${envoyPod.metadata.name}`;
    const isUp = async () =>
      textAt(await client.call({ path: standing }), 'status', 'phase') === 'Running' ? true : undefined;
    await answerOf(isUp);
    try {
      const runId = newRunId();
      const plan = shortPlan('aa', { seconds: 4, rounds: 2 });
      const [first = -1] = sampleSteps(plan);
      const during = duringLoad(client, runId, first, () =>
        execInPod(client, {
          namespace: 'kube-system',
          pod: envoyPod.metadata.name,
          container: 'cilium-envoy',
          argv: ['kill', '1'],
          mostBytes: 1000,
          timeoutMs: 10_000,
          signal: never,
        }),
      );
      const { run } = await conducted(plan, testTarget(client), { id: runId, onEvent: during.onEvent });
      await during.done();
      expect(spoiledIn(run)).toEqual([
        ['Cilium Envoy on node-b restarted (container cilium-envoy of pod stand-in-envoy)'],
      ]);
      const step = plan.steps[first];
      const id = step?.kind === 'sample' ? step.sample.id : '';
      expect(run.samples.find((sample) => sample.id === id)?.valid).toBe(false);
      expect(run.samples.filter(({ valid }) => valid).length).toBeGreaterThan(0);
    } finally {
      await client.call({ method: 'DELETE', path: standing, query: { gracePeriodSeconds: 0 } });
    }
    expect(await benchNamespaces(client)).toEqual([]);
  }, 180_000);

  it('is seen of the policy engine’s Envoy, which starts with the first policy and spoils nothing then', async () => {
    const runId = newRunId();
    const target = createKubeTarget({
      client,
      settings,
      readFacts: async (asked, signal) => (await readClusterFacts(asked, { signal })).facts,
    });
    const plan = shortPlan('policy-overhead', { seconds: 4, target: await target.capabilities(never) });
    const [first = -1] = sampleSteps(plan, 'l7');
    expect(first).toBeGreaterThan(0);
    const kill = async (): Promise<void> => {
      for (const node of ['node-a', 'node-b'])
        await cluster.inNode(node, ['sh', '-c', 'kill -9 "$(cat /run/node/policy/envoy.pid)"']);
    };
    const during = duringLoad(client, runId, first, kill);
    const journal = memoryJournal();
    const { run } = await conducted(plan, target, { id: runId, journal, onEvent: during.onEvent });
    expect(run.stateReason).toBeUndefined();
    await during.done();
    expect(spoiledIn(run)).toEqual([
      ['node-a', 'node-b'].map((node) => `Envoy of the test policy engine on ${node} restarted`),
    ]);
    expect(await benchNamespaces(client)).toEqual([]);
  }, 240_000);
});
