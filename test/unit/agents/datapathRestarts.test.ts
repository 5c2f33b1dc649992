import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { datapathPod, restartsBetween, testEnvoyOn } from '../../../src/kube/agents/datapathRestarts';
import { watchRestarts, type RestartWatchOptions } from '../../../src/kube/agents/watchRestarts';
import { json, status } from '../kube/faultServer';
import { openWorkshop, type Workshop } from '../kube/workshop';

const at = (second: number): string => `2026-11-25T12:00:${String(second).padStart(2, '0')}Z`;
const since = new Date(at(10));

interface PodWishes {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly namespace?: string;
  readonly id?: string;
  readonly restarts?: number;
  /** Null: it does not run. */
  readonly startedAt?: string | null;
}

function rawPod(wishes: PodWishes = {}): object {
  const { name = 'envoy-a', labels = { 'k8s-app': 'cilium-envoy' }, node = 'node-a' } = wishes;
  const { namespace = 'kube-system', id = 'containerd://1', restarts = 0, startedAt = at(0) } = wishes;
  const state = startedAt === null ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: { startedAt } };
  return {
    metadata: { name, namespace, uid: `uid-of-${name}`, labels },
    spec: { nodeName: node },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'cilium-envoy', containerID: id, restartCount: restarts, state }],
    },
  };
}

const seen = (...pods: readonly PodWishes[]) => pods.flatMap((wishes) => datapathPod(rawPod(wishes)) ?? []);
const restarts = (before: readonly PodWishes[], after: readonly PodWishes[], from: Date | null = since) =>
  restartsBetween(seen(...before), seen(...after), from);

