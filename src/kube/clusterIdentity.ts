/**
 * Which cluster it is, so that a change is never undone on another one: the uid of kube-system, and for people with rights in
 * one namespace alone, of that namespace (`namespace/NAME:UID`). Both are made once and are the same nowhere else.
 */
import { Problem } from '../core/problem';
import { statusOf } from './client/apiProblem';
import { textAt } from './client/json';
import type { KubeClient } from './client/openClient';

const usual = 'kube-system';
/** Names of namespaces are RFC 1123 labels: what is written otherwise is no mark, and is compared as it stands. */
const mark = /^namespace\/([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?):/;

/** The namespace whose uid tells the cluster of a journal. */
export function tellingNamespace(clusterUid: string): string {
  return mark.exec(clusterUid)?.[1] ?? usual;
}

/** As it is written into journals. */
export function clusterUidText(namespace: string, uid: string): string {
  return namespace === usual ? uid : `namespace/${namespace}:${uid}`;
}

/** By this namespace; null where the cluster has none of that name. @throws Problem where it may not be read. */
export async function clusterUidBy(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const found = await client.call({ path: `/api/v1/namespaces/${namespace}`, signal });
    const uid = textAt(found, 'metadata', 'uid');
    return uid === null ? null : clusterUidText(namespace, uid);
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/**
 * What tells the cluster that a run is about to change.
 * @param namespace the existing one that the run works in; null where it makes one.
 * @throws Problem where neither may be read, or where there is none.
 */
export async function readClusterUid(
  client: KubeClient,
  namespace: string | null,
  signal: AbortSignal,
): Promise<string> {
  const by = async (name: string): Promise<string> => {
    const found = await clusterUidBy(client, name, signal);
    if (found !== null) return found;
    throw new Problem(
      'target',
      `The API server at ${client.server} does not tell which cluster it is (uid of namespace ${name}).`,
      'Check the address in the kubeconfig.',
    );
  };
  try {
    return await by(usual);
  } catch (error) {
    if (statusOf(error) !== 403 || namespace === null) throw error;
    return by(namespace);
  }
}
