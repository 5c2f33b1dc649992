import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { endpointsEach } from '../../../src/core/cluster/calibration';
import { scaleObject, scalePaths } from '../../../src/kube/bench/serviceScale/objects';
import { createServiceScale, type ServiceScale } from '../../../src/kube/bench/serviceScale/serviceScale';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { benchmarkEndpoint } from '../../../src/core/cluster/benchmarkRange';
import { noJournal } from '../../../src/core/run/journal';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import { unknown } from '../../../src/core/cluster/evidence';
import { clusterForFigures, type FigureCluster } from '../clusterForFigures';
import { median, seconds, type Figure, type Line } from '../figure';

const never = new AbortController().signal;
const namespace = 'kube-services-figure';
const paths = scalePaths({ namespace });

/**
 * The article's own way, `network-benchmark.sh` at 2026-08-17: files of 500 Services, each with an Endpoints object of the same
 * name, of which the cluster makes the EndpointSlice, and four kubectl that take one file after the other.
 */
const kubectlWorkers = 4;
const kubectlBatch = 500;
const count = 5000;
/**
 * Deleted by kubectl: its own limit of 50 requests a second sets its rate whatever the number, and so many outlast the burst
 * of 300 that it begins with. It is not so for making them: the API server takes longer for each Service the more there are
 * (Kubernetes 1.34 `pkg/registry/core/service/ipallocator/ipallocator.go`, createIPAddress counts all addresses twice).
 */
const deletedByKubectl = 1000;
const rounds = 3;
const pairs = 8;
const pairCount = 500;

const node = { name: 'none', hostname: 'none', zone: null };
const notRead = unknown('it is not read here');

async function scaleOf(client: KubeClient, runId: string, most: number): Promise<ServiceScale> {
  const scale = createServiceScale(
    {
      client,
      cluster: { context: client.context, server: client.server, clusterUid: '' },
      runId,
      namespace,
      ownsNamespace: false,
      placement: { client: node, server: node, clients: [node] },
      settings: runSettingsFrom({ namespace, crossZone: true }),
      journal: noJournal,
    },
    {
      servers: [{ host: '198.19.255.254', port: 8080 }],
      most,
      map: null,
      facts: {
        cilium: null,
        headroom: {
          services: notRead,
          backends: notRead,
          serviceAddresses: notRead,
          loadBalancerMap: null,
          podNetworks: notRead,
        },
      },
    },
  );
  await scale.prepare(never);
  return scale;
}

interface Rates {
  /** Services a second, each with its EndpointSlice. */
  readonly up: number;
  readonly down: number;
}

async function ours(client: KubeClient, runId: string, services: number): Promise<Rates> {
  const scale = await scaleOf(client, runId, services);
  try {
    const up = await scale.to(services, never);
    const down = await scale.to(0, never);
    return { up: up.perSecond, down: down.perSecond };
  } finally {
    await scale.close();
  }
}

const deletedLabel = 'cilium-bench.io/by-kubectl';
const batchLabel = 'cilium-bench.io/kubectl-batch';

/** A Service as the article writes it, and its Endpoints: as many addresses as ours has in the EndpointSlice. */
function articleObjects(index: number): readonly object[] {
  const metadata = {
    name: `dummy-svc-${index + 1}`,
    labels: {
      [batchLabel]: String(Math.floor(index / kubectlBatch)),
      [deletedLabel]: String(index < deletedByKubectl),
    },
  };
  const addresses = Array.from({ length: endpointsEach }, (_, at) => ({
    ip: benchmarkEndpoint(index * endpointsEach + at).host,
  }));
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata,
      subsets: [{ addresses, ports: [{ port: 80, protocol: 'TCP' }] }],
    },
  ];
}

async function writeBatches(folder: string): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: count / kubectlBatch }, async (_, batch) => {
      const objects = Array.from({ length: kubectlBatch }, (_, at) =>
        articleObjects(batch * kubectlBatch + at),
      );
      const file = path.join(folder, `batch_${batch}.yaml`);
      await writeFile(
        file,
        objects
          .flat()
          .map((one) => stringify(one))
          .join('---\n'),
      );
      return file;
    }),
  );
}

/** Batch by batch, each in a request that ends in time: no controller of namespaces runs in a cluster without nodes. */
async function deleteBatches(client: KubeClient): Promise<void> {
  for (let batch = 0; batch < count / kubectlBatch; batch += 1)
    for (const kind of ['services', 'endpoints'])
      await client.call({
        method: 'DELETE',
        path: `/api/v1/namespaces/${namespace}/${kind}?labelSelector=${encodeURIComponent(`${batchLabel}=${batch}`)}`,
      });
}

/** As many by the article's `kubectl apply`, and as many of them as is enough by `kubectl delete -l`. */
async function byKubectl({ kubectl, client }: FigureCluster, files: readonly string[]): Promise<Rates> {
  const remaining = files[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const file of remaining) await kubectl(['-n', namespace, 'apply', '--validate=false', '-f', file]);
  };
  const up = await seconds(() => Promise.all(Array.from({ length: kubectlWorkers }, worker)));
  const selector = `${deletedLabel}=true`;
  const down = await seconds(() =>
    kubectl(['-n', namespace, 'delete', 'services,endpoints', '-l', selector]),
  );
  await deleteBatches(client);
  return { up: count / up, down: deletedByKubectl / down };
}

