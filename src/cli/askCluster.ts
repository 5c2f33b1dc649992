import type { ClusterReading } from '../kube/main';
import type { CommandContext } from './commands/command';

export interface AskedCluster extends ClusterReading {
  readonly name: string;
  /** Without credentials. */
  readonly server: string;
  readonly user: string;
  readonly namespace: string;
}

/** A person waits: a server that is not there is said after a second, not after ten. */
const impatient = { retries: { attempts: 3, longestWaitMs: 10_000 } };

/**
 * Reads the facts of one context's cluster. Reads only.
 * @throws Problem (usage) where no kubeconfig has the context, (target) where the cluster cannot be read.
 */
export async function askCluster(
  name: string,
  { env, signal }: Pick<CommandContext, 'env' | 'signal'>,
): Promise<AskedCluster> {
  const { openClient, readClusterFacts } = await import('../kube/main');
  const client = await openClient(name, env, impatient);
  try {
    const reading = await readClusterFacts(client, { signal });
    return { name, server: client.server, user: client.user, namespace: client.namespace, ...reading };
  } finally {
    client.close();
  }
}
