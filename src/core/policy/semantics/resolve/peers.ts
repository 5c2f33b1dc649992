import type { CidrPeer, DirectionRule, Peers } from '../model';
import type { Behaviour } from './behaviour';
import { parsePrefix } from './cidr';
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

const allOf4 = '0.0.0.0/0';
const allOf6 = '::/0';

const setText = ({ cidr, except }: CidrPeer, textOf: (cidr: string) => string): string =>
  `${textOf(cidr)}${except.length > 0 ? `-[${except.map(textOf).join(',')}]` : ''}`;

/** A prefix as a label of 1.18, which has no host bits (`pkg/labels/cidr.go`, IPStringToLabel). */
function prefixLabel(cidr: string): string {
  const prefix = parsePrefix(cidr);
  return prefix ? `${prefix.address}:${prefix.bits}/${prefix.length}` : cidr;
}

/** In 1.18 a prefix of length 0 is also the world of its family (`pkg/policy/api/cidr.go`, GetAsEndpointSelectors). */
function worldSelectors(cidrs: readonly CidrPeer[]): readonly PeerSelector[] {
  const plain = cidrs.filter(({ isOfSet }) => !isOfSet).map(({ cidr }) => cidr);
  const [has4, has6] = [plain.includes(allOf4), plain.includes(allOf6)];
  const names = [
    ...(has4 && has6 ? ['world'] : []),
    ...(has4 ? ['world-ipv4'] : []),
    ...(has6 ? ['world-ipv6'] : []),
  ];
  const sets = cidrs.filter(({ cidr, isOfSet }) => isOfSet && cidr.endsWith('/0'));
  return [
    ...names.map(reservedSelector),
    ...sets.map((set) => cidrSelector(`world ${setText(set, prefixLabel)}`, set, 'world', 'prefix')),
  ].filter((found) => found !== null);
}

function cidrSelectors(cidrs: readonly CidrPeer[], { cidrsAreLabels }: Behaviour): readonly PeerSelector[] {
  const keyOf = (peer: CidrPeer): string =>
    cidrsAreLabels
      ? `${peer.isOfSet ? 'cidr set' : 'cidr'}:${setText(peer, prefixLabel)}`
      : `cidr:${setText(peer, String)}`;
  // A label of 1.18 is of a prefix, whatever its length; since 1.19 it is that of the world (`pkg/labels/cidr.go`, IPStringToLabel).
  const by = cidrsAreLabels ? 'prefix' : 'world';
  const own = cidrs.map((peer) => cidrSelector(keyOf(peer), peer, by));
  return [...own.filter((found) => found !== null), ...(cidrsAreLabels ? worldSelectors(cidrs) : [])];
}

const noEndpoints: ReadonlySet<PeerSelector> = new Set();

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
  /** Makes the services of two policies two. */
  owner: string,
  /** Selectors of the set by their keys, so that one is held once. */
  known: Map<string, PeerSelector>,
): RulePeers {
  const { endpoints, nodes, entities, cidrs, fqdns } = peers;
  const held = (selector: PeerSelector): PeerSelector => {
    const one = known.get(selector.key) ?? selector;
    known.set(selector.key, one);
    return one;
  };
  const found = (endpoints ?? []).map((selector) => held(endpointSelector(selector, surroundings)));
  const result = (selectors: readonly PeerSelector[] | null): RulePeers => ({
    selectors: selectors && selectors.map(held),
    endpoints: behaviour.hasRequires ? new Set(found) : noEndpoints,
  });
  // Names are peers of allow rules only.
  const names = isDeny ? [] : (fqdns ?? []);
  const isFilled = behaviour.namesFillEmptyLists && names.length > 0;
  const isNobody =
    [endpoints, nodes].some(isEmptyList) ||
    (!isFilled && (isEmptyList(entities) || (isEmptyList(cidrs) && !peers.cidrGroups)));
  if (isNobody) return result(null);
  const opaque = (key: string): PeerSelector => ({ kind: 'opaque', key });
  const all: readonly PeerSelector[] = [
    ...found,
    ...(nodes ?? []).map((selector) => nodeSelector(selector, surroundings.cluster)),
    ...(entities ?? []).flatMap((entity) => entitySelectors(entity, behaviour, surroundings.cluster)),
    ...cidrSelectors(cidrs ?? [], behaviour),
    ...(peers.cidrGroups ?? []).map((group) => opaque(`cidr group ${group}`)),
    ...(names.length > 0 && behaviour.fqdnsSelectNone ? [noneSelector] : []),
    ...names.map(({ matchName = '', matchPattern = '' }) => ({
      kind: 'fqdn' as const,
      key: `fqdn:${matchName},${matchPattern}`,
      matchName,
      matchPattern,
    })),
    ...Array.from({ length: peers.services ?? 0 }, (_, at) =>
      opaque(`service ${JSON.stringify([owner, path, at])}`),
    ),
    ...(peers.groups ?? []).map((group) => opaque(`group ${group}`)),
  ];
  return result(all.some(isWildcard) ? [wildcardSelector] : all);
}
