/** Jobs of a run: made, taken over from before an interruption, deleted. */
import { runLabel } from '../../core/plan/benchLabels';
import type { KubeObject } from '../../core/plan/plan';
import { statusOf } from '../client/apiProblem';
import { textAt } from '../client/json';
import { collectionPath, makeOrAdopt } from './objects';
import { outlast } from './outlast';
import type { BenchSpace } from './space';

/** Holds the command line, so that a Job made before an interruption is taken over only where it is the same. */
export const argvAnnotation = 'cilium-bench.io/argv';

function argvOf(job: unknown): string | null {
  return textAt(job, 'metadata', 'annotations', argvAnnotation);
}

/** Deletes the Job, so that another can be made under its name; one that is not there is deleted. */
export async function deleteJob(space: BenchSpace, name: string, signal: AbortSignal): Promise<void> {
  const path = `${collectionPath(space.namespace, 'jobs')}/${name}`;
  try {
    await space.client.call({
      method: 'DELETE',
      path,
      query: { propagationPolicy: 'Background' },
      repeatable: true,
      signal,
    });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/**
 * Makes a Job, or takes over the one that this run had made for the same command line.
 * @returns its uid.
 */
export async function makeJob(space: BenchSpace, job: KubeObject, signal: AbortSignal): Promise<string> {
  const name = textAt(job, 'metadata', 'name') ?? '';
  for (;;) {
    // A POST whose answer was lost is found again as one that is already there.
    const { object, adopted } = await outlast(() => makeOrAdopt(space, 'jobs', job, signal), signal);
    if (!adopted || argvOf(object) === argvOf(job)) return textAt(object, 'metadata', 'uid') ?? '';
    // Made before an interruption, for a server that has another address now.
    await deleteJob(space, name, signal);
  }
}

/** The uid of the Job that this run had made for this command line; null where there is none. */
export async function findJob(
  space: BenchSpace,
  name: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  const path = `${collectionPath(space.namespace, 'jobs')}/${name}`;
  try {
    const found = await outlast(() => space.client.call({ path, signal }), signal);
    const isOwn = textAt(found, 'metadata', 'labels', runLabel) === space.runId;
    return isOwn && argvOf(found) === JSON.stringify(argv) ? textAt(found, 'metadata', 'uid') : null;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
