import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify, parse } from 'yaml';
import { undoCommand } from '../../src/cli/commands/undo';
import { dispatch } from '../../src/cli/dispatch';
import { resumeRun } from '../../src/cli/resumeRun';
import { runLabel } from '../../src/core/plan/benchLabels';
import type { Clock } from '../../src/core/run/events';
import type { ChangedCluster, JournaledChange, Undo, UndoableJournal } from '../../src/core/run/journal';
import { listAt, textAt } from '../../src/kube/client/json';
import { countOf, listPages } from '../../src/kube/client/listPages';
import { openClient, type KubeClient } from '../../src/kube/client/openClient';
import { undoChanges } from '../../src/kube/undo/undoChanges';
import { createRunStore } from '../../src/store/runStore';
import { systemClock } from '../../src/store/systemClock';
import { fakeContext } from '../unit/cli/fakeContext';
import { plannedIds, plannedOf, settings as testSettings, testTarget } from './benchPlan';
import { benchNamespaces, kubeconfig, never, newRunId, testClient } from './benchSupport';
import { killedRuns, type KilledRuns } from './killedRun';

const env = { ...process.env, KUBECONFIG: kubeconfig };

describe.skipIf(kubeconfig === '')('undoing on a cluster', () => {
  let client: KubeClient;
  let cluster: ChangedCluster;
  let folder: string;
  const made: string[] = [];

  beforeAll(async () => {
    client = await testClient();
    const system = await client.call({ path: '/api/v1/namespaces/kube-system' });
    cluster = {
      context: client.context,
      server: client.server,
      clusterUid: textAt(system, 'metadata', 'uid') ?? '',
    };
    folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-undo-'));
  });
  afterAll(async () => {
    for (const name of made) {
      await client.call({ method: 'DELETE', path: `/api/v1/namespaces/${name}` }).catch(() => undefined);
    }
    client.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function namespace(runId: string): Promise<string> {
    const name = `undo-${runId}`;
    made.push(name);
    await client.call({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: {
        metadata: { name, labels: { [runLabel]: runId, 'app.kubernetes.io/managed-by': 'cilium-bench' } },
      },
    });
    return name;
  }

  function journalOf(runId: string, ...undos: readonly Undo[]): UndoableJournal {
    const open = new Map(
      undos.map((undo, index) => {
        const change: JournaledChange = {
          what: JSON.stringify(undo),
          old: 'none',
          new: 'made',
          cluster,
          undo,
        };
        return [index + 1, { ...change, number: index + 1 }];
      }),
    );
    return {
      runId,
      open: () => [...open.values()],
      undone(number) {
        open.delete(number);
        return Promise.resolve();
      },
    };
  }

  const undo = (journal: UndoableJournal, clock: Clock = systemClock, from: NodeJS.ProcessEnv = env) =>
    undoChanges(journal, (context) => openClient(context, from), { clock, signal: never });

  it('deletes 1,200 Services by slices, their namespace, and nothing of others', async () => {
    const runId = newRunId();
    const name = await namespace(runId);
    const services = `/api/v1/namespaces/${name}/services`;
    const body = (index: number, labels: object) => ({
      metadata: { name: `s-${index}`, labels },
      spec: { clusterIP: 'None', ports: [{ port: 80 }] },
    });
    await Promise.all(
      Array.from({ length: 1_200 }, (_, index) =>
        client.call({ method: 'POST', path: services, body: body(index, { [runLabel]: runId }) }),
      ),
    );
    await client.call({ method: 'POST', path: services, body: body(9_999, { app: 'of-others' }) });
    const collection = {
      kind: 'delete-collection',
      path: services,
      labelSelector: `${runLabel}=${runId}`,
    } as const;
    expect((await undo(journalOf(runId, collection))).left).toEqual([]);
    expect(await countOf(client, { path: services })).toBe(1);

    const whole = journalOf(
      runId,
      { kind: 'delete', path: `/api/v1/namespaces/${name}`, uid: null },
      collection,
    );
    expect((await undo(whole)).left).toEqual([]);
    expect(whole.open()).toEqual([]);
    await expect(client.call({ path: `/api/v1/namespaces/${name}` })).rejects.toThrow(/404/);
  });

  it('names the finalizer that keeps a namespace, and deletes it once that is gone', async () => {
    const runId = newRunId();
    const name = await namespace(runId);
    const held = `/api/v1/namespaces/${name}/configmaps/held`;
    await client.call({
      method: 'POST',
      path: `/api/v1/namespaces/${name}/configmaps`,
      body: { metadata: { name: 'held', finalizers: ['example.com/hold'] } },
    });
    const journal = journalOf(runId, { kind: 'delete', path: `/api/v1/namespaces/${name}`, uid: null });
    // Its time goes by fifteen times as fast: the namespace controller has 12 s to say what holds it.
    const fast: Clock = {
      ...systemClock,
      monotonicMs: () => performance.now() * 15,
      sleep: (milliseconds) => delay(milliseconds / 4),
    };
    const { left } = await undo(journal, fast);
    expect(left[0]?.reason).toContain(
      `The namespace "${name}" is being deleted and is still there after 180 s`,
    );
    expect(left[0]?.reason).toContain('example.com/hold in 1 resource instances');
    await client.call({
      method: 'PATCH',
      path: held,
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
    expect((await undo(journal)).left).toEqual([]);
  });

  it('has the pods of the named node made anew, and no other', async () => {
    const runId = newRunId();
    const name = await namespace(runId);
    await client.call({
      method: 'POST',
      path: `/apis/apps/v1/namespaces/${name}/daemonsets`,
      body: {
        metadata: { name: 'agent' },
        spec: {
          selector: { matchLabels: { app: 'agent' } },
          template: {
            metadata: { labels: { app: 'agent' } },
            spec: {
              terminationGracePeriodSeconds: 0,
              containers: [
                {
                  name: 'agent',
                  image: testSettings.images.network,
                  imagePullPolicy: 'Never',
                  command: ['sleep', '3600'],
                },
              ],
            },
          },
        },
      },
    });
    const ready = async () => {
      const { items } = await listPages(client, {
        path: `/api/v1/namespaces/${name}/pods`,
        pick: (pod) =>
          listAt(pod, 'status', 'conditions').some(
            (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
          ) && textAt(pod, 'metadata', 'deletionTimestamp') === null
            ? ([textAt(pod, 'spec', 'nodeName'), textAt(pod, 'metadata', 'uid')] as const)
            : undefined,
      });
      return new Map(items);
    };
    await expect.poll(async () => (await ready()).size, { timeout: 60_000 }).toBe(2);
    const before = await ready();
    const restart = {
      kind: 'restart-pods',
      namespace: name,
      labelSelector: 'app=agent',
      nodes: ['node-a'],
    } as const;
    expect((await undo(journalOf(runId, restart))).left).toEqual([]);
    const after = await ready();
    expect(after.get('node-b')).toBe(before.get('node-b'));
    expect(after.get('node-a')).toEqual(expect.any(String));
    expect(after.get('node-a')).not.toBe(before.get('node-a'));
    await undo(journalOf(runId, { kind: 'delete', path: `/api/v1/namespaces/${name}`, uid: null }));
  });

  it('without the right leaves the namespace, and says which right is missing', async () => {
    const runId = newRunId();
    const name = await namespace(runId);
    const config = parse(await readFile(kubeconfig, 'utf8')) as {
      users: { user: Record<string, unknown> }[];
    };
    for (const { user } of config.users) user['as'] = 'nobody-in-particular';
    const file = path.join(folder, 'nobody');
    await writeFile(file, stringify(config));
    const journal = journalOf(runId, { kind: 'delete', path: `/api/v1/namespaces/${name}`, uid: null });
    const { left } = await undo(journal, systemClock, { ...env, KUBECONFIG: file });
    expect(left[0]?.reason).toMatch(/refused to get namespaces .*403, user nobody-in-particular/);
    expect((await undo(journal)).left).toEqual([]);
  });

  describe('after a run was killed', () => {
    let store: string;
    let journals: string;
    let killedAt: KilledRuns['killedAt'];
    beforeAll(() => {
      ({ store, journals, killedAt } = killedRuns({ folder, kubeconfig }));
    });

    const context = () => fakeContext({ cwd: folder, env: { ...env, XDG_DATA_HOME: folder } });

    it.each<[string, 'started' | 'sample', number]>([
      ['as it starts', 'started', 1],
      ['between two samples', 'sample', 2],
    ])(
      '%s, undo takes all of it away',
      async (_when, line, times) => {
        const runId = await killedAt(line, times);
        expect(await benchNamespaces(client)).toHaveLength(1);
        const fake = context();
        const code = await dispatch(['undo'], [undoCommand], '1.2.3', fake.context);
        expect(fake.out()).toMatch(/ {2}undone {2}namespace/);
        expect(code).toBe(0);
        expect(await benchNamespaces(client)).toEqual([]);
        expect(existsSync(path.join(journals, `${runId}.ndjson`))).toBe(false);
        expect((await createRunStore(store).read(runId)).stateReason).toMatch(
          /^The run was interrupted; everything/,
        );
      },
      240_000,
    );

    it('it goes on with the samples it has, and leaves nothing', async () => {
      const runId = await killedAt('sample', 3);
      const before = await createRunStore(store).read(runId);
      const fake = context();
      const openTarget = (_context: string, settings: Parameters<typeof testTarget>[1]) =>
        Promise.resolve({ ...testTarget(client, settings), close: () => undefined });
      const { run } = await resumeRun(runId, false, openTarget, fake.context);
      expect(run.stateReason).toBeUndefined();
      expect(run.samples.slice(0, before.samples.length)).toEqual(before.samples);
      expect(new Set(run.samples.map(({ id }) => id)).size).toBe(run.samples.length);
      const plan = await createRunStore(store).readPlan(runId);
      expect(plannedOf(run, plan)).toEqual(plannedIds(plan));
      expect(await benchNamespaces(client)).toEqual([]);
      expect(existsSync(path.join(journals, `${runId}.ndjson`))).toBe(false);
    }, 300_000);
  });
});
