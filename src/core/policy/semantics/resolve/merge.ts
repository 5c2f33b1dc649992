import { narrowed, type CompiledRule, type Entry, type Place, type Ports } from './entries';
import { namespaceOf, type Identity } from './identity';
import { plainAllow, withoutDefaultDeny, type SelectorPolicy } from './l7Policy';
import { mergePolicies, type MergeConflict } from './mergePolicies';
import { redirectedPorts, type RedirectedPort } from './redirects';
import { meetsAll, noneSelector, wildcardSelector, type PeerSelector } from './selector';

/** What one entry brought to a selector's policy. */
export interface Origin {
  readonly place: Place;
  readonly policy: SelectorPolicy;
}

/** The merged policy of one selector on one port. */
export interface MergedSelector {
  readonly selector: PeerSelector;
  readonly policy: SelectorPolicy;
  /** The entries that it was merged from. Empty: the allow-all of a subject without default deny. */
  readonly origins: readonly Origin[];
  /** Allow entries of this selector that a deny of the same selector removed. */
  readonly removed: readonly Origin[];
}

/** The merged policy of one port (Cilium's `L4Filter`). */
export interface Filter {
  readonly ports: Ports;
  /** The allow-all that stands in for the default deny which no rule asks for. */
  readonly isDefault: boolean;
  readonly selectors: ReadonlyMap<string, MergedSelector>;
}

/** Two entries that cannot be merged: the agent applies nothing new to the endpoint. */
export interface Conflict extends Pick<MergeConflict, 'existing' | 'added'> {
  readonly reason: MergeConflict['reason'] | 'namespaced-listener';
  readonly ports: Ports;
  readonly selector: PeerSelector | null;
  /** The entries that are there, and the one that does not go with them. */
  readonly places: readonly Place[];
}

export interface DirectionPolicy {
  /** Null: no rule selects the subject in this direction, everything is allowed. */
  readonly defaultDeny: boolean | null;
  readonly filters: readonly Filter[];
}

/** All that holds for one endpoint or node. */
export interface SubjectPolicy {
  readonly subject: Identity;
  readonly ingress: DirectionPolicy;
  readonly egress: DirectionPolicy;
  /** In the agent's order; it stops at the first. */
  readonly conflicts: readonly Conflict[];
  /** In either direction. */
  readonly redirected: readonly RedirectedPort[];
}

interface OpenFilter {
  readonly ports: Ports;
  readonly isDefault: boolean;
  readonly selectors: Map<string, MergedSelector>;
}

const portsKey = ({ port, endPort, portName, protocol }: Ports, isDefault: boolean): string =>
  `${portName || `${port}-${endPort}`}/${protocol}${isDefault ? ' default' : ''}`;

export const selectsSubject = (rule: CompiledRule, subject: Identity): boolean =>
  rule.isHost === subject.isHost && meetsAll(rule.subject.requirements, subject);

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * From 1.19 on rules are merged in the order of their resources; 1.18 takes them as they come (`pkg/policy/rules.go`). Of two
 * policies of one name a cluster has one: here the order of their keys decides, so that the same text says the same.
 */
export const inMergeOrder = (rules: readonly CompiledRule[]): readonly CompiledRule[] =>
  [...rules].sort(
    (a, b) =>
      compare(a.resource, b.resource) ||
      compare(a.place.key, b.place.key) ||
      a.place.index - b.place.index ||
      a.order - b.order,
  );

function mergeSelector(
  filter: OpenFilter,
  selector: PeerSelector,
  origin: Origin,
  conflicts: Conflict[],
): void {
  const found = filter.selectors.get(selector.key);
  if (!found) {
    filter.selectors.set(selector.key, { selector, policy: origin.policy, origins: [origin], removed: [] });
    return;
  }
  // `reserved:none` selects nobody: the agent does not merge it (1.18 adds it to each rule of names).
  if (selector.key === noneSelector.key) return;
  const merged = mergePolicies(found.policy, origin.policy);
  if ('reason' in merged) {
    const places = [...found.origins.filter(({ policy }) => differs(policy, origin.policy, merged)), origin];
    conflicts.push({ ...merged, ports: filter.ports, selector, places: places.map(({ place }) => place) });
    return;
  }
  const { origins, removed } = found;
  const next =
    found.policy.isDeny && !origin.policy.isDeny
      ? { origins, removed: [...removed, origin] }
      : merged.isDeny && !found.policy.isDeny
        ? { origins: [origin], removed: [...removed, ...origins] }
        : { origins: [...origins, origin], removed };
  filter.selectors.set(selector.key, { selector, policy: merged, ...next });
}

