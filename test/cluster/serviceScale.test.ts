import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listAt, textAt, valueAt } from '../../src/kube/client/json';
import { countOf } from '../../src/kube/client/listPages';
import type { KubeClient } from '../../src/kube/client/openClient';
import { scalePaths, scaleSelector } from '../../src/kube/bench/serviceScale/objects';
import { createServiceScale } from '../../src/kube/bench/serviceScale/serviceScale';
import type { ServiceScale } from '../../src/kube/bench/serviceScale/serviceScale';
import type { BenchSpace } from '../../src/kube/bench/space';
import { noJournal } from '../../src/core/run/journal';
import { noFactsKnown, settings } from './benchPlan';
import { answerOf } from './answerOf';
import { clientOf, cluster } from './support';

const namespace = 'service-scale-test';
const never = new AbortController().signal;
const paths = scalePaths({ namespace });
const node = { name: 'node-a', hostname: 'node-a', zone: null };

let runId: string;
let serverHost: string;

/** Pods that answer with HTTP, on node-b, and one on node-a to ask from. */
const pod = (name: string, nodeName: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: {
    nodeSelector: { 'kubernetes.io/hostname': nodeName },
    containers: [
      {
        name: 'fortio',
        image: settings.images.fortio,
        imagePullPolicy: 'Never',
        args: ['server', '-http-port', '8080', '-grpc-port', 'disabled', '-redirect-port', 'disabled'],
      },
    ],
  },
});

async function addressOf(name: string): Promise<string> {
  return answerOf(async () => {
    const path = `jsonpath={.status.phase} {.status.podIP}`;
    const [phase, ip] = (await cluster.kubectl(['-n', namespace, 'get', 'pod', name, '-o', path])).split(' ');
    return phase === 'Running' && ip ? ip : undefined;
  });
}

beforeAll(async () => {
  await cluster.kubectl(['create', 'namespace', namespace]);
  for (const object of [pod('server', 'node-b'), pod('asker', 'node-a')]) {
    // Refused until the namespace has its service account, which a controller makes.
    await answerOf(() =>
      cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) }).then(
        () => true,
        () => undefined,
      ),
    );
  }
  serverHost = await addressOf('server');
  await addressOf('asker');
});
afterAll(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace]);
});
beforeEach(() => {
  runId = `r-${randomUUID().slice(0, 8)}`;
});

async function scaleFor(client: KubeClient): Promise<ServiceScale> {
  const space: BenchSpace = {
    client,
    cluster: { context: client.context, server: client.server, clusterUid: '' },
    runId,
    namespace,
    ownsNamespace: false,
    placement: { client: node, server: node, clients: [node] },
    settings,
    journal: noJournal,
  };
  const servers = [{ host: serverHost, port: 8080 }];
  const scale = createServiceScale(space, { servers, most: 2000, facts: noFactsKnown, map: null });
  await scale.prepare(never);
  return scale;
}

const left = async (client: KubeClient, path: string): Promise<number> =>
  countOf(client, { path, labelSelector: scaleSelector({ runId }) });

/** What the server answers through a Service, asked from a pod; undefined where nothing does within two seconds. */
async function answerThrough(host: string, port: number): Promise<string | undefined> {
  const ask = `exec 3<>/dev/tcp/${host}/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3`;
  return cluster
    .inPodNetwork(namespace, 'asker', ['timeout', '2', 'bash', '-c', ask])
    .then((line) => line.trim() || undefined)
    .catch(() => undefined);
}

