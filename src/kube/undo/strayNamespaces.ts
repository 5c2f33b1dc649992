import { runLabel } from '../../core/plan/benchLabels';
import { textAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';
import type { Waiting } from './absence';
import { deleteObject } from './deleteObject';

/** A namespace that some run made, perhaps of another person, perhaps one that goes on. */
export interface StrayNamespace {
  readonly name: string;
  readonly uid: string;
  readonly runId: string;
  /** ISO 8601, as the API server has it. */
  readonly createdAt: string;
}

function strayOf(object: unknown): StrayNamespace | undefined {
  const name = textAt(object, 'metadata', 'name');
  const uid = textAt(object, 'metadata', 'uid');
  const runId = textAt(object, 'metadata', 'labels', runLabel);
  if (name === null || uid === null || runId === null) return undefined;
  return { name, uid, runId, createdAt: textAt(object, 'metadata', 'creationTimestamp') ?? '' };
}

/**
 * Namespaces that carry the labels of a run which is not known here.
 * @param known ids of the runs that have a journal here: those are undone by it.
 */
export async function strayNamespaces(
  client: KubeClient,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly StrayNamespace[]> {
  const { items } = await listPages(client, {
    path: '/api/v1/namespaces',
    labelSelector: `app.kubernetes.io/managed-by=cilium-bench,${runLabel}`,
    metadataOnly: true,
    pick: strayOf,
    signal,
  });
  return items.filter(({ runId }) => !known.has(runId));
}

/** Deletes a stray namespace with all in it, and waits until it is gone. @throws Problem (target) where it stays. */
export async function deleteStray(
  client: KubeClient,
  { name, uid, runId }: StrayNamespace,
  waiting: Waiting,
): Promise<string | null> {
  return deleteObject(
    client,
    { runId, uid, path: `/api/v1/namespaces/${encodeURIComponent(name)}` },
    waiting,
  );
}
