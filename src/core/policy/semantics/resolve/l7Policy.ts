import type { Dns, Http, PortEntry, Protocol, Redirect } from '../model';
import type { Behaviour } from './behaviour';

/** What may be done by a selector's peers on a port (Cilium's `PerSelectorPolicy`, `pkg/policy/l4.go`). */
export interface SelectorPolicy {
  readonly isDeny: boolean;
  /** Null: no proxy. */
  readonly parser: Redirect | null;
  /** 1 is the highest; 0 the lowest. Among allows of one peer the highest decides where traffic goes. */
  readonly priority: number;
  readonly listener: string;
  readonly http: readonly Http[];
  readonly dns: readonly Dns[];
  /** Name of a proxylib parser (`rules.l7proto`), else empty. */
  readonly l7proto: string;
  /** Kafka and proxylib rules, whose contents are not read. */
  readonly otherRules: number;
  /** They met an allow without rules, so that one of them matches all. */
  readonly isOtherOpen: boolean;
  readonly serverNames: readonly string[];
  /** Name of the secret; null: none. */
  readonly terminatingTls: string | null;
  readonly originatingTls: string | null;
  readonly authentication: 'disabled' | 'required' | 'test-always-fail' | null;
}

export const plainAllow: SelectorPolicy = {
  isDeny: false,
  parser: null,
  priority: 0,
  listener: '',
  http: [],
  dns: [],
  l7proto: '',
  otherRules: 0,
  isOtherOpen: false,
  serverNames: [],
  terminatingTls: null,
  originatingTls: null,
  authentication: null,
};
export const plainDeny: SelectorPolicy = { ...plainAllow, isDeny: true };

/** `pkg/policy/l4.go`, defaultPriority, the same at all three versions. */
const priorities: Readonly<Record<Redirect, number>> = {
  http: 101,
  kafka: 106,
  proto: 111,
  tls: 116,
  dns: 121,
  crd: 126,
};

/** The name by which Cilium speaks of the parser. */
export const parserName = ({ parser, l7proto }: SelectorPolicy): string =>
  parser === 'proto' ? l7proto : (parser ?? '');

export const ruleCount = ({ http, dns, otherRules }: SelectorPolicy): number =>
  http.length + dns.length + otherRules;
export const hasRules = (policy: SelectorPolicy): boolean => ruleCount(policy) > 0;

export const matchesAllHttp = ({ method, urlPath, host, headers, headerMatches }: Http): boolean =>
  !method && !urlPath && !host && headers.length === 0 && headerMatches.length === 0;

/** Patterns that the DNS proxy takes for all names (`pkg/fqdn/matchpattern`, ToUnAnchoredRegexp). */
export const matchesAllNames = (pattern: string, { hasDeepWildcards }: Behaviour): boolean =>
  hasDeepWildcards ? /^\*+\.?$/.test(pattern) : pattern === '*';

/** A rule that lets every request pass: written so, or added when rules met an allow without rules. */
export const hasWildcardRule = ({ http, dns, isOtherOpen }: SelectorPolicy, behaviour: Behaviour): boolean =>
  isOtherOpen ||
  http.some(matchesAllHttp) ||
  dns.some(({ matchPattern }) => matchesAllNames(matchPattern, behaviour));

/** The proxy that an entry sends traffic of the protocol to (`createL4Filter`). */
function parserOf(entry: PortEntry, protocol: Protocol, { hasProxylib }: Behaviour): Redirect | null {
  const { rules, terminatingTls, originatingTls, serverNames, listener } = entry;
  if (listener) return 'crd';
  if (rules && rules.dns.length > 0) return 'dns';
  if (rules && protocol === 'TCP') {
    if (rules.http.length > 0) return 'http';
    if (hasProxylib && rules.kafka > 0) return 'kafka';
    if (hasProxylib && rules.l7proto !== '') return 'proto';
  }
  return terminatingTls || originatingTls || serverNames.length > 0 ? 'tls' : null;
}

