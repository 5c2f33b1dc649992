import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan/plan';
import { Problem } from '../../src/core/problem';
import type { Target } from '../../src/core/target';
import type { KubeClient } from '../../src/kube/client/openClient';
import { namespaceName } from '../../src/kube/bench/names';
import { listAt, textAt } from '../../src/kube/client/json';
import { answerOf } from './answerOf';
import { firstMeasured, plannedIds, plannedOf, shortPlan, testTarget } from './benchPlan';
import {
  benchNamespaces,
  canBreak,
  fault,
  conducted,
  duringLoad,
  memoryJournal,
  newRunId,
  testClient,
} from './benchSupport';

/** What opening says where it must fail; a bench that opens all the same is closed. */
async function openingProblem(target: Target, plan: Plan): Promise<Problem> {
  const journal = memoryJournal();
  const error = await target
    .open(plan, { runId: newRunId(), journal, signal: new AbortController().signal })
    .then(
      async (bench) => {
        await bench.close();
        return new Error('It opened.');
      },
      (reason: unknown) => reason,
    );
  expect([...journal.open.values()], 'left in the journal').toEqual([]);
  if (error instanceof Problem) return error;
  throw error;
}

describe('faults on a cluster', () => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await testClient();
  });
  const nothingIsLeft = async (): Promise<void> => {
    expect(await benchNamespaces(client), 'left on the cluster').toEqual([]);
  };

  const deletePods = (namespace: string, labelSelector: string): Promise<unknown> =>
    client.call({
      method: 'DELETE',
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector, gracePeriodSeconds: 0 },
    });

  // Side by side: each waits for Kubernetes, most of its time, and asks for no figure.
  describe.concurrent('that one run alone meets', () => {
    afterAll(nothingIsLeft);

    it('an image that cannot be pulled is named, with the reason', async () => {
      const missing = 'registry.local/nothing:1';
      const target = testTarget(client, { images: { fortio: missing, network: missing } });
      const problem = await openingProblem(target, shortPlan('aa'));
      expect(problem.what).toContain(`the image ${missing} cannot be had`);
      expect(problem.todo).toContain('pull secrets');
    }, 120_000);

    it('a pod that no node takes says so in the scheduler’s words', async () => {
      const problem = await openingProblem(testTarget(client, { cpu: '100' }), shortPlan('aa'));
      expect(problem.what).toMatch(/no node takes it: .*Insufficient cpu/);
    }, 120_000);

    it('a load that needs more memory than it may use says so', async () => {
      const { run } = await conducted(shortPlan('aa', { seconds: 3 }), testTarget(client, { memory: '9Mi' }));
      const said = [
        run.stateReason ?? '',
        ...run.samples.flatMap(({ invalidReasons }) => invalidReasons),
      ].join('; ');
      expect(said).toMatch(/OOM|the server pod restarted/);
    }, 180_000);

    it('a load that is killed gives an invalid sample, and the run goes on', async () => {
      const id = newRunId();
      const plan = shortPlan('aa', { seconds: 5 });
      const index = firstMeasured(plan);
      const during = duringLoad(client, id, index, () =>
        deletePods(namespaceName(id), 'cilium-bench.io/role=client'),
      );
      const { run } = await conducted(plan, testTarget(client), { id, onEvent: during.onEvent });
      await during.done();
      const invalid = run.samples.filter(
        ({ valid, invalidReasons }) => !valid && /deleted/.test(invalidReasons.join()),
      );
      expect(invalid).toHaveLength(1);
      expect(plannedOf(run, plan)).toEqual(plannedIds(plan));
    }, 180_000);

    it('a server pod that is gone ends the run and says so', async () => {
      const id = newRunId();
      const plan = shortPlan('aa', { seconds: 4 });
      const index = firstMeasured(plan);
      const during = duringLoad(client, id, index, () =>
        deletePods(namespaceName(id), 'cilium-bench.io/role=server'),
      );
      const { run } = await conducted(plan, testTarget(client), { id, onEvent: during.onEvent });
      await during.done();
      expect(run.state).toBe('failed');
      expect(run.stateReason).toContain('The server pod for http is gone');
      expect(run.samples.length).toBeGreaterThan(0);
    }, 180_000);

    it('a load that is evicted gives an invalid sample with the reason, and the run goes on', async () => {
      const id = newRunId();
      const plan = shortPlan('aa', { seconds: 5 });
      const index = firstMeasured(plan);
      const during = duringLoad(client, id, index, async () => {
        const path = `/api/v1/namespaces/${namespaceName(id)}/pods`;
        const list = await client.call({ path, query: { labelSelector: 'cilium-bench.io/role=client' } });
        const names = listAt(list, 'items').map((pod) => textAt(pod, 'metadata', 'name') ?? '');
        for (const name of names)
          await client.call({
            method: 'POST',
            path: `${path}/${name}/eviction`,
            body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } },
          });
      });
      const { run } = await conducted(plan, testTarget(client), { id, onEvent: during.onEvent });
      await during.done();
      const evicted = run.samples.filter(({ invalidReasons }) =>
        /deleted from node-\w: .*evict/i.test(invalidReasons.join()),
      );
      expect(evicted).toHaveLength(1);
      expect(evicted[0]?.valid).toBe(false);
      expect(plannedOf(run, plan)).toEqual(plannedIds(plan));
    }, 180_000);
  });

  describe('in a namespace of somebody else', () => {
    afterEach(nothingIsLeft);
    const namespace = `bench-guest-${process.pid}`;
    const make = async (level: string): Promise<void> => {
      const labels = { 'pod-security.kubernetes.io/enforce': level };
      await client.call({
        method: 'POST',
        path: '/api/v1/namespaces',
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
      });
    };
    afterEach(async () => {
      const path = `/api/v1/namespaces/${namespace}`;
      await client.call({ method: 'DELETE', path });
      for (;;) {
        const gone = await client.call({ path }).then(
          () => false,
          () => true,
        );
        if (gone) break;
      }
    });

    it('a run leaves nothing of its own and everything of others', async () => {
      await make('restricted');
      const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'others' } };
      await client.call({ method: 'POST', path: `/api/v1/namespaces/${namespace}/configmaps`, body: other });
      const journal = memoryJournal();
      const { run } = await conducted(shortPlan('policy-overhead'), testTarget(client, { namespace }), {
        journal,
      });
      expect(run.state).toBe('complete');
      expect(journal.open.size).toBe(0);
      for (const path of ['api/v1', 'apis/batch/v1', 'apis/networking.k8s.io/v1'])
        for (const kind of path === 'api/v1'
          ? ['pods', 'services']
          : path.includes('batch')
            ? ['jobs']
            : ['networkpolicies'])
          expect(await client.call({ path: `/${path}/namespaces/${namespace}/${kind}` })).toMatchObject({
            items: [],
          });
      await client.call({ path: `/api/v1/namespaces/${namespace}/configmaps/others` });
    }, 180_000);

    it('a quota that comes during the run ends it with its name', async () => {
      await make('restricted');
      // Room for the server, none for a load beside it.
      const quota = {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'small' },
        spec: { hard: { 'requests.cpu': '700m' } },
      };
      const { run } = await conducted(shortPlan('aa'), testTarget(client, { namespace }), {
        onEvent: (event) => {
          if (event.kind !== 'started') return;
          const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
          void client.call({ method: 'POST', path, body: quota });
        },
      });
      expect(run.state).toBe('failed');
      expect(run.stateReason).toMatch(/a quota of the namespace does not allow it: .*exceeded quota: small/);
    }, 180_000);
  });

  describe('that others would meet as well', () => {
    afterEach(nothingIsLeft);

    // Kubernetes waits for a silent node: four minutes, which a run of all tests has not.
    it.skipIf(!canBreak || process.env['SLOW_TESTS'] !== '1')(
      'a node that goes away during a load is named, what was measured before is kept, and nothing is left once it is back',
      async () => {
        const id = newRunId();
        const plan = shortPlan('aa', { seconds: 20 });
        const index = firstMeasured(plan);
        const journal = memoryJournal();
        let lost = '';
        const during = duringLoad(client, id, index, async () => {
          const path = `/api/v1/namespaces/${namespaceName(id)}/pods`;
          const list = await client.call({ path, query: { labelSelector: 'cilium-bench.io/role=client' } });
          lost = textAt(listAt(list, 'items')[0], 'spec', 'nodeName') ?? '';
          await fault(`link:${lost}`, 'on');
        });
        try {
          const { run } = await conducted(plan, testTarget(client), {
            id,
            journal,
            onEvent: during.onEvent,
          });
          await during.done();
          expect(run.state).toBe('failed');
          const invalid = run.samples.flatMap(({ invalidReasons }) => invalidReasons);
          expect(invalid.join('; ')).toContain(`its node ${lost} fell silent`);
          expect(run.stateReason).toContain(`no node takes it: ${lost} fell silent; 0/2 nodes`);
          // The warm-up before it.
          expect(run.samples.length).toBeGreaterThan(1);
          // What only the node itself can end is in the journal, for an undoing later.
          expect([...journal.open.values()].map(({ what }) => what)).toEqual(['namespace']);
        } finally {
          await fault(`link:${lost}`, 'off');
        }
        await answerOf(async () => ((await benchNamespaces(client)).length === 0 ? true : undefined));
      },
      600_000,
    );

    it('a cancelled run ends its load and leaves nothing', async () => {
      const cancel = new AbortController();
      const journal = memoryJournal();
      const id = newRunId();
      const plan = shortPlan('aa', { seconds: 30 });
      const first = plan.steps.findIndex(({ kind }) => kind === 'sample');
      let cancelledAt = Number.NaN;
      const during = duringLoad(client, id, first, () => {
        cancelledAt = performance.now();
        cancel.abort(new Error('Cancelled by the test.'));
        return Promise.resolve();
      });
      const { run } = await conducted(plan, testTarget(client), {
        id,
        journal,
        signal: cancel.signal,
        onEvent: during.onEvent,
      });
      await during.done();
      expect(run.state).toBe('cancelled');
      expect(journal.open.size).toBe(0);
      // Not when the load would have ended by itself.
      expect(performance.now() - cancelledAt).toBeLessThan(25_000);
    }, 120_000);

    it.skipIf(!canBreak)(
      'an API server that is away during a load is waited for, and the sample is whole',
      async () => {
        const plan = shortPlan('aa', { seconds: 8 });
        const index = firstMeasured(plan);
        const id = newRunId();
        const during = duringLoad(client, id, index, async () => {
          await fault('apiserver', 'on');
          try {
            // Away for good: whoever asks is not answered.
            await expect(client.call({ path: '/version' })).rejects.toThrow();
          } finally {
            await fault('apiserver', 'off');
          }
        });
        const { run } = await conducted(plan, testTarget(client), { id, onEvent: during.onEvent });
        await during.done();
        expect(plannedOf(run, plan)).toEqual(plannedIds(plan));
        const reasons = run.samples.flatMap(({ invalidReasons }) => invalidReasons);
        expect(reasons.filter((reason) => !/of the asked|last bucket/.test(reason))).toEqual([]);
      },
      300_000,
    );
  });
});
