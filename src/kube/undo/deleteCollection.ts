import { runLabel } from '../../core/plan/benchLabels';
import { Problem } from '../../core/problem';
import { statusOf } from '../client/apiProblem';
import { listAt } from '../client/json';
import { countOf, metadataAccept } from '../client/listPages';
import type { KubeClient } from '../client/openClient';
import { askUntil, nameOfPath, uidOf, type Waiting } from './absence';

interface Slices {
  readonly runId: string;
  /** Of the collection. */
  readonly path: string;
  readonly labelSelector: string;
}

/** So many are deleted well within the time that an API server gives a request (60 s). */
const sliceSize = 500;
/** Objects with finalizers go a little later than they are deleted. */
const goneSeconds = 120;

/** Whether a selector can match objects of this run alone. */
function isOwnSelector(labelSelector: string, runId: string): boolean {
  const wanted = [`${runLabel}=${runId}`, `${runLabel}==${runId}`];
  return labelSelector.split(',').some((term) => wanted.includes(term.trim()));
}

/** The uids of the first objects that match, as many as a slice has. */
async function firstSlice(client: KubeClient, { path, labelSelector }: Slices, signal: AbortSignal) {
  try {
    const page = await client.call({
      path,
      query: { labelSelector, limit: sliceSize },
      accept: metadataAccept,
      signal,
    });
    return new Set(listAt(page, 'items').map(uidOf));
  } catch (error) {
    if (statusOf(error) === 404) return new Set();
    throw error;
  }
}

/**
 * Deletes a run's objects of one collection, a slice a call, and waits until they are gone.
 * @throws Problem (target) where the selector is not one of the run's objects alone, or where objects stay.
 */
export async function deleteCollection(client: KubeClient, slices: Slices, waiting: Waiting): Promise<void> {
  const { signal } = waiting;
  const { runId, path, labelSelector } = slices;
  if (!isOwnSelector(labelSelector, runId)) {
    throw new Problem(
      'target',
      `The selector "${labelSelector}" is not of this run's objects alone, so nothing was deleted by it.`,
      `Look at ${nameOfPath(path)} yourself.`,
    );
  }
  let slice = await firstSlice(client, slices, signal);
  while (slice.size > 0) {
    await client.call({
      method: 'DELETE',
      path,
      // The objects deleted are all sent back: their metadata is enough.
      accept: `${metadataAccept},application/json`,
      query: { labelSelector, limit: sliceSize },
      body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
      repeatable: true,
      timeoutMs: 90_000,
      signal,
    });
    const known = slice;
    const next = await askUntil(
      async () => {
        const now = await firstSlice(client, slices, signal);
        return [...known].every((uid) => now.has(uid)) ? null : now;
      },
      goneSeconds,
      waiting,
    );
    if (next === null) {
      const count = await countOf(client, { path, labelSelector, signal });
      throw new Problem(
        'target',
        `${count} ${nameOfPath(path)} of this run are being deleted and are still there after ${goneSeconds} s.`,
        'Look at their finalizers, then try again.',
      );
    }
    slice = next;
  }
}
