import type { KubeObject, Plan } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { PolicyLevel } from '../../core/scenario/scenario';
import { statusOf } from '../client/apiProblem';
import { textAt, valueAt } from '../client/json';
import { collectionPath, type CollectionName } from './objects';
import { outlast } from './outlast';
import { runLabels, type BenchSpace } from './space';

const collectionOf: Readonly<Record<string, CollectionName>> = {
  NetworkPolicy: 'networkpolicies',
  CiliumNetworkPolicy: 'ciliumnetworkpolicies',
};

function objectsOf(plan: Plan, level: PolicyLevel): readonly KubeObject[] {
  return level === 'none' ? [] : (plan.policyObjects?.[level] ?? []);
}

/** Throws a target {@link Problem} for a kind that a bench does not put in force. */
function placeOf(object: KubeObject): { readonly collection: CollectionName; readonly name: string } {
  const kind = textAt(object, 'kind') ?? '';
  const collection = Object.hasOwn(collectionOf, kind) ? collectionOf[kind] : undefined;
  const name = textAt(object, 'metadata', 'name');
  if (collection !== undefined && name !== null) return { collection, name };
  throw new Problem(
    'target',
    `A policy of kind ${kind === '' ? '(none)' : kind} cannot be put in force by a run.`,
    'Use a NetworkPolicy or a CiliumNetworkPolicy.',
  );
}

/** Collections that the plan's policies belong to. */
export function policyCollections(plan: Plan): readonly CollectionName[] {
  const objects = [...objectsOf(plan, 'l3l4'), ...objectsOf(plan, 'l7')];
  return [...new Set(objects.map((object) => placeOf(object).collection))];
}

async function apply(space: BenchSpace, object: KubeObject, signal: AbortSignal): Promise<void> {
  const { collection, name } = placeOf(object);
  const labels = valueAt(object, 'metadata', 'labels');
  const body = {
    ...object,
    metadata: {
      ...(object['metadata'] as object),
      namespace: space.namespace,
      labels: { ...(typeof labels === 'object' ? labels : {}), ...runLabels(space) },
    },
  };
  // Server-side apply: the same whether the object is there or not, so it may be sent again.
  await outlast(
    () =>
      space.client.call({
        method: 'PATCH',
        path: `${collectionPath(space.namespace, collection)}/${encodeURIComponent(name)}`,
        query: { fieldManager: 'cilium-bench', force: true },
        contentType: 'application/apply-patch+yaml',
        body,
        repeatable: true,
        signal,
      }),
    signal,
  );
}

async function remove(space: BenchSpace, object: KubeObject, signal: AbortSignal): Promise<void> {
  const { collection, name } = placeOf(object);
  try {
    await outlast(
      () =>
        space.client.call({
          method: 'DELETE',
          path: `${collectionPath(space.namespace, collection)}/${encodeURIComponent(name)}`,
          repeatable: true,
          signal,
        }),
      signal,
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/** Puts the policy of a level in force, and takes those of the other levels away, whatever was in force before. */
export async function putPolicyInForce(
  space: BenchSpace,
  plan: Plan,
  level: PolicyLevel,
  signal: AbortSignal,
): Promise<void> {
  const wanted = objectsOf(plan, level);
  if (level !== 'none' && wanted.length === 0) {
    throw new Problem(
      'target',
      `The plan has no policy of level ${level} for this cluster.`,
      'Make the plan again.',
    );
  }
  const others = (['l3l4', 'l7'] as const).filter((other) => other !== level);
  const kept = new Set(wanted.map((object) => JSON.stringify(placeOf(object))));
  // The new one first: the server is never without any policy in between.
  for (const object of wanted) await apply(space, object, signal);
  const old = others
    .flatMap((other) => objectsOf(plan, other))
    .filter((object) => !kept.has(JSON.stringify(placeOf(object))));
  await Promise.all(old.map((object) => remove(space, object, signal)));
}
