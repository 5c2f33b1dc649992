import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { scaleObject, scalePaths } from '../../../src/kube/bench/serviceScale/objects';
import { createServiceScale, type ServiceScale } from '../../../src/kube/bench/serviceScale/serviceScale';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { noJournal } from '../../../src/core/run/journal';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import { unknown } from '../../../src/core/cluster/evidence';
import { clusterForFigures, type FigureCluster } from '../clusterForFigures';
import { median, seconds, type Figure, type Line } from '../figure';

const never = new AbortController().signal;
const namespace = 'kube-services-figure';
const paths = scalePaths({ namespace });

/** The article's own way: so many kubectl at once, each with a file of its own. */
const kubectlWorkers = 4;
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

const kubectlLabel = (part: string): string => `by-kubectl-${part}`;

/** Lists for so many workers; what is to be deleted by itself has a label of its own. */
async function writeLists(folder: string): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: kubectlWorkers }, async (_, worker) => {
      const items = Array.from({ length: count / kubectlWorkers }, (_, at) => {
        const index = at * kubectlWorkers + worker;
        const runId = kubectlLabel(index < deletedByKubectl ? 'deleted' : 'kept');
        const { service, slice } = scaleObject({ runId }, index);
        return [service, slice];
      }).flat();
      const file = path.join(folder, `services-${worker}.json`);
      await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      return file;
    }),
  );
}

/** The same objects by `kubectl apply`, and as many of them as is enough by `kubectl delete -l`. */
async function byKubectl({ kubectl, client }: FigureCluster, files: readonly string[]): Promise<Rates> {
  const up = await seconds(() =>
    Promise.all(files.map((file) => kubectl(['-n', namespace, 'apply', '-f', file]))),
  );
  const selector = `cilium-bench.io/run=${kubectlLabel('deleted')}`;
  const down = await seconds(() =>
    kubectl(['-n', namespace, 'delete', 'services,endpointslices', '-l', selector]),
  );
  const left = await scaleOf(client, kubectlLabel('kept'), count);
  await left.close();
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
      const files = await writeLists(folder);
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
        pairedLine('5,000 Services made', `kubectl apply, ${kubectlWorkers} workers`, up, 4),
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