/** An allow entry's policy before any merge. `listener`: the entry's listener by its full name. */
export function policyOfEntry(
  entry: PortEntry,
  protocol: Protocol,
  authentication: SelectorPolicy['authentication'],
  listener: string,
  behaviour: Behaviour,
): SelectorPolicy {
  const parser = parserOf(entry, protocol, behaviour);
  if (!parser) return { ...plainAllow, authentication };
  const { rules } = entry;
  return {
    isDeny: false,
    parser,
    priority: entry.listener?.priority || priorities[parser],
    listener,
    http: rules?.http ?? [],
    dns: rules?.dns ?? [],
    l7proto: behaviour.hasProxylib ? (rules?.l7proto ?? '') : '',
    otherRules: behaviour.hasProxylib && rules ? rules.kafka + rules.l7 : 0,
    isOtherOpen: false,
    serverNames: [...new Set(entry.serverNames)],
    terminatingTls: entry.terminatingTls?.secretName ?? null,
    originatingTls: entry.originatingTls?.secretName ?? null,
    authentication,
  };
}

const nowhere = { path: [] };
const anyHttp: Http = { ...nowhere, method: '', urlPath: '', host: '', headers: [], headerMatches: [] };
const anyDns: Dns = { ...nowhere, matchName: '', matchPattern: '*' };

/** Without default deny rules of a proxy must not deny either; those of Kafka and proxylib still do (`ensureWildcard`). */
export const withoutDefaultDeny = (policy: SelectorPolicy): SelectorPolicy =>
  policy.parser === 'http' || policy.parser === 'dns' ? withWildcardRule(policy) : policy;

/** Rules that meet an allow without rules get one that matches all (`appendL7WildcardRule`). */
export function withWildcardRule(policy: SelectorPolicy): SelectorPolicy {
  const { http, dns, otherRules, isOtherOpen } = policy;
  if (http.length > 0) return http.some(matchesAllHttp) ? policy : { ...policy, http: [...http, anyHttp] };
  if (dns.length > 0) {
    const has = dns.some(({ matchName, matchPattern }) => matchPattern === '*' && !matchName);
    return has ? policy : { ...policy, dns: [...dns, anyDns] };
  }
  return otherRules > 0 && !isOtherOpen
    ? { ...policy, otherRules: otherRules + 1, isOtherOpen: true }
    : policy;
}

const httpText = ({ method, urlPath, host, headers, headerMatches }: Http): string =>
  JSON.stringify([
    method,
    urlPath,
    host,
    headers,
    headerMatches.map(({ name, value, mismatch, hasSecret }) => [name, value, mismatch, hasSecret]),
  ]);
const dnsText = ({ matchName, matchPattern }: Dns): string => JSON.stringify([matchName, matchPattern]);

function union<T>(a: readonly T[], b: readonly T[], text: (item: T) => string): readonly T[] {
  const known = new Set(a.map(text));
  const added = b.filter((item) => {
    const key = text(item);
    return !known.has(key) && known.add(key);
  });
  return added.length > 0 ? [...a, ...added] : a;
}

export type ConflictReason =
  | 'parsers'
  | 'listeners'
  | 'authentication'
  | 'terminating-tls'
  | 'originating-tls'
  | 'server-names-with-rules';

/** Why two allows of one selector on one port cannot be merged; what each of them says. */
export interface MergeConflict {
  readonly reason: ConflictReason;
  readonly existing: string;
  readonly added: string;
}

const promotable = (from: SelectorPolicy['parser'], to: SelectorPolicy['parser']): boolean =>
  from === null || (from === 'tls' && to !== null && to !== 'dns' && to !== 'crd');

/** 0 is the lowest of all. */
const before = (a: number, b: number): boolean => (a || Infinity) < (b || Infinity);

