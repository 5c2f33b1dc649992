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

const ruleCount = ({ http, dns, otherRules }: SelectorPolicy): number =>
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

/** Without default deny rules of a proxy must not deny either (`ensureWildcard`). */
export const withoutDefaultDeny = (policy: SelectorPolicy): SelectorPolicy =>
  policy.parser === 'tls' || policy.parser === 'crd' ? policy : withWildcardRule(policy);

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
