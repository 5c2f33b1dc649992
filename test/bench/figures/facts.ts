import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isComplete } from '../../../src/core/words/clusterFacts';
import { readClusterFacts } from '../../../src/kube/facts/readClusterFacts';
import { watchClusterFacts } from '../../../src/kube/facts/watchClusterFacts';
import { rawCilium, rawConfigMap, rawNode, type RawCluster } from '../../unit/cluster/objects';
import { createFakeApi, type FakeApi } from '../../unit/kube/fakeApi';
import { openWorkshop, type Workshop } from '../../unit/kube/workshop';
import { CannotMeasure, median, type Figure } from '../figure';

const limitMs = 300;
const rounds = 7;
const refreshes = 1_000;
const nodeCount = 200;
const never = new AbortController().signal;

/** A node as large as those of a cloud: about 10 kB, most of it the images it holds. */
function largeNode(index: number, kernelVersion = '6.8.0-1019-aws'): object {
  const images = Array.from({ length: 50 }, (_, image) => ({
    names: [`registry.example.com/team-${image}/service@sha256:${String(image).repeat(64).slice(0, 64)}`],
    sizeBytes: 123_456_789,
  }));
  const node = rawNode(`node-${index}`, {
    labels: {
      'topology.kubernetes.io/zone': `zone-${index % 3}`,
      'node.kubernetes.io/instance-type': 'c6i.xlarge',
    },
    info: { kernelVersion, osImage: 'Ubuntu 24.04.1 LTS', kubeletVersion: 'v1.34.1' },
    spec: { podCIDRs: [`10.${index}.0.0/24`] },
  }) as { readonly status: object };
  return { ...node, status: { ...node.status, images } };
}

function cluster(services: number): RawCluster {
  return {
    nodes: Array.from({ length: nodeCount }, (_, index) => largeNode(index)),
    daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.1')],
    configMaps: [
      rawConfigMap('kube-system/cilium-config', {
        'routing-mode': 'native',
        'kube-proxy-replacement': 'true',
      }),
    ],
    apiGroups: ['cilium.io'],
    services: Array.from({ length: services }, (_, index) => ({
      metadata: { namespace: 'shop', name: `service-${index}`, managedFields: 'x'.repeat(800) },
      spec: { clusterIP: `10.96.${index >> 8}.${index & 255}`, ports: [{ name: 'http', port: 80 }] },
    })),
  };
}

async function withApi<Result>(
  raw: RawCluster,
  use: (workshop: Workshop, api: FakeApi) => Promise<Result>,
): Promise<Result> {
  const workshop = await openWorkshop();
  const api = createFakeApi(raw);
  workshop.server.handle(api.handler);
  try {
    return await use(workshop, api);
  } finally {
    await workshop.close();
  }
}

/** What is counted comes later and is not waited for. */
const counted =
  /\/(services|endpointslices|namespaces|deployments|servicecidrs|customresourcedefinitions)$|metrics|nodeconfigs/;

interface FirstFacts {
  /** From opening the context, kubeconfig and TLS included. The server is in this process, so its own work is in it. */
  readonly wholeMs: number;
  /** From the last answer that they stand on. */
  readonly afterAnswersMs: number;
}

/** How soon version, nodes, network and what serves Services are known. */
async function firstFacts(workshop: Workshop, api: FakeApi): Promise<FirstFacts> {
  let answeredAt = 0;
  workshop.server.handle((request, response, url) => {
    if (!counted.test(url.pathname)) response.on('finish', () => (answeredAt = performance.now()));
    api.handler(request, response, url);
  });
  const began = performance.now();
  const client = await workshop.open();
  const seen: FirstFacts[] = [];
  const whole = await readClusterFacts(client, {
    signal: never,
    onProgress({ facts }) {
      const isThere =
        facts.version.known && facts.nodes.known && facts.cni.network.known && facts.kubeProxy.known;
      const now = performance.now();
      if (isThere) seen.push({ wholeMs: now - began, afterAnswersMs: now - answeredAt });
    },
  });
  client.close();
  const [first] = seen;
  if (first === undefined || !isComplete(whole.facts)) throw new CannotMeasure('the facts did not come');
  return first;
}

/** In MB, after the garbage is gone. */
function heapMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let time = 0; time < 3; time += 1) collect();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Heap after the first 100 refreshes, and after 1,000 more. */
async function grownMb(
  refresh: (count: number) => Promise<void>,
): Promise<{ before: number; after: number }> {
  await refresh(100);
  const before = heapMb();
  await refresh(refreshes);
  return { before, after: heapMb() };
}

/** Reads everything anew each time, as Refresh does. */
async function heapOverReadings(): Promise<{ before: number; after: number }> {
  return withApi({ ...cluster(20), nodes: [largeNode(0)] }, async (workshop) => {
    const client = await workshop.open();
    return grownMb(async (count) => {
      for (let time = 0; time < count; time += 1) await readClusterFacts(client, { signal: never });
      workshop.server.requests.length = 0;
    });
  });
}

/** Changes one node after another, and waits for the facts that have it. */
async function heapOverChanges(): Promise<{ before: number; after: number }> {
  return withApi(cluster(20), async (workshop, api) => {
    const stop = new AbortController();
    let told = (): void => undefined;
    const watching = watchClusterFacts(await workshop.open(), {
      signal: stop.signal,
      timings: { quietMs: 0 },
      onReading: () => {
        told();
      },
    });
    const nodes = '/api/v1/nodes';
    while (api.watches(nodes) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    let turn = 0;
    try {
      return await grownMb(async (count) => {
        for (let time = 0; time < count; time += 1) {
          turn += 1;
          const next = new Promise<void>((resolve) => {
            told = resolve;
          });
          // A kernel that no node had before is a fact that changes every time.
          api.send(nodes, 'MODIFIED', largeNode(turn % nodeCount, `6.8.${turn}`));
          await Promise.race([next, watching]);
        }
      });
    } finally {
      stop.abort();
      await watching;
    }
  });
}

/** How soon the first facts of a context are there, and whether memory stays where it is while they are refreshed. */
export const facts: Figure = {
  name: 'facts',
  async measure(say) {
    const raw = cluster(5_000);
    const first = await withApi(raw, async (workshop, api) => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const { wholeMs, afterAnswersMs } = await firstFacts(workshop, api);
        times.push(afterAnswersMs);
        say(`first facts ${afterAnswersMs.toFixed(0)} ms after the answers, ${wholeMs.toFixed(0)} ms in all`);
      }
      return median(times);
    });
    const readings = await heapOverReadings();
    say(`read anew: ${readings.before.toFixed(1)} MB, then ${readings.after.toFixed(1)} MB`);
    const changes = await heapOverChanges();
    say(`followed: ${changes.before.toFixed(1)} MB, then ${changes.after.toFixed(1)} MB`);
    const heap = (what: string, { before, after }: { before: number; after: number }) => ({
      name: `heap after ${refreshes} more ${what}`,
      value: after,
      unit: 'MB',
      beside: before,
      besideWhat: 'after the first 100',
      ratio: { atMost: 1.05 },
    });
    return [
      {
        name: `first facts of a context with ${nodeCount} nodes after the answers, median of ${rounds}`,
        value: first,
        unit: 'ms',
        beside: limitMs,
        besideWhat: 'limit',
        ratio: { atMost: 1 },
      },
      heap('readings', readings),
      heap('changes', changes),
    ];
  },
};