describe('service-scale on a real cluster', () => {
  it('makes 500 Services, which the nodes program, and the last marker answers after them', async () => {
    const client = await clientOf('admin');
    const scale = await scaleFor(client);
    for (const { host, port } of scale.markers()) {
      expect(await answerThrough(host, port)).toBeUndefined();
    }
    const result = await scale.to(500, never);
    console.log(`500 Services: ${result.perSecond.toFixed(0)}/s`);
    for (const { host, port } of scale.markers()) {
      expect(await answerOf(() => answerThrough(host, port))).toMatch(/^HTTP\/1\.[01] 200/);
    }
    // What kube-proxy has made of them: four endpoints each, in chains of their own.
    const rules = await cluster.inNode('node-a', ['iptables-save', '-t', 'nat']);
    const targets = rules.match(/--to-destination 198\.1[89]\.\d+\.\d+:8080/g) ?? [];
    expect(new Set(targets).size).toBe(2000);
    expect(await left(client, paths.slices)).toBe(503);

    expect(await scale.to(100, never)).toMatchObject({ created: 0, deleted: 400 });
    expect(await left(client, paths.services)).toBe(106);
    expect(await scale.to(0, never)).toMatchObject({ created: 0, deleted: 100 });
    for (const { host, port } of scale.markers()) {
      expect(await answerOf(() => answerThrough(host, port))).toMatch(/^HTTP\/1\.[01] 200/);
    }
    const without = await cluster.inNode('node-a', ['iptables-save', '-t', 'nat']);
    expect(without).not.toContain('198.18.');
    expect(await scale.close()).toEqual([]);
    expect([await left(client, paths.services), await left(client, paths.slices)]).toEqual([0, 0]);
  });

  it('leaves nothing when it is cancelled in the middle', async () => {
    const client = await clientOf('admin');
    const scale = await scaleFor(client);
    const cancel = new AbortController();
    const change = scale.to(2000, cancel.signal, ({ done }) => {
      if (done === 150) cancel.abort(new Error('cancelled'));
    });
    await expect(change).rejects.toThrow('cancelled');
    expect(await scale.close()).toEqual([]);
    expect([await left(client, paths.services), await left(client, paths.slices)]).toEqual([0, 0]);
  });

  it('takes over what an interrupted run left, and what is there already (409)', async () => {
    const client = await clientOf('admin');
    const interrupted = await scaleFor(client);
    await interrupted.to(60, never);
    const again = await scaleFor(client);
    expect(await again.to(80, never)).toMatchObject({ created: 20, deleted: 0 });
    // The first one does not know of the last 20.
    expect(await interrupted.to(80, never)).toMatchObject({ created: 20, deleted: 0 });
    expect(await again.close()).toEqual([]);
    expect(await left(client, paths.services)).toBe(0);
  });

  it('touches nothing of others', async () => {
    const client = await clientOf('admin');
    const theirs = { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80 }] } };
    const names = ['scale-99999', 'shop'];
    for (const name of names) {
      const body = {
        ...theirs,
        metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'cilium-bench' } },
      };
      await client.call({ method: 'POST', path: paths.services, body });
    }
    const scale = await scaleFor(client);
    await scale.to(20, never);
    expect(await scale.close()).toEqual([]);
    const services = listAt(await client.call({ path: paths.services }), 'items');
    expect(services.map((service) => textAt(service, 'metadata', 'name')).sort()).toEqual(names);
    expect(services.every((service) => valueAt(service, 'metadata', 'deletionTimestamp') === undefined)).toBe(
      true,
    );
    for (const name of names) await client.call({ method: 'DELETE', path: `${paths.services}/${name}` });
  });

  it('is refused by a quota before anything is made', async () => {
    const client = await clientOf('admin');
    await cluster.kubectl(['-n', namespace, 'create', 'quota', 'few', '--hard=count/services=30']);
    try {
      await answerOf(async () => {
        const path = `/api/v1/namespaces/${namespace}/resourcequotas/few`;
        return textAt(await client.call({ path }), 'status', 'hard', 'count/services') ?? undefined;
      });
      await expect(scaleFor(client)).rejects.toThrow(/ResourceQuota few leaves 30 of count\/services/);
      expect(await left(client, paths.services)).toBe(0);
    } finally {
      await cluster.kubectl(['-n', namespace, 'delete', 'quota', 'few']);
    }
  });
});
