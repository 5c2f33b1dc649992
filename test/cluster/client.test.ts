import { beforeAll, describe, expect, it } from 'vitest';
import { statusOf } from '../../src/kube/client/apiProblem';
import { canI } from '../../src/kube/client/canI';
import type { Right } from '../../src/kube/client/canI';
import { listAt, textAt, valueAt } from '../../src/kube/client/json';
import { countOf, listPages } from '../../src/kube/client/listPages';
import type { KubeClient } from '../../src/kube/client/openClient';
import { readPodLog } from '../../src/kube/client/podLog';
import { watchList } from '../../src/kube/client/watchList';
import type { WatchChange } from '../../src/kube/client/watchList';
import { answerOf } from './answerOf';
import { clientOf, cluster, problemOf } from './support';

const namespace = 'client-test';
const nameOf = (object: unknown): string | undefined => textAt(object, 'metadata', 'name') ?? undefined;

beforeAll(async () => {
  await cluster.kubectl(['create', 'namespace', namespace]);
});

describe('what is on a real cluster', () => {
  it('its nodes are ready', async () => {
    const isReady = (node: unknown): boolean =>
      listAt(node, 'status', 'conditions').some(
        (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
      );
    const { items } = await listPages(await clientOf('reader'), {
      path: '/api/v1/nodes',
      pick: (node) => ({ name: nameOf(node), ready: isReady(node) }),
    });
    expect(items).toEqual([
      { name: 'node-a', ready: true },
      { name: 'node-b', ready: true },
    ]);
  });

  it('more Services than a page holds are listed, each once', async () => {
    const path = `/api/v1/namespaces/${namespace}/services`;
    const client = await clientOf('noExec');
    const names = Array.from({ length: 120 }, (_, index) => `paged-${String(index).padStart(3, '0')}`);
    await Promise.all(
      names.map((name) =>
        client.call({
          method: 'POST',
          path,
          body: { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }] } },
        }),
      ),
    );
    const pages: number[] = [];
    const { items } = await listPages(client, {
      path,
      pick: nameOf,
      pageSize: 50,
      onPage: (read) => pages.push(read),
    });
    expect(pages).toEqual([50, 100, 120]);
    expect(items).toEqual(names);
    expect(await countOf(client, { path })).toBe(120);
  });

  it('the log of a Job comes whole', async () => {
    // The pause is for containerd, which loses what a container writes just before it ends (seen with 1.6.20).
    const command = ['sh', '-c', 'seq 30000; sleep 1'];
    const lines = Array.from({ length: 30_000 }, (_, index) => `${index + 1}\n`).join('');
    const client = await clientOf('noExec');
    await client.call({
      method: 'POST',
      path: `/apis/batch/v1/namespaces/${namespace}/jobs`,
      body: jobOf('counts', command),
    });
    await answerOf(async () => {
      const job = await client.call({ path: `/apis/batch/v1/namespaces/${namespace}/jobs/counts` });
      return valueAt(job, 'status', 'succeeded') === 1 ? true : undefined;
    });
    const pods = await listPages(client, {
      path: `/api/v1/namespaces/${namespace}/pods`,
      labelSelector: 'job-name=counts',
      pick: nameOf,
    });
    expect(pods.items).toHaveLength(1);
    const pieces: Buffer[] = [];
    const pod = pods.items[0] ?? '';
    const end = await readPodLog(client, { namespace, pod, container: 'load', mostBytes: 1e6 }, (bytes) =>
      pieces.push(bytes),
    );
    expect(end).toEqual({ bytes: lines.length, cut: false });
    expect(Buffer.concat(pieces).toString('utf8')).toBe(lines);
  });
});

