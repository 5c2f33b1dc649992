import type { CidrPeer, DirectionRule, Peers } from '../model';
import type { Behaviour } from './behaviour';
import { clusterKey } from './identity';
import {
  cidrSelector,
  endpointSelector,
  isWildcard,
  labelSelector,
  nodeSelector,
  noneSelector,
  reservedSelector,
  wildcardSelector,
  type PeerSelector,
  type Surroundings,
} from './selector';

/** Who a rule is about. */
export interface RulePeers {
  /** Null: the rule selects nobody. Empty: it names no peers, which is everybody on its ports and nobody without ports. */
  readonly selectors: readonly PeerSelector[] | null;
  /** Those of `fromEndpoints` and `toEndpoints`, which `fromRequires` narrows. */
  readonly endpoints: ReadonlySet<PeerSelector>;
}

function entitySelectors(entity: string, behaviour: Behaviour, cluster: string): readonly PeerSelector[] {
  if (entity === 'all') return [wildcardSelector];
  const ofCluster = { source: 'k8s', key: clusterKey, operator: 'In' as const, values: [cluster] };
  const ofAnyCluster = { ...ofCluster, source: 'any', operator: 'Exists' as const, values: [] };
  if (entity === 'cluster-mesh' && !behaviour.hasClusterMesh) return [];
  return [
    ...(behaviour.entities[entity] ?? [entity]).map(reservedSelector),
    ...(entity === 'cluster' ? [labelSelector([ofCluster])] : []),
    ...(entity === 'cluster-mesh' ? [labelSelector([], [ofAnyCluster])] : []),
  ];
}

function cidrSelectors(
  { cidr, except }: CidrPeer,
  behaviour: Behaviour,
  isSet: boolean,
): readonly PeerSelector[] {
  // A list of plain CIDRs and a set of them are of one key from 1.19 on, of two in 1.18.
  const key = `cidr:${cidr}${except.length > 0 ? `-[${except.join(',')}]` : ''}`;
  const found = cidrSelector(behaviour.cidrsAreLabels && isSet ? `set ${key}` : key, cidr, except);
  if (!found) return [];
  const isWorld = behaviour.cidrsAreLabels && cidr.endsWith('/0');
  return isWorld ? [found, { ...found, key: `world ${found.key}` }] : [found];
}

const isEmptyList = (list: readonly unknown[] | undefined): boolean => list?.length === 0;

/**
 * The selectors of a rule's peers (`pkg/policy/utils/parserules.go`, mergeEndpointSelectors; in 1.18
 * `pkg/policy/api/ingress.go` and `egress.go`). A list of endpoints, nodes, entities or CIDRs that is empty selects nobody;
 * an empty list of names, services or groups says nothing.
 */
export function peersOf(
  peers: Peers,
  { isDeny, path }: Pick<DirectionRule, 'isDeny' | 'path'>,
  behaviour: Behaviour,
  surroundings: Surroundings,
  /** Makes opaque selectors of two policies two. */
  owner: string,
): RulePeers {
  const { endpoints, nodes, entities, cidrs, fqdns } = peers;
  const found = (endpoints ?? []).map((selector) => endpointSelector(selector, surroundings));
  const result = (selectors: readonly PeerSelector[] | null): RulePeers => ({
    selectors,
    endpoints: new Set(found),
  });
  if ([endpoints, nodes, entities].some(isEmptyList) || (isEmptyList(cidrs) && !peers.cidrGroups)) {
    return result(null);
  }
  const opaque = (kind: string, count = 0): readonly PeerSelector[] =>
    Array.from({ length: count }, (_, at) => ({
      kind: 'opaque' as const,
      key: JSON.stringify([kind, owner, path, at]),
    }));
  // Names are peers of allow rules only.
  const names = isDeny ? [] : (fqdns ?? []);
  const all: readonly PeerSelector[] = [
    ...found,
    ...(nodes ?? []).map((selector) => nodeSelector(selector, surroundings.cluster)),
    ...(entities ?? []).flatMap((entity) => entitySelectors(entity, behaviour, surroundings.cluster)),
    ...(cidrs ?? []).flatMap((cidr) => cidrSelectors(cidr, behaviour, cidr.except.length > 0)),
    ...opaque('cidr group', peers.cidrGroups),
    ...(names.length > 0 && behaviour.fqdnsSelectNone ? [noneSelector] : []),
    ...names.map(({ matchName = '', matchPattern = '' }) => ({
      kind: 'fqdn' as const,
      key: `fqdn:${matchName},${matchPattern}`,
      matchName,
      matchPattern,
    })),
    ...opaque('service', peers.services),
    ...opaque('group', peers.groups),
  ];
  return result(all.some(isWildcard) ? [wildcardSelector] : all);
}
