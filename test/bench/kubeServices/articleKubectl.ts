import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { benchmarkEndpoint } from '../../../src/core/cluster/benchmarkRange';
import { endpointsEach } from '../../../src/core/cluster/calibration';
import { countOf } from '../../../src/kube/client/listPages';
import type { KubeClient } from '../../../src/kube/client/openClient';
import type { FigureCluster } from '../clusterForFigures';
import { seconds } from '../figure';
import { namespace, paths } from './ours';

/**
 * The article's own way, `network-benchmark.sh` at 2026-08-17: files of 500 Services, each with an Endpoints object of the same
 * name, of which the cluster's controller manager makes the EndpointSlice, and four kubectl that take one file after the other.
 */
export const kubectlWorkers = 4;
const kubectlBatch = 500;
/**
 * Deleted by kubectl, which asks for one object after the other and waits for its end: its rate is the same whatever the number,
 * and so many outlast the burst of 300 requests that its own limit of 50 a second begins with.
 */
const deletedByKubectl = 200;

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

/** Files of so many Services in all. */
export async function writeBatches(folder: string, count: number): Promise<readonly string[]> {
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

interface KubectlRates {
  /** Services a second that `kubectl apply` wrote, each with its Endpoints. */
  readonly written: number;
  /**
   * Services a second that had their EndpointSlice by the time kubectl was done. The rest follow at the controller manager's own
   * limit (Kubernetes, kube-controller-manager, `--kube-api-qps`: 20 by default), which is no faster.
   */
  readonly whole: number;
}

/** All of the files by the article's `kubectl apply`. */
export async function applyByKubectl(
  { kubectl, client }: FigureCluster,
  files: readonly string[],
): Promise<KubectlRates> {
  const remaining = files[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const file of remaining) await kubectl(['-n', namespace, 'apply', '--validate=false', '-f', file]);
  };
  const took = await seconds(() => Promise.all(Array.from({ length: kubectlWorkers }, worker)));
  const slices = await countOf(client, { path: paths.slices, labelSelector: batchLabel });
  if (slices === 0)
    throw new Error('The cluster made no EndpointSlice of the Endpoints: what does, is not there.');
  return { written: (files.length * kubectlBatch) / took, whole: slices / took };
}

/** Some of them by `kubectl delete -l`. Yields Services a second. */
export async function deleteByKubectl({ kubectl }: FigureCluster): Promise<number> {
  const selector = `${deletedLabel}=true`;
  return (
    deletedByKubectl /
    (await seconds(() => kubectl(['-n', namespace, 'delete', 'services,endpoints', '-l', selector])))
  );
}

/** The rest, batch by batch, each in a request that ends in time; and what the controller manager still makes meanwhile. */
export async function deleteBatches(client: KubeClient, files: readonly string[]): Promise<void> {
  const collections = [paths.services, paths.endpoints, paths.slices];
  for (const batch of files.keys()) {
    const labelSelector = `${batchLabel}=${batch}`;
    for (const path of collections) await client.call({ method: 'DELETE', path, query: { labelSelector } });
    while ((await countOf(client, { path: paths.slices, labelSelector })) > 0)
      await client.call({ method: 'DELETE', path: paths.slices, query: { labelSelector } });
  }
}
