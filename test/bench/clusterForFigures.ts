import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { openClient, type KubeClient } from '../../src/kube/client/openClient';
import { readContexts } from '../../src/kube/readContexts';
import type { ClusterOptions, startCluster as startTestCluster } from '../cluster/testCluster.mjs';
import { CannotMeasure } from './figure';

export interface FigureCluster {
  readonly client: KubeClient;
  /** kubectl as the administrator. Yields its standard output. */
  readonly kubectl: (args: readonly string[]) => Promise<string>;
  stop(): Promise<void>;
}

/** Not bundled with the figures: it finds its sources beside itself. The bench runs in the project's root. */
async function testCluster(): Promise<{ readonly startCluster: typeof startTestCluster }> {
  const file = pathToFileURL(path.resolve('test/cluster/testCluster.mjs'));
  return (await import(file.href)) as { readonly startCluster: typeof startTestCluster };
}

/** A cluster that is there already, by its kubeconfig: its kubectl is the one in the path. */
async function given(kubeconfig: string): Promise<FigureCluster> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const { current } = await readContexts(env);
  const client = await openClient(current ?? '', env);
  return {
    client,
    kubectl: async (args) => {
      const { stdout } = await promisify(execFile)('kubectl', args, { env, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    },
    stop() {
      client.close();
      return Promise.resolve();
    },
  };
}

/** Whether figures are measured on somebody's own cluster, whose choices are made. */
export function isClusterGiven(): boolean {
  return Boolean(process.env['CILIUM_BENCH_TEST_KUBECONFIG']);
}

/**
 * A cluster for a figure: the one whose kubeconfig CILIUM_BENCH_TEST_KUBECONFIG names, else one of its own. Figures of the API
 * want it without nodes, which would take from the API server the processor that they share with it here alone.
 * @throws CannotMeasure where this machine cannot have one.
 */
export async function clusterForFigures(
  say: (text: string) => void,
  options: Pick<ClusterOptions, 'nodes' | 'controllers' | 'emulated'>,
): Promise<FigureCluster> {
  const kubeconfig = process.env['CILIUM_BENCH_TEST_KUBECONFIG'];
  if (kubeconfig) return given(kubeconfig);
  const { startCluster } = await testCluster();
  const cluster = await startCluster({
    ...options,
    metrics: false,
    report: say,
    ...(options.nodes?.length === 0 ? { envoy: null } : {}),
  }).catch((error: unknown) => {
    throw new CannotMeasure(error instanceof Error ? error.message : String(error));
  });
  const { context, kubeconfig: file } = cluster.users.admin;
  const client = await openClient(context, { ...process.env, KUBECONFIG: file });
  return {
    client,
    kubectl: (args) => cluster.kubectl(args),
    async stop() {
      client.close();
      await cluster.stop();
    },
  };
}
