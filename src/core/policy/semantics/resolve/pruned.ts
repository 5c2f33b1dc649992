import { lastPort, type Place, type Ports } from './entries';
import type { Identity } from './identity';
import type { DirectionPolicy, Filter } from './merge';
import { covers } from './relations';
import type { PeerSelector } from './selector';
import type { SharedPeer } from './shadow';

/** Entries with a proxy under a deny: what the deny selects is dropped before it reaches the proxy. */
export interface Pruned {
  readonly ports: Ports;
  readonly selector: PeerSelector;
  readonly rules: readonly Place[];
  readonly by: readonly Place[];
  /** `some`: the deny is about some of the peers or some of the ports. */
  readonly extent: 'all' | 'some';
  /** Somebody whom both select, where not all are. */
  readonly example: Identity | null;
}

type Extent = 'all' | 'some' | 'none';

/** How much of the ports of `own` those of `other` hold. */
function portExtent(own: Ports, other: Ports): Extent {
  if (other.protocol !== 'ANY' && other.protocol !== own.protocol) return 'none';
  if (other.portName !== own.portName) return other.port === 0 && other.portName === '' ? 'all' : 'none';
  if (own.portName !== '' || other.port === 0) return 'all';
  if (own.port === 0) return 'some';
  const [ownEnd, otherEnd] = [lastPort(own), lastPort(other)];
  if (other.port <= own.port && otherEnd >= ownEnd) return 'all';
  return other.port <= ownEnd && otherEnd >= own.port ? 'some' : 'none';
}

/** The entries with a proxy that a deny keeps from some or all of their traffic, in one direction of one subject. */
export function prunedOf({ filters }: DirectionPolicy, shared: SharedPeer): readonly Pruned[] {
  const found: Pruned[] = [];
  const denies = filters.flatMap((filter) =>
    [...filter.selectors.values()].filter(({ policy }) => policy.isDeny).map((deny) => ({ filter, deny })),
  );
  const proxied = ({ selectors }: Filter) =>
    [...selectors.values()].flatMap((selected) => {
      const origins = [...selected.origins, ...selected.removed].filter(
        ({ policy }) => policy.parser !== null,
      );
      return origins.length > 0
        ? [{ selector: selected.selector, places: origins.map(({ place }) => place) }]
        : [];
    });
  for (const filter of filters) {
    for (const { selector, places } of proxied(filter)) {
      for (const { filter: other, deny } of denies) {
        const ports = portExtent(filter.ports, other.ports);
        if (ports === 'none') continue;
        const isWhole = covers(deny.selector, selector) === 'yes';
        const example = isWhole ? null : shared(selector, deny.selector);
        if (!isWhole && !example) continue;
        found.push({
          ports: filter.ports,
          selector,
          rules: places,
          by: deny.origins.map(({ place }) => place),
          extent: isWhole && ports === 'all' ? 'all' : 'some',
          example,
        });
      }
    }
  }
  return found;
}