describe('what people may do', () => {
  const right = (verb: string, resource: string, group = '', where: string | null = null): Right => ({
    verb,
    resource,
    group,
    namespace: where,
  });
  const rights = [
    right('list', 'nodes'),
    right('list', 'services'),
    right('create', 'namespaces'),
    right('create', 'jobs', 'batch', namespace),
    right('create', 'ciliumnetworkpolicies', 'cilium.io', namespace),
    right('get', 'pods/log', '', namespace),
    right('create', 'pods/exec', '', namespace),
    right('create', 'jobs', 'batch', 'restricted'),
    right('get', 'pods/log', '', 'restricted'),
    right('create', 'pods/exec', '', 'restricted'),
  ];

  it.each([
    ['admin', 'yyyyyyyyyy'],
    ['reader', 'yynnnynnyn'],
    ['noExec', 'yyyyyynyyn'],
    ['restricted', 'nnnnnnnyyn'],
  ] as const)('%s may %s of the rights asked for', async (user, answers) => {
    const reviewed = await canI(await clientOf(user), rights);
    expect(reviewed.map(({ allowed }) => (allowed ? 'y' : 'n')).join('')).toBe(answers);
  });

  it('a refused write says which right is missing', async () => {
    const client = await clientOf('reader');
    const problem = await problemOf(
      client.call({
        method: 'POST',
        path: `/apis/batch/v1/namespaces/${namespace}/jobs`,
        body: jobOf('refused', ['true']),
      }),
    );
    expect(problem.what).toBe(
      `The API server refused to create jobs in namespace ${namespace} (403, user reader).`,
    );
  });

  it('Pod Security refuses a plain pod, and takes a restricted one', async () => {
    const client = await clientOf('restricted');
    const create = (spec: object): Promise<unknown> =>
      client.call({
        method: 'POST',
        path: '/api/v1/namespaces/restricted/pods',
        query: { dryRun: 'All' },
        body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'tried' }, spec },
      });
    const container = { name: 'load', image: 'registry.local/tools:dev', command: ['true'] };
    const problem = await problemOf(create({ containers: [container] }));
    expect(statusOf(problem)).toBe(403);
    expect(problem.what).toMatch(/violates PodSecurity "restricted:latest": allowPrivilegeEscalation/);
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      runAsUser: 65_534,
      seccompProfile: { type: 'RuntimeDefault' },
    };
    expect(nameOf(await create({ containers: [{ ...container, securityContext }] }))).toBe('tried');
  });
});

describe('a watch', () => {
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const labelSelector = 'test=watch';
  const create = (client: KubeClient, name: string): Promise<unknown> =>
    client.call({ method: 'POST', path, body: { metadata: { name, labels: { test: 'watch' } } } });

  it('sees changes, and lists again where the API server was away and no longer knows what was missed', async () => {
    const client = await clientOf('noExec');
    await create(client, 'first');
    const stop = new AbortController();
    const changes = watchList(client, { path, labelSelector, pick: nameOf, signal: stop.signal });
    const next = async (): Promise<WatchChange<string>> => {
      const result = await changes.next();
      if (result.done === true) throw new Error('The watch ended.');
      return result.value;
    };
    expect(await next()).toEqual({ kind: 'listed', items: ['first'] });
    await create(client, 'second');
    expect(await next()).toEqual({ kind: 'added', item: 'second' });
    await client.call({ method: 'DELETE', path: `${path}/first` });
    expect(await next()).toEqual({ kind: 'gone', item: 'first' });

    // A change that the watch does not see: what it knows is then older than the present state.
    await client.call({ method: 'POST', path, body: { metadata: { name: 'unseen' } } });
    await cluster.fault('apiserver', 'on');
    // Of a client that has no connection which could be lost.
    const impatient = await clientOf('reader', { retries: { attempts: 1, longestWaitMs: 0 } });
    const away = await problemOf(impatient.call({ path }));
    expect(away.what).toBe(`Nothing listens at ${client.server}.`);
    expect(away.todo).toBe('Start the cluster, or check the address in the kubeconfig.');
    expect(await next()).toMatchObject({ kind: 'interrupted', problem: { kind: 'target' } });
    await cluster.fault('history', 'on');
    await cluster.fault('apiserver', 'off');
    expect(listAt(await impatient.call({ path, query: { labelSelector } }), 'items').map(nameOf)).toEqual([
      'second',
    ]);
    await create(client, 'third');
    expect(await next()).toEqual({ kind: 'listed', items: ['second', 'third'] });
    stop.abort(new Error('The test is over.'));
    expect((await changes.next()).done).toBe(true);
  });
});

function jobOf(name: string, command: readonly string[]): object {
  const containers = [{ name: 'load', image: 'registry.local/tools:dev', command }];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers } } },
  };
}