function mergeRedirect(existing: SelectorPolicy, added: SelectorPolicy): SelectorPolicy | MergeConflict {
  let merged = existing;
  if (parserName(existing) !== parserName(added)) {
    if (promotable(existing.parser, added.parser)) {
      merged = { ...existing, parser: added.parser, priority: added.priority };
    } else if (!promotable(added.parser, existing.parser)) {
      return { reason: 'parsers', existing: parserName(existing), added: parserName(added) };
    }
  }
  const isSameListener = added.listener === merged.listener && added.priority === merged.priority;
  if (added.listener === '' || isSameListener || before(merged.priority, added.priority)) return merged;
  if (merged.listener === '' || before(added.priority, merged.priority)) {
    return { ...merged, listener: added.listener, priority: added.priority };
  }
  return { reason: 'listeners', existing: merged.listener, added: added.listener };
}

const isConflict = (value: SelectorPolicy | MergeConflict): value is MergeConflict => 'reason' in value;

/**
 * Merges a further policy of the same selector and port into what is there (`mergePortProto`). The result depends on the order:
 * server names that come after rules are refused, rules that come after server names are not.
 */
export function mergePolicies(
  existing: SelectorPolicy,
  added: SelectorPolicy,
): SelectorPolicy | MergeConflict {
  if (existing.isDeny) return existing;
  if (added.isDeny) return added;
  if (isSame(existing, added)) return existing;
  const redirect = mergeRedirect(existing, added);
  if (isConflict(redirect)) return redirect;
  for (const [reason, field] of [
    ['authentication', 'authentication'],
    ['terminating-tls', 'terminatingTls'],
    ['originating-tls', 'originatingTls'],
  ] as const) {
    const [a, b] = [existing[field], added[field]];
    if (a !== null && b !== null && a !== b) return { reason, existing: a, added: b };
  }
  const serverNames = union(existing.serverNames, added.serverNames, String);
  const terminatingTls = existing.terminatingTls ?? added.terminatingTls;
  if (serverNames.length > 0 && hasRules(existing) && terminatingTls === null) {
    return {
      reason: 'server-names-with-rules',
      existing: parserName(existing),
      added: serverNames.join(', '),
    };
  }
  const merged: SelectorPolicy = {
    ...redirect,
    authentication: existing.authentication ?? added.authentication,
    terminatingTls,
    originatingTls: existing.originatingTls ?? added.originatingTls,
    serverNames,
  };
  const rulesOf = ({
    http,
    dns,
    l7proto,
    otherRules,
    isOtherOpen,
  }: SelectorPolicy): Partial<SelectorPolicy> => ({ http, dns, l7proto, otherRules, isOtherOpen });
  if (!hasRules(existing) && hasRules(added)) return { ...merged, ...rulesOf(withWildcardRule(added)) };
  if (hasRules(existing) && !hasRules(added)) return withWildcardRule(merged);
  return {
    ...merged,
    http: union(existing.http, added.http, httpText),
    dns: union(existing.dns, added.dns, dnsText),
    l7proto: existing.l7proto || added.l7proto,
    otherRules: existing.otherRules + added.otherRules,
    isOtherOpen: existing.isOtherOpen || added.isOtherOpen,
  };
}

/**
 * Cilium's `DeepEqual` of rules: as many, and each of the first among the second. So a list that says a rule twice is equal to
 * one with a further rule, which is then not merged.
 */
function sameRules<T>(existing: readonly T[], added: readonly T[], text: (item: T) => string): boolean {
  const known = new Set(added.map(text));
  return existing.length === added.length && existing.every((item) => known.has(text(item)));
}

/** `PerSelectorPolicy.Equal`: nothing is merged then. */
function isSame(existing: SelectorPolicy, added: SelectorPolicy): boolean {
  const scalars = [
    'parser',
    'priority',
    'listener',
    'l7proto',
    'otherRules',
    'terminatingTls',
    'originatingTls',
    'authentication',
  ] as const;
  return (
    scalars.every((field) => existing[field] === added[field]) &&
    sameRules(existing.serverNames, added.serverNames, String) &&
    sameRules(existing.http, added.http, httpText) &&
    sameRules(existing.dns, added.dns, dnsText)
  );
}
