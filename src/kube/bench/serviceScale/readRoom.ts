import type { Reading } from '../../../core/cluster/objects';
import type { Quota, ServiceRoom } from '../../../core/cluster/serviceRoom';
import { Problem } from '../../../core/problem';
import { statusOf } from '../../client/apiProblem';
import { listAt, textAt, valueAt } from '../../client/json';
import { listPages } from '../../client/listPages';
import type { KubeClient } from '../../client/openClient';
import { asClause } from '../../client/redact';

function asText(value: unknown): string[] {
  return typeof value === 'string' ? [value] : [];
}

function textsAt(object: unknown, ...path: readonly string[]): string[] {
  return listAt(object, ...path).flatMap(asText);
}

function textMapAt(object: unknown, ...path: readonly string[]): Record<string, string> {
  const map = valueAt(object, ...path);
  return typeof map === 'object' && map !== null
    ? Object.fromEntries(
        Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};
}

/**
 * Pod networks and addresses of a Node, and of a CiliumNode, which has the pools that Cilium gives pods addresses of
 * (`cilium.io/v2`, `spec.ipam.podCIDRs`, `spec.ipam.pools.allocated`). Any shape is read.
 */
export function networksOfNode(node: unknown): readonly string[] {
  return [
    ...asText(valueAt(node, 'spec', 'podCIDR')),
    ...textsAt(node, 'spec', 'podCIDRs'),
    ...listAt(node, 'status', 'addresses').flatMap((address) => asText(valueAt(address, 'address'))),
    ...textsAt(node, 'spec', 'ipam', 'podCIDRs'),
    ...listAt(node, 'spec', 'ipam', 'pools', 'allocated').flatMap((pool) => textsAt(pool, 'cidrs')),
    ...listAt(node, 'spec', 'addresses').flatMap((address) => asText(valueAt(address, 'ip'))),
  ];
}

function quotaOf(object: unknown): Quota {
  return {
    name: textAt(object, 'metadata', 'name') ?? '',
    hard: textMapAt(object, 'spec', 'hard'),
    used: textMapAt(object, 'status', 'used'),
  };
}

/** What stops one reading must not stop the others; a collection that the cluster does not serve is empty. */
async function reading<Item>(
  client: KubeClient,
  path: string,
  pick: (object: unknown) => Item,
  signal: AbortSignal,
): Promise<Reading<readonly Item[]>> {
  try {
    return { value: (await listPages(client, { path, pick, signal })).items };
  } catch (error) {
    if (signal.aborted || !(error instanceof Problem)) throw error;
    if (statusOf(error) === 404) return { value: [] };
    return { unread: asClause(error.what) };
  }
}

/** Reads what only service-scale needs to know before it begins. Changes nothing. */
export async function readServiceRoom(
  client: KubeClient,
  /** Null where the run makes one, which has no quotas yet. */
  namespace: string | null,
  signal: AbortSignal,
): Promise<ServiceRoom> {
  const [quotas, nodes, ciliumNodes] = await Promise.all([
    namespace === null
      ? { value: [] }
      : reading(
          client,
          `/api/v1/namespaces/${encodeURIComponent(namespace)}/resourcequotas`,
          quotaOf,
          signal,
        ),
    reading(client, '/api/v1/nodes', networksOfNode, signal),
    reading(client, '/apis/cilium.io/v2/ciliumnodes', networksOfNode, signal),
  ]);
  const networks =
    'unread' in nodes
      ? nodes
      : { value: [nodes, ciliumNodes].flatMap((read) => ('value' in read ? read.value.flat() : [])) };
  return { quotas, networks };
}
