/** Where a run works: a namespace of its own, or one that was there; and how it is left. */
import { setTimeout as delay } from 'node:timers/promises';
import { runLabel } from '../../core/plan/benchLabels';
import { messageOf, Problem } from '../../core/problem';
import { reasonOf, statusOf } from '../client/apiProblem';
import { listAt, textAt } from '../client/json';
import { countOf } from '../client/listPages';
import { asClause } from '../client/redact';
import { collectionPath, collections, runSelector, type CollectionName } from './objects';
import { outlast } from './outlast';
import { runLabels, type BenchSpace } from './space';

const pollMs = 150;
/** How long the end of a namespace is waited for. Controllers that are slow then may still end it later. */
const longestEndMs = 120_000;

/** What was made, and how it is taken away again. */
export interface Quarters {
  /** Takes everything away that the run made. Gives what is left, a clause each. */
  leave(signal: AbortSignal): Promise<readonly string[]>;
}

function namespaceObject(space: BenchSpace, privileged: boolean): unknown {
  const level = privileged ? 'privileged' : 'restricted';
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: space.namespace,
      labels: {
        ...runLabels(space),
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/warn': level,
      },
    },
  };
}

async function uidOfOwn(space: BenchSpace, path: string, signal: AbortSignal): Promise<string> {
  const found = await space.client.call({ path, signal });
  if (textAt(found, 'metadata', 'labels', runLabel) !== space.runId) {
    throw new Problem(
      'target',
      `There is a namespace ${space.namespace} that the run did not make.`,
      'Start the run again: it then gets another name.',
    );
  }
  if (textAt(found, 'metadata', 'deletionTimestamp') !== null) {
    throw new Problem(
      'target',
      `Namespace ${space.namespace} of this run is being deleted.`,
      'Start a new run.',
    );
  }
  return textAt(found, 'metadata', 'uid') ?? '';
}

/** Waits for the end of the namespace; gives what holds it where it does not come. */
async function namespaceEnd(
  space: BenchSpace,
  path: string,
  uid: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const end = performance.now() + longestEndMs;
  for (;;) {
    let found: unknown;
    try {
      found = await outlast(() => space.client.call({ path, signal }), signal);
    } catch (error) {
      if (statusOf(error) === 404) return [];
      throw error;
    }
    // Another of the same name is somebody else's.
    if (textAt(found, 'metadata', 'uid') !== uid) return [];
    if (performance.now() > end) {
      const reasons = listAt(found, 'status', 'conditions')
        .filter((condition) => textAt(condition, 'status') === 'True')
        .flatMap((condition) => textAt(condition, 'message') ?? []);
      const held = reasons.length === 0 ? '' : `: ${asClause(reasons.join('; '))}`;
      return [`namespace ${space.namespace} is still being deleted after ${longestEndMs / 1000} s${held}`];
    }
    await delay(pollMs, undefined, { signal });
  }
}

/** Makes the run's own namespace, or takes over the one that it made before it was interrupted. */
async function makeNamespace(space: BenchSpace, privileged: boolean, signal: AbortSignal): Promise<Quarters> {
  const { client, namespace, journal, cluster } = space;
  const path = `/api/v1/namespaces/${namespace}`;
  // Written before it is made. Its uid is not known yet: until it is, undoing goes by name and label.
  const change = await journal.begin({
    what: 'namespace',
    old: 'none',
    new: namespace,
    cluster,
    undo: { kind: 'delete', path, uid: null },
  });
  let uid: string;
  try {
    const made = await client.call({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: namespaceObject(space, privileged),
      signal,
    });
    uid = textAt(made, 'metadata', 'uid') ?? '';
  } catch (error) {
    if (statusOf(error) !== 409 || reasonOf(error) !== 'AlreadyExists') {
      // Refused by the API server, so not made; where its answer was lost it may have been, and the entry stays.
      if (statusOf(error) !== null) await journal.undone(change);
      throw error;
    }
    uid = await uidOfOwn(space, path, signal);
  }
  await journal.made?.(change, uid);
  return {
    async leave(stop) {
      try {
        await outlast(
          () =>
            client.call({
              method: 'DELETE',
              path,
              body: { preconditions: { uid }, propagationPolicy: 'Background' },
              repeatable: true,
              signal: stop,
            }),
          stop,
        );
      } catch (error) {
        // 404: gone already. 409: another uid, so not the run's any more, or already being deleted.
        if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
      }
      const left = await namespaceEnd(space, path, uid, stop);
      if (left.length === 0) await journal.undone(change);
      return left;
    },
  };
}

/** Deletes the run's objects of one collection and waits for their end. Gives what is left, or null. */
async function clear(space: BenchSpace, name: CollectionName, signal: AbortSignal): Promise<string | null> {
  const { client, namespace, runId } = space;
  const path = collectionPath(namespace, name);
  const labelSelector = runSelector(runId);
  const end = performance.now() + longestEndMs;
  await outlast(
    () =>
      client.call({
        method: 'DELETE',
        path,
        query: { labelSelector, propagationPolicy: 'Background' },
        repeatable: true,
        signal,
      }),
    signal,
  );
  for (;;) {
    const count = await outlast(() => countOf(client, { path, labelSelector, signal }), signal);
    if (count === 0) return null;
    if (performance.now() > end) return `${count} ${name} of the run are still in namespace ${namespace}`;
    await delay(pollMs, undefined, { signal });
  }
}

/** Uses a namespace that is there; what the run makes in it is told by its label. */
async function useNamespace(space: BenchSpace, needed: readonly CollectionName[]): Promise<Quarters> {
  const { namespace, journal, cluster, runId } = space;
  const changes = new Map<CollectionName, number>();
  for (const name of needed) {
    changes.set(
      name,
      await journal.begin({
        what: `${name} in namespace ${namespace}`,
        old: 'none of this run',
        new: 'those of this run',
        cluster,
        undo: {
          kind: 'delete-collection',
          path: collectionPath(namespace, name),
          labelSelector: runSelector(runId),
        },
      }),
    );
  }
  return {
    async leave(signal) {
      const left = await Promise.all(
        [...changes].map(async ([name, change]) => {
          try {
            const remains = await clear(space, name, signal);
            if (remains === null) await journal.undone(change);
            return remains;
          } catch (error) {
            return `${name} of the run in namespace ${namespace} (${asClause(messageOf(error))})`;
          }
        }),
      );
      return left.filter((clause) => clause !== null);
    },
  };
}

/** Collections that this run makes objects in. */
export function collectionsFor(
  policyKind: 'CiliumNetworkPolicy' | 'NetworkPolicy' | null,
): readonly CollectionName[] {
  const all = Object.keys(collections) as CollectionName[];
  return all.filter((name) => {
    if (name === 'networkpolicies') return policyKind === 'NetworkPolicy';
    if (name === 'ciliumnetworkpolicies') return policyKind === 'CiliumNetworkPolicy';
    return true;
  });
}

/** @param privileged whether pods on the host network are to be allowed in a namespace that the run makes. */
export async function takeQuarters(
  space: BenchSpace,
  privileged: boolean,
  needed: readonly CollectionName[],
  signal: AbortSignal,
): Promise<Quarters> {
  return space.ownsNamespace ? makeNamespace(space, privileged, signal) : useNamespace(space, needed);
}