/** A loop that does nothing but send bodies made before, over as many kept connections as ours. */
async function bareLoop(client: KubeClient, runId: string): Promise<number> {
  // The administrators of test clusters prove who they are by certificate.
  const options: https.RequestOptions = {};
  await client.library().applyToHTTPSOptions(options);
  const { ca, cert, key } = options;
  const agent = new https.Agent({ keepAlive: true, maxSockets: 32, ca, cert, key });
  const objects = Array.from({ length: pairCount }, (_, index) => scaleObject({ runId }, index)).map(
    ({ service, slice }) => [
      { path: paths.slices, body: Buffer.from(JSON.stringify(slice)) },
      { path: paths.services, body: Buffer.from(JSON.stringify(service)) },
    ],
  );
  const server = new URL(client.server);
  const send = ({ path: where, body }: { path: string; body: Buffer }): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = https.request(
        {
          host: server.hostname,
          port: server.port,
          path: `${where}?fieldValidation=Ignore`,
          method: 'POST',
          agent,
          headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
        },
        (answer) => {
          answer.resume();
          answer.on('end', () => {
            if (answer.statusCode === 201) resolve();
            else reject(new Error(`the bare loop got ${answer.statusCode ?? 0}`));
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  const remaining = objects[Symbol.iterator]();
  try {
    const took = await seconds(() =>
      Promise.all(
        Array.from({ length: 32 }, async () => {
          for (const both of remaining) for (const one of both) await send(one);
        }),
      ),
    );
    return pairCount / took;
  } finally {
    agent.destroy();
    const left = await scaleOf(client, runId, pairCount);
    await left.close();
  }
}

interface Pair {
  readonly value: number;
  readonly beside: number;
}

/** By the pairs' ratios, with the 95 % interval of their geometric mean: a slow minute of the machine is in both of a pair. */
function pairedLine(name: string, besideWhat: string, pairs: readonly Pair[], atLeast: number): Line {
  const logs = pairs.map(({ value, beside }) => Math.log(value / beside));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const ratio = Math.exp(mean);
  const beside = median(pairs.map((pair) => pair.beside));
  return {
    name,
    value: beside * ratio,
    unit: 'Services/s',
    beside,
    besideWhat,
    ratio: { atLeast },
    plusMinus: ratio * (studentT[logs.length - 1] ?? 2) * Math.sqrt(variance / logs.length),
  };
}

/** 97.5 % quantiles of Student's t by degrees of freedom, as far as they are needed. */
const studentT: Readonly<Record<number, number>> = { 2: 4.303, 7: 2.365 };

/** Thousands of Services made and deleted, beside kubectl and beside a loop that does nothing but send. Interleaved. */
export const kubeServices: Figure = {
  name: 'kube-services',
  async measure(say) {
    const cluster = await clusterForFigures(say);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-figure-'));
    const { client } = cluster;
    const namespaceObject = { path: `/api/v1/namespaces/${namespace}` };
    try {
      await client.call({
        method: 'POST',
        path: '/api/v1/namespaces',
        body: { metadata: { name: namespace } },
      });
      const inTurn = async <One, Other>(
        round: number,
        one: () => Promise<One>,
        other: () => Promise<Other>,
      ): Promise<readonly [One, Other]> => {
        if (round % 2 === 0) return [await one(), await other()];
        const second = await other();
        return [await one(), second];
      };
      const files = await writeBatches(folder);
      // The first one warms the API server up.
      await ours(client, 'warm-up', pairCount);
      const besideBare: Pair[] = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        const [through, bare] = await inTurn(
          pair,
          () => ours(client, `ours-${pair}`, pairCount),
          () => bareLoop(client, `bare-${pair}`),
        );
        say(`${through.up.toFixed(0)}/s, the bare loop ${bare.toFixed(0)}/s`);
        besideBare.push({ value: through.up, beside: bare });
      }
      const up: Pair[] = [];
      const down: Pair[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const [many, few] = await inTurn(
          round,
          () => ours(client, `many-${round}`, count),
          () => byKubectl(cluster, files),
        );
        say(
          `up ${many.up.toFixed(0)}/s, kubectl ${few.up.toFixed(0)}/s; down ${many.down.toFixed(0)}/s, kubectl ${few.down.toFixed(0)}/s`,
        );
        up.push({ value: many.up, beside: few.up });
        down.push({ value: many.down, beside: few.down });
      }
      return [
        pairedLine('5,000 Services made', `kubectl apply, the article's ${kubectlWorkers} workers`, up, 4),
        pairedLine('Services made', 'bare keep-alive loop', besideBare, 0.9),
        pairedLine('5,000 Services deleted', 'kubectl delete -l', down, 4),
      ];
    } finally {
      await client.call({ method: 'DELETE', ...namespaceObject }).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
      await cluster.stop();
    }
  },
};
