import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterObjects } from '../../../src/core/cluster/objects';
import { notReadYet } from '../../../src/core/cluster/objects';
import { isComplete } from '../../../src/core/words/clusterFacts';
import { type ClusterReading, readClusterFacts } from '../../../src/kube/facts/readClusterFacts';
import { readClusterObjects } from '../../../src/kube/facts/readClusterObjects';
import { type RawCluster, rawCilium, rawConfigMap, rawNode, rawPod, rawWorkload } from '../cluster/objects';
import { type FakeApi, createFakeApi, refused } from './fakeApi';
import { json, status } from './faultServer';
import { openWorkshop } from './workshop';
import type { Workshop } from './workshop';

let workshop: Workshop;
let api: FakeApi;

/** GKE's names, so that cilium-config is where only the agents' DaemonSet tells. */
const cluster: RawCluster = {
  version: 'v1.33.2-gke.100',
  identity: '6f0c2d1e',
  apiGroups: ['cilium.io', 'apps'],
  customResources: ['ciliumnodes.cilium.io'],
  nodes: ['a', 'b', 'c'].map((name) => rawNode(name, { spec: { podCIDRs: ['10.4.0.0/24'] } })),
  daemonSets: [rawCilium('gke.gcr.io/cilium/cilium:v1.19.1', 'gke-managed/anetd')],
  deployments: [
    rawWorkload('istio-system/istiod', {
      labels: { app: 'istiod' },
      containers: [{ image: 'istio/pilot:1.27.0' }],
    }),
    rawWorkload('shop/web'),
  ],
  systemPods: [
    rawPod('kube-system/kube-apiserver-1', { component: 'kube-apiserver' }, { command: ['kube-apiserver'] }),
    rawPod('kube-system/other', { app: 'other' }, {}),
  ],
  configMaps: [
    rawConfigMap('gke-managed/cilium-config', {
      'routing-mode': 'native',
      'kube-proxy-replacement': 'true',
      mtu: '1460',
    }),
    rawConfigMap('shop/cilium-config', { 'routing-mode': 'tunnel' }),
  ],
  nodeConfigs: [
    { metadata: { namespace: 'kube-system', name: 'gpu' }, spec: { defaults: { 'enable-hubble': 'false' } } },
  ],
  serviceCidrs: [{ metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.96.0.0/24'] } }],
  services: Array.from({ length: 1_200 }, (_, index) => ({
    metadata: { namespace: 'shop', name: `s${index}` },
    spec: { clusterIP: index === 0 ? '10.96.0.7' : 'None', ports: [{ name: 'http', port: 80 }] },
  })),
  endpointSlices: [
    {
      metadata: { namespace: 'shop', name: 's0-x', labels: { 'kubernetes.io/service-name': 's0' } },
      addressType: 'IPv4',
      endpoints: [{}, {}],
      ports: [{ name: 'http' }],
    },
  ],
};

const never = new AbortController().signal;

beforeEach(async () => {
  workshop = await openWorkshop();
  api = createFakeApi(cluster);
  workshop.server.handle(api.handler);
});
afterEach(async () => {
  await workshop.close();
});

async function facts(options: { timeoutMs?: number } = {}): Promise<ClusterReading['facts']> {
  return (await readClusterFacts(await workshop.open(), { signal: never, ...options })).facts;
}

describe('the facts of a cluster', { timeout: 30_000 }, () => {
  it('are read by pages and by name, from the versions that are served', async () => {
    const found = await facts();
    expect(found).toMatchObject({
      identity: { value: '6f0c2d1e', evidence: [{ object: 'Namespace kube-system' }] },
      version: { value: 'v1.33.2-gke.100' },
      distribution: { value: 'GKE' },
      nodes: { value: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      cni: { network: { value: { id: 'gke-dataplane-v2' } } },
      kubeProxy: { value: { rules: 'replaced', replacedBy: 'Cilium' } },
      mtu: { value: 1460, evidence: [{ object: 'ConfigMap gke-managed/cilium-config' }] },
      metricsApi: { value: true },
      cilium: { routing: { value: 'native' }, nodeConfigs: ['CiliumNodeConfig kube-system/gpu'] },
      istio: { mode: { value: 'sidecar' }, version: { value: '1.27.0' } },
      headroom: {
        services: { value: 1_200 },
        backends: { value: 2 },
        serviceAddresses: { value: [{ cidr: '10.96.0.0/24', used: 1 }] },
        loadBalancerMap: { value: { needed: 4, family: 4 } },
      },
      notRead: [],
    });
    const { requests } = workshop.server;
    // Neither all ConfigMaps nor all pods nor all Deployments are asked for.
    expect(requests.filter((request) => /^GET \/api\/v1\/(configmaps|pods)/.test(request))).toEqual([]);
    expect(requests.filter((request) => request.includes('/pods'))).toHaveLength(2);
    expect(requests.filter((request) => request.includes('/deployments'))).toEqual([
      'GET /apis/apps/v1/deployments?limit=500&labelSelector=app%3Distiod',
    ]);
    expect(requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  it('come early: version, nodes and network before anything is counted', async () => {
    const client = await workshop.open();
    const readings: ClusterReading[] = [];
    let letServicesGo: (() => void) | undefined;
    api.fault('/api/v1/services', (request, response, url) => {
      letServicesGo = () => {
        api.fault('/api/v1/services', undefined);
        api.asUsual(request, response, url);
      };
    });
    const all = readClusterFacts(client, { signal: never, onProgress: (reading) => readings.push(reading) });
    await expect
      .poll(() => readings.at(-1)?.facts, { timeout: 15_000 })
      .toMatchObject({
        version: { value: 'v1.33.2-gke.100' },
        nodes: { known: true },
        cni: { network: { value: { id: 'gke-dataplane-v2' } } },
        kubeProxy: { value: { rules: 'replaced' } },
        headroom: { services: { because: notReadYet } },
      });
    expect(readings.every(({ facts: each }) => !isComplete(each))).toBe(true);
    await expect.poll(() => letServicesGo, { timeout: 15_000 }).toBeDefined();
    letServicesGo?.();
    const { facts: whole } = await all;
    expect(isComplete(whole)).toBe(true);
    expect(whole.headroom.services).toMatchObject({ value: 1_200 });
  });

  it('never tell early what later turns out otherwise', async () => {
    const client = await workshop.open();
    const told = new Map<string, Set<string>>();
    await readClusterFacts(client, {
      signal: never,
      onProgress: ({ facts: each }) => {
        for (const field of ['distribution', 'kubeProxy', 'mtu'] as const) {
          const fact = each[field];
          if (fact.known || fact.because !== notReadYet)
            told.set(field, (told.get(field) ?? new Set()).add(JSON.stringify(fact)));
        }
      },
    });
    for (const [field, values] of told) expect([field, values.size]).toEqual([field, 1]);
  });

  const paths: readonly (readonly [string, keyof ClusterObjects])[] = [
    ['/version', 'serverVersion'],
    ['/apis', 'apiGroups'],
    ['/api/v1/nodes', 'nodes'],
    ['/api/v1/namespaces', 'namespaces'],
    ['/api/v1/namespaces/kube-system', 'identity'],
    ['/api/v1/namespaces/kube-system/pods', 'systemPods'],
    ['/api/v1/services', 'services'],
    ['/apis/apps/v1/daemonsets', 'daemonSets'],
    ['/apis/apps/v1/deployments', 'deployments'],
    ['/apis/discovery.k8s.io/v1/endpointslices', 'endpointSlices'],
    ['/apis/networking.k8s.io/v1/servicecidrs', 'serviceCidrs'],
    ['/apis/cilium.io/v2alpha1/ciliumnodeconfigs', 'nodeConfigs'],
    ['/apis/metrics.k8s.io/v1beta1', 'metricsApi'],
    ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', 'customResources'],
  ];

  it.each(paths)('lose only what %s tells where that is refused', async (path, field) => {
    api.fault(path, refused);
    const objects = await readClusterObjects(await workshop.open(), { signal: never });
    const unread = Object.entries(objects).filter(([, reading]) => 'unread' in reading);
    expect(unread.map(([name]) => name)).toEqual([field]);
    expect(unread[0]?.[1]).toMatchObject({
      unread: expect.stringMatching(/^the API server refused to .*\(403, user reader\)$/) as string,
    });
  });

  it.each(paths)('lose only what %s tells where its connection is cut', async (path, field) => {
    api.fault(path, (_request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('{"items": [');
      setImmediate(() => response.destroy());
    });
    const objects = await readClusterObjects(await workshop.open(), { signal: never });
    const unread = Object.entries(objects).filter(([, reading]) => 'unread' in reading);
    expect(unread.map(([name]) => name)).toEqual([field]);
    expect(unread[0]?.[1]).toMatchObject({
      unread: expect.stringMatching(/^the connection to .* was lost in the middle$/) as string,
    });
  });

  it.each(
    paths.filter(([, field]) => ['serverVersion', 'daemonSets', 'nodeConfigs', 'services'].includes(field)),
  )('lose only what %s tells where that hangs, when the time is up', async (path, field) => {
    api.fault(path, () => undefined);
    // The first lists are waited for a second before the rest is begun.
    const objects = await readClusterObjects(await workshop.open(), { signal: never, timeoutMs: 2_500 });
    const unread = Object.entries(objects).filter(([, reading]) => 'unread' in reading);
    const alsoLost = field === 'daemonSets' ? ['configMaps'] : [];
    expect(unread.map(([name]) => name).sort()).toEqual([field, ...alsoLost].sort());
    expect(unread[0]?.[1]).toMatchObject({
      unread: expect.stringMatching(/ did not answer within 2.5 s$/) as string,
    });
  });

  it('are listed again where the server forgot the state of the pages', async () => {
    let forgets = true;
    api.fault('/api/v1/services', (request, response, url) => {
      if (forgets && url.searchParams.has('continue')) {
        forgets = false;
        json(response, 410, status(410, 'Expired', 'too old'));
      } else api.asUsual(request, response, url);
    });
    expect((await facts()).headroom.services).toMatchObject({ value: 1_200 });
    expect(forgets).toBe(false);
  });

  it('say which ConfigMap is refused where others are read', async () => {
    api.fault('/api/v1/namespaces/gke-managed/configmaps/cilium-config', refused);
    const found = await facts();
    expect(found.cilium?.routing).toMatchObject({ because: expect.stringContaining('403') as string });
    expect(found.notRead).toEqual([
      {
        what: 'configMaps',
        because: expect.stringMatching(/^cilium-config: the API server refused to get/) as string,
      },
    ]);
  });

  it('tell a cluster without a metrics API, Service networks of its own or node settings', async () => {
    api = createFakeApi({ ...cluster, metricsApi: false });
    workshop.server.handle(api.handler);
    for (const path of [
      '/apis/networking.k8s.io/v1/servicecidrs',
      '/apis/cilium.io/v2alpha1/ciliumnodeconfigs',
    ])
      api.fault(path, (_request, response) => {
        json(response, 404, {});
      });
    const found = await facts();
    expect(found.notRead).toEqual([]);
    expect(found.metricsApi).toMatchObject({ value: false });
    expect(found.cilium?.nodeConfigs).toEqual([]);
  });

  it('keep nothing of the objects but what facts need', async () => {
    const secret = 'hunter2';
    api = createFakeApi({
      ...cluster,
      nodes: [rawNode('a', { annotations: { secret } })],
      services: [{ metadata: { namespace: 'a', name: 'b', annotations: { secret } }, spec: {} }],
      configMaps: [rawConfigMap('kube-system/kube-proxy', { 'kubeconfig.conf': secret })],
    });
    workshop.server.handle(api.handler);
    const objects = await readClusterObjects(await workshop.open(), { signal: never });
    expect(objects.services).toMatchObject({ value: [{ id: 'a/b' }] });
    expect(JSON.stringify(objects)).not.toContain(secret);
  });
});

describe('a cluster that cannot be read', { timeout: 30_000 }, () => {
  it('at all is one problem, not fifteen unknowns', async () => {
    workshop.server.handle((_request, response) => {
      json(response, 401, status(401, 'Unauthorized', 'Unauthorized'));
    });
    await expect(facts()).rejects.toThrow(/does not accept the credentials of user "reader" \(401\)/);
  });

  it('because nothing listens is said after few tries', async () => {
    const client = await workshop.open({ retries: { attempts: 2, longestWaitMs: 1 } });
    await workshop.server.close();
    await expect(readClusterFacts(client, { signal: never })).rejects.toThrow(/Nothing listens at/);
  });

  it('because it hangs is said when the time is up', async () => {
    workshop.server.handle(() => undefined);
    await expect(facts({ timeoutMs: 50 })).rejects.toThrow(/did not answer within 0.05 s/);
  });

  it('is left alone at once when the reading is called off', async () => {
    const stop = new AbortController();
    const reading = readClusterFacts(await workshop.open(), { signal: stop.signal });
    workshop.server.handle(() => {
      stop.abort(new Error('called off'));
    });
    await expect(reading).rejects.toThrow('called off');
  });
});