describe('what restarted while a load ran', () => {
  const again = 'Cilium Envoy on node-a restarted (container cilium-envoy of pod envoy-a)';

  it('is nothing where all is as it was', () => {
    expect(restarts([{}], [{}])).toEqual([]);
    expect(restarts([], [])).toEqual([]);
  });

  it.each<[string, PodWishes, readonly string[]]>([
    ['another container', { id: 'containerd://2', restarts: 1, startedAt: at(11) }, [again]],
    ['a restart that is counted', { restarts: 1, startedAt: at(11) }, [again]],
    ['a container made anew by hand', { id: 'containerd://2', startedAt: at(11) }, [again]],
    ['one that does not come back', { restarts: 1, startedAt: null }, [again]],
    ['one in the second in which the load began', { restarts: 1, startedAt: at(10) }, [again]],
    ['one between two samples', { id: 'containerd://2', restarts: 1, startedAt: at(9) }, []],
  ])('tells %s', (_what, after, expected) => {
    expect(restarts([{}], [after])).toEqual(expected);
  });

  it('counts all since the last look where it is not known when the load began', () => {
    expect(restarts([{}], [{ restarts: 1, startedAt: at(9) }], null)).toEqual([again]);
  });

  it('tells a pod that took another one’s place, one that is gone and one that is new', () => {
    expect(restarts([{}], [{ name: 'envoy-b', startedAt: at(12) }])).toEqual([
      'Cilium Envoy on node-a was replaced (pod envoy-b)',
    ]);
    expect(restarts([{}], [{ name: 'envoy-b', startedAt: at(4) }])).toEqual([]);
    expect(restarts([{}], [])).toEqual(['Cilium Envoy on node-a is gone (pod envoy-a)']);
    expect(restarts([], [{ startedAt: at(12) }])).toEqual([
      'Cilium Envoy on node-a was started (pod envoy-a)',
    ]);
    // The old one stays for a moment beside the new one, and then goes.
    expect(
      restarts([{}, { name: 'envoy-b', startedAt: at(4) }], [{ name: 'envoy-b', startedAt: at(4) }]),
    ).toEqual([]);
  });

  it('names each component and node', () => {
    const agent = { name: 'cilium-b', labels: { 'k8s-app': 'cilium' }, node: 'node-b' };
    const proxy = { name: 'kube-proxy-a', labels: { 'k8s-app': 'kube-proxy' } };
    const tunnel = { name: 'ztunnel-a', labels: { app: 'ztunnel' }, namespace: 'istio-system' };
    const all = [agent, proxy, tunnel];
    const said = restarts(
      all,
      all.map((pod) => ({ ...pod, restarts: 1, startedAt: at(12) })),
    );
    expect(said.map((clause) => clause.replace(/ \(.*/, ''))).toEqual([
      'Cilium agent on node-b restarted',
      'kube-proxy on node-a restarted',
      'ztunnel on node-a restarted',
    ]);
  });

  it('is none of what carries no traffic', () => {
    expect(seen({ labels: { 'k8s-app': 'kube-dns' } }, { labels: { 'k8s-app': 'node-local-dns' } })).toEqual(
      [],
    );
    for (const none of [null, 7, 'pod', {}, { metadata: {} }, rawPod({ labels: {} })])
      expect(datapathPod(none)).toBeUndefined();
  });

  it('is the Envoy of the test policy engine too, which its node tells of', () => {
    const node = (annotations: object) => testEnvoyOn({ metadata: { name: 'node-a', annotations } });
    const envoy = (second: number) =>
      [node({ 'test-policy-engine-envoy': at(second) })].flatMap((pod) => pod ?? []);
    expect(node({})).toBeUndefined();
    expect(restartsBetween(envoy(1), envoy(1), since)).toEqual([]);
    expect(restartsBetween(envoy(1), envoy(12), since)).toEqual([
      'Envoy of the test policy engine on node-a restarted',
    ]);
    // It is started with the first policy that needs it, before the load.
    expect(restartsBetween([], envoy(8), since)).toEqual([]);
  });
});

describe('looking for restarts', () => {
  const never = new AbortController().signal;
  let workshop: Workshop;
  let pods: object[];
  /** Paths that may be listed. */
  let readable: RegExp;
  let lists: string[];

  beforeEach(async () => {
    workshop = await openWorkshop();
    pods = [rawPod()];
    readable = /./;
    lists = [];
    workshop.server.handle((request, response, url) => {
      const { pathname } = url;
      if (pathname.endsWith('/selfsubjectaccessreviews')) {
        void (async () => {
          const chunks: Buffer[] = [];
          for await (const chunk of request) chunks.push(chunk as Buffer);
          const { spec } = JSON.parse(Buffer.concat(chunks).toString()) as {
            spec: { resourceAttributes: { namespace?: string } };
          };
          const { namespace } = spec.resourceAttributes;
          const path = namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`;
          json(response, 201, { status: { allowed: readable.test(path) } });
        })();
        return;
      }
      const selector = url.searchParams.get('fieldSelector') ?? '';
      lists.push(`${pathname} ${selector}`);
      if (!readable.test(pathname)) json(response, 403, status(403, 'Forbidden', 'pods is forbidden'));
      else {
        const items = pods.filter((pod) =>
          selector.includes((pod as { spec: { nodeName: string } }).spec.nodeName),
        );
        json(response, 200, { items, metadata: {} });
      }
    });
  });
  afterEach(async () => {
    await workshop.close();
  });

  const node = (name: string) => ({ name, hostname: name, zone: null });
  async function watch(over: Partial<RestartWatchOptions> = {}) {
    const placement = { client: node('node-a'), server: node('node-b'), clients: [node('node-a')] };
    const space = { client: await workshop.open(), namespace: 'bench', placement };
    return watchRestarts(space, { facts: { cilium: null }, hasTestEngine: false, ...over }, never);
  }

  it('takes one list a node for each sample, and one more before the first', async () => {
    const restarted = await watch();
    expect(lists).toEqual([]);
    for (const looks of [2, 3, 4]) {
      await restarted.begin(never);
      expect(await restarted.since(since, never)).toEqual([]);
      expect(lists).toHaveLength(2 * looks);
    }
    expect(lists.slice(0, 2)).toEqual([
      '/api/v1/pods spec.nodeName=node-a,metadata.namespace!=bench',
      '/api/v1/pods spec.nodeName=node-b,metadata.namespace!=bench',
    ]);
  });

  it('tells each restart once', async () => {
    const restarted = await watch();
    await restarted.begin(never);
    pods = [rawPod({ restarts: 1, startedAt: at(20) })];
    expect(await restarted.since(since, never)).toHaveLength(1);
    await restarted.begin(never);
    expect(await restarted.since(since, never)).toEqual([]);
  });

  it('forgets what the run restarts itself', async () => {
    const restarted = await watch();
    await restarted.begin(never);
    expect(await restarted.since(since, never)).toEqual([]);
    restarted.forget();
    pods = [rawPod({ name: 'envoy-b', startedAt: at(20) })];
    await restarted.begin(never);
    expect(await restarted.since(since, never)).toEqual([]);
  });

  it('keeps to the namespaces of the datapath where others may not be listed', async () => {
    readable = /kube-system/;
    const restarted = await watch();
    expect(restarted.notMeasured).toEqual([]);
    await restarted.begin(never);
    expect(new Set(lists.map((list) => list.split(' ')[0]))).toEqual(
      new Set(['/api/v1/namespaces/kube-system/pods']),
    );
  });

  it('says where it may not look, and asks no further', async () => {
    readable = /nothing/;
    const restarted = await watch();
    expect(restarted.notMeasured).toEqual([
      {
        what: 'restarts of the datapath’s own pods during a sample',
        reason: 'the right to list pods in namespace kube-system is missing',
      },
    ]);
    await restarted.begin(never);
    expect(await restarted.since(since, never)).toEqual([]);
    expect(lists).toEqual([]);
  });

  it('spoils a sample whose restarts could not be seen', async () => {
    const restarted = await watch();
    await restarted.begin(never);
    readable = /nothing/;
    const [clause] = await restarted.since(since, never);
    expect(clause).toMatch(/^it could not be seen whether the datapath restarted: /);
  });
});