/** Whether an entry that is there is one of those that the added one conflicts with. */
function differs(there: SelectorPolicy, added: SelectorPolicy, conflict: MergeConflict): boolean {
  if (conflict.reason === 'server-names-with-rules')
    return there.http.length + there.dns.length > 0 || there.serverNames.length > 0;
  return 'reason' in mergePolicies(there, added);
}

function directionOf(
  direction: 'ingress' | 'egress',
  rules: readonly CompiledRule[],
  subject: Identity,
  hasDefaultTier: boolean,
  conflicts: Conflict[],
): DirectionPolicy {
  const present = rules.filter((rule) => rule[direction].isPresent);
  if (present.length === 0) return { defaultDeny: null, filters: [] };
  // A pod that has no labels yet is always under default deny.
  const defaultDeny = subject.labels.has('init') || present.some((rule) => rule[direction].isDefaultDeny);
  const filters = new Map<string, OpenFilter>();
  const filterOf = (ports: Ports, isDefault: boolean): OpenFilter => {
    const key = portsKey(ports, isDefault);
    const found = filters.get(key) ?? { ports, isDefault, selectors: new Map<string, MergedSelector>() };
    filters.set(key, found);
    return found;
  };
  const required = (isDeny: boolean) =>
    rules.flatMap(({ requirements }) =>
      requirements
        .filter((found) => found.direction === direction && found.isDeny === isDeny)
        .flatMap((found) => found.requirements),
    );
  const requirements = { allow: required(false), deny: required(true) };
  const add = (entry: Entry): void => {
    const { ports, place, namespacedListener, peers } = entry;
    if (namespacedListener !== null && namespaceOf(subject) === '') {
      conflicts.push({
        reason: 'namespaced-listener',
        existing: '',
        added: namespacedListener,
        ports,
        selector: null,
        places: [place],
      });
      return;
    }
    const policy = defaultDeny ? entry.policy : withoutDefaultDeny(entry.policy);
    const filter = filterOf(ports, false);
    const selectors = narrowed(peers, policy.isDeny ? requirements.deny : requirements.allow) ?? [];
    for (const selector of new Map(selectors.map((found) => [found.key, found])).values()) {
      mergeSelector(filter, selector, { place, policy }, conflicts);
    }
  };
  for (const rule of present) {
    for (const entry of rule.entries) if (entry.ports.direction === direction) add(entry);
  }
  if (!defaultDeny) {
    const ports: Ports = { direction, port: 0, endPort: 0, portName: '', protocol: 'ANY' };
    const filter = filterOf(ports, hasDefaultTier);
    // Nothing on every port has a proxy: where the selector is there, an allow of it changes nothing.
    if (!filter.selectors.has(wildcardSelector.key)) {
      filter.selectors.set(wildcardSelector.key, {
        selector: wildcardSelector,
        policy: plainAllow,
        origins: [],
        removed: [],
      });
    }
  }
  return { defaultDeny, filters: [...filters.values()] };
}

/**
 * The policy of a subject, merged from the rules that select it (`pkg/policy/repository.go`, resolvePolicyLocked).
 * `rules` are in merge order and select the subject.
 */
export function mergeRules(
  subject: Identity,
  rules: readonly CompiledRule[],
  { hasDefaultTier }: { readonly hasDefaultTier: boolean },
): SubjectPolicy {
  const conflicts: Conflict[] = [];
  const ingress = directionOf('ingress', rules, subject, hasDefaultTier, conflicts);
  const egress = directionOf('egress', rules, subject, hasDefaultTier, conflicts);
  const redirected = [ingress, egress].flatMap(redirectedPorts);
  return { subject, ingress, egress, conflicts, redirected };
}
