import { Problem } from '../../core/problem';
import { isRecord } from '../../core/tool/json';
import { statusOf } from '../client/apiProblem';
import { listAt, textAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';
import { askUntil, type Waiting } from './absence';

export interface Restart {
  readonly namespace: string;
  readonly labelSelector: string;
  readonly nodes: readonly string[];
}

interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly isReady: boolean;
  readonly owner: { readonly kind: string; readonly uid: string } | null;
}

/** An agent that starts anew restores its endpoints before it is ready. */
const readySeconds = 300;

function podOf(object: unknown): Pod | undefined {
  const name = textAt(object, 'metadata', 'name');
  const uid = textAt(object, 'metadata', 'uid');
  const node = textAt(object, 'spec', 'nodeName');
  if (name === null || uid === null || node === null) return undefined;
  const controller = listAt(object, 'metadata', 'ownerReferences').find(
    (reference) => isRecord(reference) && reference['controller'] === true,
  );
  const ownerUid = textAt(controller, 'uid');
  const ready = listAt(object, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
  );
  return {
    name,
    uid,
    node,
    isReady: ready && textAt(object, 'metadata', 'deletionTimestamp') === null,
    owner: ownerUid === null ? null : { kind: textAt(controller, 'kind') ?? '', uid: ownerUid },
  };
}

/** The pods that match, of one node or of all. */
async function podsOf(
  client: KubeClient,
  { namespace, labelSelector }: Restart,
  node: string | null,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const { items } = await listPages(client, {
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
    labelSelector,
    ...(node === null ? {} : { fieldSelector: `spec.nodeName=${node}` }),
    pick: podOf,
    signal,
  });
  return items;
}

async function deletePod(
  client: KubeClient,
  namespace: string,
  pod: Pod,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.call({
      method: 'DELETE',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod.name)}`,
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: pod.uid } },
      repeatable: true,
      signal,
    });
  } catch (error) {
    // Gone, or made anew already: both is what was wanted.
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}

/**
 * Deletes the pods that match on these nodes, one after another, each time waiting until what owns it has a new one ready: on
 * the same node where that is a DaemonSet.
 * @throws Problem (target) where a pod has no owner that would make it anew, or the new one does not become ready. The pods
 *   after it are then left alone.
 */
export async function restartPods(client: KubeClient, restart: Restart, waiting: Waiting): Promise<void> {
  const { signal } = waiting;
  const { namespace, nodes } = restart;
  const before = await podsOf(client, restart, null, signal);
  const known = new Set(before.map(({ uid }) => uid));
  for (const pod of before.filter(({ node }) => nodes.includes(node))) {
    const { owner } = pod;
    if (owner === null) {
      throw new Problem(
        'target',
        `Nothing would make pod ${pod.name} in namespace ${namespace} anew, so it was not restarted.`,
        'Restart it yourself.',
      );
    }
    const staysOnNode = owner.kind === 'DaemonSet';
    await deletePod(client, namespace, pod, signal);
    const isNew = (other: Pod): boolean =>
      other.isReady && !known.has(other.uid) && other.owner?.uid === owner.uid;
    const successor = await askUntil(
      async () => (await podsOf(client, restart, staysOnNode ? pod.node : null, signal)).find(isNew) ?? null,
      readySeconds,
      waiting,
    );
    if (successor === null) {
      throw new Problem(
        'target',
        `Pod ${pod.name} on node ${pod.node} was restarted, and no new one was ready within ${readySeconds} s.`,
        `Look at the pods of namespace ${namespace}; the nodes after this one were left alone.`,
      );
    }
    known.add(successor.uid);
  }
}
