import type { Behaviour } from './behaviour';
import type { Place, Ports } from './entries';
import type { Identity } from './identity';
import { hasRules, hasWildcardRule } from './l7Policy';
import type { DirectionPolicy, Filter, MergedSelector, Origin } from './merge';
import { covers } from './relations';
import type { PeerSelector } from './selector';

/**
 * Why rules of a proxy restrict nobody, or not all. `l7-wildcard-rule`: among the merged rules of the same peers is one that
 * matches all, written so or made where an entry allows without rules. The others name an allow without a proxy.
 */
export type ShadowReason =
  | 'l7-wildcard-rule'
  | 'l4-only-allow-same-port'
  | 'l4-only-allow-port-range'
  | 'l3-only-allow'
  | 'default-allow';

export interface Shadow {
  readonly reason: ShadowReason;
  readonly ports: Ports;
  /** Whose traffic the rules are about. */
  readonly selector: PeerSelector;
  /** Entries whose rules or server names are without effect. */
  readonly rules: readonly Place[];
  /** Entries that allow the same without them; empty: nothing denies by default. */
  readonly by: readonly Place[];
  /** `some`: peers that the allow does not select are still restricted. */
  readonly peers: 'all' | 'some';
  /** Somebody whom both select. Null where all are. */
  readonly example: Identity | null;
}

/** Finds somebody whom both selectors select. */
export type SharedPeer = (a: PeerSelector, b: PeerSelector) => Identity | null;

const placesOf = (origins: readonly Origin[]): readonly Place[] => origins.map(({ place }) => place);
const isRestricting = ({ policy }: Pick<Origin, 'policy'>): boolean =>
  policy.parser !== null && (hasRules(policy) || policy.serverNames.length > 0);
const isPlainAllow = ({ policy }: MergedSelector): boolean => !policy.isDeny && policy.parser === null;

/** Why an allow on `other` lets pass what the rules on `own` do not; null where it says nothing of that port. */
function reasonOf(own: Filter, other: Filter, isDns: boolean): ShadowReason | null {
  if (other === own) return 'l4-only-allow-same-port';
  // The DNS proxy knows the rules of the very port alone; Envoy adds those of ranges and of all ports.
  if (isDns) return null;
  const [a, b] = [own.ports, other.ports];
  if (a.protocol !== b.protocol && b.protocol !== 'ANY') return null;
  if (a.portName !== '' || b.portName !== '') return null;
  if (b.port === 0) return 'l3-only-allow';
  // A range that ends below its beginning holds no port.
  const holds = b.port <= a.port && b.endPort >= a.endPort && b.endPort >= a.port;
  return holds ? 'l4-only-allow-port-range' : null;
}

function mergedWildcard(filter: Filter, found: MergedSelector, behaviour: Behaviour): readonly Shadow[] {
  if (!hasWildcardRule(found.policy, behaviour)) return [];
  const open = found.origins.filter(
    ({ policy }) => !isRestricting({ policy }) || hasWildcardRule(policy, behaviour),
  );
  const rules = found.origins.filter(isRestricting);
  return [
    {
      reason: 'l7-wildcard-rule',
      ports: filter.ports,
      selector: found.selector,
      rules: placesOf(rules),
      by: placesOf(open),
      peers: 'all',
      example: null,
    },
  ];
}

/** Rules of a proxy that do not restrict those whom they are about, in one direction of one subject. */
export function shadowsOf(
  { filters }: DirectionPolicy,
  shared: SharedPeer,
  behaviour: Behaviour,
): readonly Shadow[] {
  const shadows: Shadow[] = [];
  for (const filter of filters) {
    for (const found of filter.selectors.values()) {
      if (found.policy.isDeny || !isRestricting(found)) continue;
      shadows.push(...mergedWildcard(filter, found, behaviour));
      for (const other of filters) {
        const reason = reasonOf(filter, other, found.policy.parser === 'dns');
        if (!reason) continue;
        for (const allow of other.selectors.values()) {
          if (!isPlainAllow(allow)) continue;
          const isWhole = covers(allow.selector, found.selector) === 'yes';
          const example = shared(found.selector, allow.selector);
          // Nobody of a service or a group is known here, but whoever allows everybody allows them.
          if (!example && !(isWhole && found.selector.kind === 'opaque')) continue;
          shadows.push({
            reason: allow.origins.length === 0 ? 'default-allow' : reason,
            ports: filter.ports,
            selector: found.selector,
            rules: placesOf(found.origins.filter(isRestricting)),
            by: placesOf(allow.origins),
            peers: isWhole ? 'all' : 'some',
            example: isWhole ? null : example,
          });
        }
      }
    }
  }
  return shadows;
}
