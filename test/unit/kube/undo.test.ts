import type http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournaledChange, NumberedChange, Undo, UndoableJournal } from '../../../src/core/run/journal';
import { openClient } from '../../../src/kube/client/openClient';
import { undoChanges, type UndoReport } from '../../../src/kube/undo/undoChanges';
import { fakeClock } from '../run/fakes';
import { bodyIn, json, status } from './faultServer';
import { openWorkshop, type Workshop } from './workshop';

const runId = 'run-1';
const own = { 'cilium-bench.io/run': runId };

let workshop: Workshop;
/** What the API server has, by path. */
let objects: Map<string, Record<string, unknown>>;
/** Answers in place of the usual ones, by method and path. */
let faults: Map<string, (response: http.ServerResponse) => void>;

interface ObjectWishes {
  readonly uid?: string;
  readonly labels?: Record<string, string>;
  readonly stays?: Record<string, unknown>;
}

function put(path: string, { uid = `uid of ${path}`, labels = own, stays }: ObjectWishes = {}): void {
  objects.set(path, { metadata: { name: path.split('/').at(-1), uid, labels }, ...(stays ? { stays } : {}) });
}

function uidAt(path: string): unknown {
  return (objects.get(path)?.['metadata'] as { uid: unknown } | undefined)?.uid;
}

/** Deletes as the API server does: with a precondition, at once unless something holds the object. */
async function remove(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  path: string,
): Promise<void> {
  const options = (await bodyIn(request)) as { preconditions?: { uid?: string } };
  const object = objects.get(path);
  if (!object) {
    json(response, 404, status(404, 'NotFound', `"${path}" not found`));
    return;
  }
  if (options.preconditions?.uid !== uidAt(path)) {
    json(response, 409, status(409, 'Conflict', 'Precondition failed: UID in precondition differs'));
    return;
  }
  if (object['stays'] === undefined) objects.delete(path);
  else Object.assign(object, object['stays']);
  json(response, 200, object);
}

function serve(): void {
  workshop.server.handle((request, response, url) => {
    const path = url.pathname;
    const fault = faults.get(`${request.method ?? ''} ${path}`) ?? faults.get('all');
    if (fault) {
      fault(response);
      return;
    }
    if (request.method === 'DELETE') {
      void remove(request, response, path);
      return;
    }
    const object = objects.get(path);
    if (object) json(response, 200, object);
    else json(response, 404, status(404, 'NotFound', `"${path}" not found`));
  });
}

beforeEach(async () => {
  workshop = await openWorkshop();
  objects = new Map();
  faults = new Map();
  put('/api/v1/namespaces/kube-system', { uid: 'cluster-1' });
  serve();
});
afterEach(async () => {
  await workshop.close();
});

function change(undo: Undo, more: Partial<JournaledChange> = {}): JournaledChange {
  return {
    what: 'path' in undo ? undo.path : `pods of ${undo.namespace}`,
    old: 'not there',
    new: 'made',
    cluster: { context: 'test', server: workshop.server.address, clusterUid: 'cluster-1' },
    undo,
    ...more,
  };
}

const remover = (path: string, uid: string | null = null): Undo => ({ kind: 'delete', path, uid });

function journalOf(...changes: readonly JournaledChange[]): UndoableJournal & { readonly noted: number[] } {
  const noted: number[] = [];
  const numbered = changes.map((entry, index): NumberedChange => ({ ...entry, number: index + 1 }));
  return {
    runId,
    noted,
    open: () => numbered.filter(({ number }) => !noted.includes(number)),
    undone: (number) => {
      noted.push(number);
      return Promise.resolve();
    },
  };
}

async function undo(journal: UndoableJournal, signal = new AbortController().signal): Promise<UndoReport> {
  const open = (context: string) =>
    openClient(context, workshop.env, {
      retries: { attempts: 2, longestWaitMs: 1_000 },
      pacing: { sleep: () => Promise.resolve(), random: () => 0.5 },
    });
  return undoChanges(journal, open, { clock: fakeClock(), signal });
}

const namespace = '/api/v1/namespaces/bench';
const policy = '/apis/networking.k8s.io/v1/namespaces/bench/networkpolicies/bench-l3l4';
const writes = (): string[] => workshop.server.requests.filter((line) => !line.startsWith('GET'));

