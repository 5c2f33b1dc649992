import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { clusterForFigures, isClusterGiven, type FigureCluster } from '../clusterForFigures';
import { median, pairedRatio, type Figure, type Line } from '../figure';
import { readAllocator } from '../kubeServices/allocator';
import {
  applyByKubectl,
  deleteBatches,
  deleteByKubectl,
  kubectlWorkers,
  writeBatches,
} from '../kubeServices/articleKubectl';
import { bareLoop } from '../kubeServices/bareLoop';
import { namespace, ours } from '../kubeServices/ours';

/** As many by kubectl: the API server takes longer for each Service the more there are. */
const count = 5000;
const rounds = 3;
const pairs = 8;
const pairCount = 500;

/**
 * Most of what clusters run gives addresses to Services with one bitmap: all before Kubernetes 1.33. Later ones keep an object for
 * each and count all of them twice for each Service (1.34 `pkg/registry/core/service/ipallocator/ipallocator.go`,
 * createIPAddress), which is two thirds of the API server's time at 5,000 and leaves no client anything to be fast with.
 */
const controlPlanes = ['1.32', ''];

interface Pair {
  readonly value: number;
  readonly beside: number;
}

type Measured = Pick<Line, 'name' | 'besideWhat' | 'ratio'>;

/** By the pairs' ratios: a slow minute of the machine is in both of a pair. */
function pairedLine(what: Measured, pairs: readonly Pair[]): Line {
  const { ratio, plusMinus } = pairedRatio(pairs);
  const beside = median(pairs.map((pair) => pair.beside));
  return { ...what, value: beside * ratio, unit: 'Services/s', beside, plusMinus };
}

async function inTurn<One, Other>(
  round: number,
  one: () => Promise<One>,
  other: () => Promise<Other>,
): Promise<readonly [One, Other]> {
  if (round % 2 === 0) return [await one(), await other()];
  const second = await other();
  return [await one(), second];
}

type Say = (text: string) => void;

async function besideBareLoop(client: KubeClient, say: Say): Promise<readonly Pair[]> {
  const besideBare: Pair[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const [through, bare] = await inTurn(
      pair,
      () => ours(client, `ours-${pair}`, pairCount),
      () => bareLoop(client, `bare-${pair}`, pairCount),
    );
    say(`${through.up.toFixed(0)}/s, the bare loop ${bare.toFixed(0)}/s`);
    besideBare.push({ value: through.up, beside: bare });
  }
  return besideBare;
}

interface BesideKubectl {
  readonly whole: readonly Pair[];
  readonly written: readonly Pair[];
  readonly deleted: readonly Pair[];
}

async function besideKubectl(
  cluster: FigureCluster,
  files: readonly string[],
  say: Say,
): Promise<BesideKubectl> {
  const { client } = cluster;
  const byKubectl = async () => {
    const up = await applyByKubectl(cluster, files);
    const down = await deleteByKubectl(cluster);
    await deleteBatches(client, files);
    return { ...up, down };
  };
  const [whole, written, deleted]: [Pair[], Pair[], Pair[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const [{ up, down }, peer] = await inTurn(round, () => ours(client, `many-${round}`, count), byKubectl);
    say(
      `up ${up.toFixed(0)}/s, kubectl ${peer.written.toFixed(0)}/s and with EndpointSlices ${peer.whole.toFixed(0)}/s; down ${down.toFixed(0)}/s, kubectl ${peer.down.toFixed(0)}/s`,
    );
    whole.push({ value: up, beside: peer.whole });
    written.push({ value: up, beside: peer.written });
    deleted.push({ value: down, beside: peer.down });
  }
  return { whole, written, deleted };
}

function linesOf(
  allocator: string,
  bare: readonly Pair[],
  { whole, written, deleted }: BesideKubectl,
): readonly Line[] {
  const kubectl = `kubectl apply, the article's ${kubectlWorkers} workers`;
  const made = (what: string): string => `${count} Services ${what} (${allocator})`;
  return [
    pairedLine(
      {
        name: made('made, each with its EndpointSlice'),
        besideWhat: `${kubectl}, and the controller manager's EndpointSlices, 20 requests a second by default`,
        ratio: { atLeast: 4 },
      },
      whole,
    ),
    pairedLine(
      {
        name: made('made'),
        besideWhat: `${kubectl}, its EndpointSlices not waited for`,
        ratio: {},
      },
      written,
    ),
    pairedLine({ name: made('deleted'), besideWhat: 'kubectl delete -l', ratio: { atLeast: 4 } }, deleted),
    pairedLine(
      {
        name: `${pairCount} Services made (${allocator})`,
        besideWhat: 'bare keep-alive loop',
        ratio: { atLeast: 0.9 },
      },
      bare,
    ),
  ];
}

async function measureOn(emulated: string, files: readonly string[], say: Say): Promise<readonly Line[]> {
  const cluster = await clusterForFigures(say, { nodes: [], controllers: true, emulated });
  const { client } = cluster;
  const namespaceObject = { path: `/api/v1/namespaces/${namespace}` };
  try {
    await client.call({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { metadata: { name: namespace } },
    });
    // The first one warms the API server up.
    await ours(client, 'warm-up', pairCount);
    const allocator = await readAllocator(client);
    say(allocator);
    const bare = await besideBareLoop(client, say);
    return linesOf(allocator, bare, await besideKubectl(cluster, files, say));
  } finally {
    await client.call({ method: 'DELETE', ...namespaceObject }).catch(() => undefined);
    await cluster.stop();
  }
}

/**
 * Thousands of Services made and deleted, beside kubectl and beside a loop that does nothing but send. Interleaved. A Service
 * that an Endpoints object belongs to leads nowhere before the cluster has made its EndpointSlice; how fast kubectl alone is, is
 * told beside it, without a limit: where client and API server share two cores, their processor time sets both rates.
 */
export const kubeServices: Figure = {
  name: 'kube-services',
  async measure(say) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-figure-'));
    try {
      const files = await writeBatches(folder, count);
      const lines: Line[] = [];
      for (const emulated of isClusterGiven() ? [''] : controlPlanes)
        lines.push(...(await measureOn(emulated, files, say)));
      return lines;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
