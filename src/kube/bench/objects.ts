/** Objects of a run: made once, found again by their labels, never taken from somebody else. */
import { runLabel } from '../../core/plan/benchLabels';
import type { KubeObject } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import { reasonOf, statusOf } from '../client/apiProblem';
import { listAt, textAt } from '../client/json';
import { eventTrouble } from './podTrouble';
import { runLabels, type BenchSpace } from './space';

/** Collections within a namespace that a run makes objects in, in the order in which they are deleted. */
export const collections = {
  jobs: 'apis/batch/v1',
  pods: 'api/v1',
  services: 'api/v1',
  networkpolicies: 'apis/networking.k8s.io/v1',
  ciliumnetworkpolicies: 'apis/cilium.io/v2',
} as const;

export type CollectionName = keyof typeof collections;

export function collectionPath(namespace: string, name: CollectionName): string {
  return `/${collections[name]}/namespaces/${namespace}/${name}`;
}

export function runSelector(runId: string): string {
  return `${runLabel}=${runId}`;
}

/** The object with namespace, name, and the run's labels beside its own. */
export function ownObject(
  space: BenchSpace,
  name: string,
  labels: Readonly<Record<string, string>>,
  object: KubeObject,
): KubeObject {
  return {
    ...object,
    metadata: { name, namespace: space.namespace, labels: { ...labels, ...runLabels(space) } },
  };
}

/**
 * Makes an object, or finds the one that this run had made under the name before it was interrupted.
 * @throws Problem where it is not allowed, or where somebody else has an object of that name.
 */
export async function makeOrAdopt(
  space: BenchSpace,
  collection: CollectionName,
  object: KubeObject,
  signal: AbortSignal,
): Promise<{ readonly object: unknown; readonly adopted: boolean }> {
  const path = collectionPath(space.namespace, collection);
  const name = textAt(object, 'metadata', 'name') ?? '';
  try {
    return {
      object: await space.client.call({ method: 'POST', path, body: object, signal }),
      adopted: false,
    };
  } catch (error) {
    if (statusOf(error) !== 409 || reasonOf(error) !== 'AlreadyExists') throw error;
  }
  const found = await space.client.call({ path: `${path}/${name}`, signal });
  if (textAt(found, 'metadata', 'labels', runLabel) !== space.runId) {
    throw new Problem(
      'target',
      `There is an object ${name} among ${collection} in namespace ${space.namespace} that the run did not make.`,
      'Choose another namespace, or leave the choice to the run.',
    );
  }
  return { object: found, adopted: true };
}

/** Why nothing has come of an object so far, by its events; null where they say nothing or may not be read. */
export async function troubleByEvents(
  space: BenchSpace,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const list = await space.client.call({
      path: `/api/v1/namespaces/${space.namespace}/events`,
      query: { fieldSelector: `involvedObject.name=${name}`, limit: 50 },
      signal,
    });
    return eventTrouble(
      listAt(list, 'items').map((event) => ({
        reason: textAt(event, 'reason') ?? '',
        message: textAt(event, 'message') ?? '',
        warning: textAt(event, 'type') === 'Warning',
        at: textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime') ?? '',
      })),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) return null;
    throw error;
  }
}
