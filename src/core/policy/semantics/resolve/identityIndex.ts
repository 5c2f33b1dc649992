import { clusterKey, type Identity } from './identity';
import { selects, type PeerSelector } from './selector';

/** Identities that a set of policies tells of, found by what selectors ask for. An identity is there as often as it was added. */
export interface IdentityIndex {
  /** Whether it was not there before. */
  readonly add: (identity: Identity) => boolean;
  /** Whether it is gone now. */
  readonly remove: (identity: Identity) => boolean;
  readonly has: (name: string) => boolean;
  readonly find: (name: string) => Identity | undefined;
  /** Those that a selector selects. */
  readonly selected: (selector: PeerSelector) => readonly Identity[];
  /** One that both select and that `accepts` takes; null where there is none. */
  readonly shared: (
    a: PeerSelector,
    b: PeerSelector,
    accepts: (identity: Identity) => boolean,
  ) => Identity | null;
}

interface Counted {
  readonly identity: Identity;
  count: number;
}

const prefixes = 'cidr';
const names = 'fqdn';

function postingsOf(identity: Identity): readonly string[] {
  const labels = [...identity.labels]
    .filter(([key]) => key !== clusterKey)
    .map(([key, { value }]) => `label ${key}=${value}`);
  const { prefix, fqdns } = identity;
  return [...labels, ...(prefix ? [prefixes] : []), ...fqdns.map((name) => `${names} ${name}`)];
}

/** Postings that hold all whom the selector can select; empty: it can be anybody. */
function postingsFor(selector: PeerSelector): readonly string[] {
  if (selector.kind === 'fqdn') return [`${names} ${selector.matchName || selector.matchPattern}`];
  if (selector.kind === 'cidr') return selector.prefix.isWorld ? [] : [prefixes];
  if (selector.kind === 'opaque') return [];
  return selector.requirements
    .filter(({ operator, values, key }) => operator === 'In' && values.length === 1 && key !== clusterKey)
    .map(({ key, values }) => `label ${key}=${values[0] ?? ''}`);
}

export function createIdentityIndex(): IdentityIndex {
  const all = new Map<string, Counted>();
  const postings = new Map<string, Map<string, Counted>>();
  const empty: ReadonlyMap<string, Counted> = new Map();
  // Selectors are held once, and asked for again and again.
  const postingsKnown = new WeakMap<PeerSelector, readonly string[]>();
  const postingsBy = (selector: PeerSelector): readonly string[] => {
    const known = postingsKnown.get(selector) ?? postingsFor(selector);
    postingsKnown.set(selector, known);
    return known;
  };
  /** The shortest list that holds all whom every one of the selectors can select. */
  const candidates = (...selectors: readonly PeerSelector[]): ReadonlyMap<string, Counted> => {
    let best: ReadonlyMap<string, Counted> = all;
    for (const selector of selectors) {
      for (const posting of postingsBy(selector)) {
        const found = postings.get(posting) ?? empty;
        if (found.size < best.size) best = found;
      }
    }
    return best;
  };
  return {
    add: (identity) => {
      const found = all.get(identity.name);
      if (found) {
        found.count += 1;
        return false;
      }
      const counted = { identity, count: 1 };
      all.set(identity.name, counted);
      for (const posting of postingsOf(identity)) {
        const list = postings.get(posting) ?? new Map<string, Counted>();
        list.set(identity.name, counted);
        postings.set(posting, list);
      }
      return true;
    },
    remove: ({ name }) => {
      const found = all.get(name);
      if (!found) return false;
      found.count -= 1;
      if (found.count > 0) return false;
      all.delete(name);
      for (const posting of postingsOf(found.identity)) {
        const list = postings.get(posting);
        list?.delete(name);
        if (list?.size === 0) postings.delete(posting);
      }
      return true;
    },
    has: (name) => all.has(name),
    find: (name) => all.get(name)?.identity,
    selected: (selector) => {
      const found: Identity[] = [];
      for (const { identity } of candidates(selector).values()) {
        if (selects(selector, identity)) found.push(identity);
      }
      return found;
    },
    shared: (a, b, accepts) => {
      for (const { identity } of candidates(a, b).values()) {
        if (accepts(identity) && selects(a, identity) && selects(b, identity)) return identity;
      }
      return null;
    },
  };
}
