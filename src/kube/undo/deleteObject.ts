import { runLabel } from '../../core/plan/benchLabels';
import { statusOf } from '../client/apiProblem';
import { textAt } from '../client/json';
import type { KubeClient } from '../client/openClient';
import { nameOfPath, objectAt, uidOf, untilGone, type Waiting } from './absence';

/** Objects of one run: no other object is deleted. */
export interface Own {
  readonly runId: string;
  readonly path: string;
  /** Null where the run ended before it learned it. */
  readonly uid: string | null;
}

/**
 * Deletes an object that a run made, and waits until it is gone. One that is somebody else's stays.
 * @returns what is to be known about it, as a sentence, or null.
 * @throws Problem (target) where it could not be deleted or does not go.
 */
export async function deleteObject(
  client: KubeClient,
  { runId, path, uid: known }: Own,
  waiting: Waiting,
): Promise<string | null> {
  const { signal } = waiting;
  let uid = known;
  if (uid === null) {
    const object = await objectAt(client, path, signal);
    uid = uidOf(object);
    if (object === null || uid === null) return null;
    if (textAt(object, 'metadata', 'labels', runLabel) !== runId) {
      return `There is a ${nameOfPath(path)} without the label of this run; it stays.`;
    }
  }
  try {
    await client.call({
      method: 'DELETE',
      path,
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Background',
        preconditions: { uid },
      },
      repeatable: true,
      signal,
    });
  } catch (error) {
    if (statusOf(error) === 404) return null;
    // 409: the API server found another uid, or the object was changed while it was being deleted.
    if (statusOf(error) !== 409) throw error;
    const now = await objectAt(client, path, signal);
    if (now === null) return null;
    if (uidOf(now) === uid) throw error;
    return `The run's ${nameOfPath(path)} is gone; another one of that name is somebody else's and stays.`;
  }
  await untilGone(client, path, uid, waiting);
  return null;
}