describe('undoing', () => {
  it('deletes what the run made, the last first, and notes each at once', async () => {
    put(namespace);
    put(policy, { uid: 'p-1' });
    const journal = journalOf(change(remover(namespace)), change(remover(policy, 'p-1')));
    const seen: (readonly [string, readonly number[]])[] = [];
    workshop.server.requests.length = 0;
    const report = await undoChanges(journal, (context) => openClient(context, workshop.env), {
      clock: fakeClock(),
      signal: new AbortController().signal,
      onChange: ({ what }) => seen.push([what, [...journal.noted]]),
    });
    expect(report).toEqual({
      undone: [
        { what: policy, note: null },
        { what: namespace, note: null },
      ],
      left: [],
    });
    expect(seen).toEqual([
      [policy, []],
      [namespace, [2]],
    ]);
    expect(objects.size).toBe(1);
    expect(journal.open()).toEqual([]);
  });

  it('takes what is not there any more for undone', async () => {
    const journal = journalOf(change(remover(namespace)), change(remover(policy, 'p-1')));
    expect((await undo(journal)).left).toEqual([]);
    expect(journal.noted).toEqual([2, 1]);
  });

  it('leaves an object of another uid alone: it is somebody else’s', async () => {
    put(policy, { uid: 'p-2' });
    const report = await undo(journalOf(change(remover(policy, 'p-1'))));
    expect(report.left).toEqual([]);
    expect(report.undone[0]?.note).toMatch(/somebody else's and stays/);
    expect(uidAt(policy)).toBe('p-2');
  });

  it.each([
    ['no label', {}],
    ['the label of another run', { 'cilium-bench.io/run': 'run-2' }],
  ])('of an object whose uid it never learned leaves one with %s alone', async (_what, labels) => {
    put(namespace, { labels });
    const report = await undo(journalOf(change(remover(namespace))));
    expect(report.undone[0]?.note).toMatch(/without the label of this run; it stays/);
    expect(writes()).toEqual([]);
  });

  it('reports a conflict that is not about the uid', async () => {
    put(policy, { uid: 'p-1' });
    faults.set(`DELETE ${policy}`, (response) => {
      json(response, 409, status(409, 'Conflict', 'the object has been modified'));
    });
    const journal = journalOf(change(remover(policy, 'p-1')));
    const report = await undo(journal);
    expect(report.left).toMatchObject([{ what: policy, reason: expect.stringContaining('409') as string }]);
    expect(journal.noted).toEqual([]);
  });

  it('goes on after a refusal, and says which right is missing', async () => {
    put(namespace);
    put(policy, { uid: 'p-1' });
    faults.set(`DELETE ${policy}`, (response) => {
      json(
        response,
        403,
        status(
          403,
          'Forbidden',
          'networkpolicies.networking.k8s.io "bench-l3l4" is forbidden: User "reader" cannot delete resource "networkpolicies" in API group "networking.k8s.io" in the namespace "bench"',
        ),
      );
    });
    const report = await undo(journalOf(change(remover(namespace)), change(remover(policy, 'p-1'))));
    expect(report.undone.map(({ what }) => what)).toEqual([namespace]);
    expect(report.left).toEqual([
      {
        what: policy,
        reason:
          'The API server refused to delete networkpolicies "bench-l3l4" in namespace bench (403, user reader).',
        todo: 'Ask for the right to delete networkpolicies in namespace bench, or choose another context.',
      },
    ]);
  });

  it('names what keeps a namespace from going', async () => {
    put(namespace, {
      stays: {
        spec: { finalizers: ['kubernetes'] },
        status: {
          phase: 'Terminating',
          conditions: [
            {
              type: 'NamespaceDeletionContentFailure',
              status: 'False',
              message: 'All content successfully deleted',
            },
            {
              type: 'NamespaceContentRemaining',
              status: 'True',
              message: 'Some resources are remaining: pods. has 1 resource instances',
            },
            {
              type: 'NamespaceFinalizersRemaining',
              status: 'True',
              message:
                'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
            },
          ],
        },
      },
    });
    const report = await undo(journalOf(change(remover(namespace))));
    expect(report.undone).toEqual([]);
    expect(report.left[0]?.reason).toBe(
      'The namespace "bench" is being deleted and is still there after 180 s: Some resources are remaining: pods. has 1 resource instances; Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances.',
    );
  });

  it('names the finalizers where a namespace says nothing else', async () => {
    put(namespace, { stays: { spec: { finalizers: ['kubernetes'] } } });
    const report = await undo(journalOf(change(remover(namespace))));
    expect(report.left[0]?.reason).toMatch(/its finalizers are kubernetes\.$/);
  });

  it('stops when it is cancelled, with what it has done noted', async () => {
    const stop = new AbortController();
    put(namespace);
    put(policy, { uid: 'p-1' });
    faults.set(`DELETE ${namespace}`, () => {
      stop.abort(new Error('cancelled'));
    });
    const journal = journalOf(change(remover(namespace)), change(remover(policy, 'p-1')));
    await expect(undo(journal, stop.signal)).rejects.toThrow('cancelled');
    expect(journal.noted).toEqual([2]);
  });
});

describe('a cluster that is not the one', () => {
  it('is not touched where the uid of kube-system differs', async () => {
    put('/api/v1/namespaces/kube-system', { uid: 'cluster-2' });
    put(namespace);
    const report = await undo(journalOf(change(remover(namespace))));
    expect(report.left[0]).toMatchObject({
      reason: expect.stringContaining('is not the one that the run was on') as string,
    });
    expect(writes()).toEqual([]);
  });

  describe('told by the namespace of the run', () => {
    const marked = () => ({
      context: 'test',
      server: workshop.server.address,
      clusterUid: 'namespace/bench:b-1',
    });
    beforeEach(() => {
      // As to somebody with rights in that namespace alone.
      faults.set('GET /api/v1/namespaces/kube-system', (response) => {
        json(response, 403, status(403, 'Forbidden', 'namespaces "kube-system" is forbidden'));
      });
      put(policy, { uid: 'p-1' });
    });

    it('is undone on without a look at kube-system', async () => {
      put(namespace, { uid: 'b-1', labels: {} });
      const report = await undo(journalOf(change(remover(policy, 'p-1'), { cluster: marked() })));
      expect(report.left).toEqual([]);
      expect(uidAt(policy)).toBeUndefined();
      expect(workshop.server.requests.join()).not.toContain('kube-system');
    });

    it.each([
      ['has another uid', 'b-2'],
      ['is not there', null],
    ])('is not touched where that %s', async (_what, uid) => {
      if (uid !== null) put(namespace, { uid });
      const report = await undo(journalOf(change(remover(policy, 'p-1'), { cluster: marked() })));
      expect(report.left[0]?.reason).toMatch(/not the one .* \(the uid of namespace bench differs\)/);
      expect(writes()).toEqual([]);
    });
  });

  it('is not touched where the context points to another server', async () => {
    put(namespace);
    const cluster = { context: 'test', server: 'https://prod.example:6443', clusterUid: 'cluster-1' };
    const report = await undo(journalOf(change(remover(namespace), { cluster })));
    expect(report.left[0]?.reason).toMatch(
      /now points to .*, and the run was on https:\/\/prod\.example:6443\./,
    );
    expect(workshop.server.requests).toEqual([]);
  });

  it('does not keep the changes on another one from being undone', async () => {
    put(namespace);
    const cluster = { context: 'gone', server: 'https://prod.example:6443', clusterUid: 'x' };
    const report = await undo(
      journalOf(change(remover(namespace)), change(remover(policy), { cluster, what: 'elsewhere' })),
    );
    expect(report.undone.map(({ what }) => what)).toEqual([namespace]);
    expect(report.left).toMatchObject([
      {
        what: 'elsewhere',
        reason: expect.stringContaining('No kubeconfig has the context "gone"') as string,
      },
    ]);
  });

  it('is told by its sentence where nobody answers, once for all changes', async () => {
    put(namespace);
    const journal = journalOf(change(remover(namespace)), change(remover(policy)));
    await workshop.server.close();
    const report = await undo(journal);
    expect(report.left.map(({ what }) => what)).toEqual([policy, namespace]);
    expect(report.left[0]?.reason).toMatch(/Nothing listens at/);
  });

  it('that is lost in the middle is not asked again for each change', async () => {
    put(namespace);
    put(policy, { uid: 'p-1' });
    faults.set(`DELETE ${policy}`, (response) => response.socket?.destroy());
    const report = await undo(journalOf(change(remover(namespace)), change(remover(policy, 'p-1'))));
    expect(report.left).toHaveLength(2);
    expect(report.left[1]?.reason).toMatch(/was lost in the middle/);
    expect(writes().filter((line) => line.includes(namespace) && !line.includes('networkpolicies'))).toEqual(
      [],
    );
  });

  it('that refuses the credentials says so', async () => {
    faults.set('all', (response) => {
      json(response, 401, status(401, 'Unauthorized', 'Unauthorized'));
    });
    const report = await undo(journalOf(change(remover(namespace))));
    expect(report.left[0]?.reason).toMatch(/does not accept the credentials of user "reader" \(401\)/);
  });
});

describe('a collection', () => {
  const services = '/api/v1/namespaces/bench/services';
  const selector = `cilium-bench.io/run=${runId}`;
  /** Those of these numbers are still there. */
  let left: { readonly from: number; readonly to: number };

  /** Deletes as many a call as were asked for, of objects that match. */
  function serveServices(count: number, deletes = true): void {
    left = { from: 0, to: count };
    workshop.server.handle((request, response, url) => {
      if (url.pathname === '/api/v1/namespaces/kube-system') {
        json(response, 200, objects.get(url.pathname));
        return;
      }
      if (url.searchParams.get('labelSelector') !== selector) {
        json(response, 400, status(400, 'BadRequest', 'everything would be deleted'));
        return;
      }
      const limit = Number(url.searchParams.get('limit'));
      if (request.method === 'DELETE') {
        if (deletes) left = { ...left, from: Math.min(left.to, left.from + limit) };
        json(response, 200, { kind: 'Status', status: 'Success' });
        return;
      }
      json(response, 200, {
        metadata: {},
        items: Array.from({ length: Math.min(left.to - left.from, limit) }, (_, index) => ({
          metadata: { uid: `s-${left.from + index}` },
        })),
      });
    });
  }

  it('goes by slices', async () => {
    serveServices(1_200);
    const report = await undo(
      journalOf(change({ kind: 'delete-collection', path: services, labelSelector: selector })),
    );
    expect(report.left).toEqual([]);
    expect(left.from).toBe(1_200);
    expect(writes()).toHaveLength(3);
  });

  it.each([
    '',
    'app=web',
    'cilium-bench.io/run',
    'cilium-bench.io/run=run-2',
    `cilium-bench.io/run!=${runId}`,
    `cilium-bench.io/run in (${runId},run-2)`,
  ])('is not deleted by the selector %j, which could match the objects of others', async (labelSelector) => {
    serveServices(3);
    const report = await undo(
      journalOf(change({ kind: 'delete-collection', path: services, labelSelector })),
    );
    expect(report.left[0]?.reason).toMatch(/is not of this run's objects alone/);
    expect(writes()).toEqual([]);
  });

  it('that stays is named with how many', async () => {
    serveServices(3, false);
    const report = await undo(
      journalOf(change({ kind: 'delete-collection', path: services, labelSelector: selector })),
    );
    expect(report.left[0]?.reason).toMatch(/^3 services in namespace bench of this run are being deleted/);
  });
});

describe('restarting pods', () => {
  interface PodWishes {
    readonly owner?: string | null;
    readonly kind?: string;
    readonly ready?: boolean;
  }
  interface Pod extends Required<Omit<PodWishes, 'owner'>> {
    readonly name: string;
    readonly node: string;
    readonly owner: string | null;
  }
  let pods: Pod[];
  /** Made where a pod is deleted. */
  let successor: (pod: Pod) => Pod | null;
  const log: string[] = [];

  const pod = (
    name: string,
    node: string,
    { owner = 'ds-1', kind = 'DaemonSet', ready = true }: PodWishes = {},
  ): Pod => ({
    name,
    node,
    owner,
    kind,
    ready,
  });
  const objectOf = ({ name, node, owner, kind, ready }: Pod): object => ({
    metadata: {
      name,
      uid: `uid of ${name}`,
      ...(owner === null ? {} : { ownerReferences: [{ kind, uid: owner, controller: true }] }),
    },
    spec: { nodeName: node },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
  const restart = (...nodes: string[]): Undo => ({
    kind: 'restart-pods',
    namespace: 'kube-system',
    labelSelector: 'k8s-app=cilium',
    nodes,
  });

  beforeEach(() => {
    log.length = 0;
    successor = ({ name, node }) => pod(`${name}-new`, node);
    workshop.server.handle((request, response, url) => {
      if (url.pathname === '/api/v1/namespaces/kube-system/pods') {
        const node = url.searchParams.get('fieldSelector')?.replace('spec.nodeName=', '');
        const items = pods.filter((entry) => node === undefined || entry.node === node).map(objectOf);
        json(response, 200, { metadata: {}, items });
        return;
      }
      const name = url.pathname.split('/').at(-1) ?? '';
      const found = pods.find((entry) => entry.name === name);
      if (request.method === 'DELETE' && found) {
        log.push(`delete ${name} of ${pods.map((entry) => entry.name).join(' ')}`);
        const next = successor(found);
        pods = [...pods.filter((entry) => entry !== found), ...(next ? [next] : [])];
        json(response, 200, objectOf(found));
        return;
      }
      const object = objects.get(url.pathname);
      if (object && request.method === 'GET') json(response, 200, object);
      else json(response, 404, status(404, 'NotFound', 'not found'));
    });
  });

  it('takes those of the nodes named, one after another', async () => {
    pods = [pod('a', 'node-a'), pod('b', 'node-b'), pod('c', 'node-c')];
    const report = await undo(journalOf(change(restart('node-a', 'node-c'))));
    expect(report.left).toEqual([]);
    expect(log).toEqual(['delete a of a b c', 'delete c of b c a-new']);
  });

  it('leaves the others alone where the new one does not become ready', async () => {
    pods = [pod('a', 'node-a'), pod('c', 'node-c')];
    successor = ({ name, node }) => pod(`${name}-new`, node, { ready: false });
    const report = await undo(journalOf(change(restart('node-a', 'node-c'))));
    expect(report.left[0]?.reason).toMatch(
      /Pod a on node node-a was restarted, and no new one was ready within 300 s/,
    );
    expect(log).toEqual(['delete a of a c']);
  });

  it('does not take a pod that was there before for the new one', async () => {
    pods = [pod('a', 'node-a', { kind: 'ReplicaSet' }), pod('b', 'node-b', { kind: 'ReplicaSet' })];
    successor = () => null;
    const report = await undo(journalOf(change(restart('node-a'))));
    expect(report.left).toHaveLength(1);
  });

  it('does not delete a pod that nothing makes anew', async () => {
    pods = [pod('a', 'node-a', { owner: null })];
    const report = await undo(journalOf(change(restart('node-a'))));
    expect(report.left[0]?.reason).toMatch(/Nothing would make pod a/);
    expect(log).toEqual([]);
  });

  it('comes last and once, whenever it was journaled', async () => {
    pods = [pod('a', 'node-a')];
    const config = '/apis/cilium.io/v2/namespaces/kube-system/ciliumnodeconfigs/bench';
    const journal = journalOf(change(remover(config)), change(restart('node-a')), change(restart('node-a')));
    const report = await undo(journal);
    expect(report.undone.map(({ what }) => what)).toEqual([
      config,
      'pods of kube-system',
      'pods of kube-system',
    ]);
    expect(log).toHaveLength(1);
    expect(journal.noted).toEqual([1, 3, 2]);
  });

  it('waits until what the pods read is gone', async () => {
    pods = [pod('a', 'node-a')];
    const services = { kind: 'delete-collection', path: '/api/v1/services', labelSelector: 'app=x' } as const;
    const report = await undo(journalOf(change(restart('node-a')), change(services)));
    expect(report.left.map(({ what }) => what)).toEqual(['/api/v1/services', 'pods of kube-system']);
    expect(log).toEqual([]);
  });
});
