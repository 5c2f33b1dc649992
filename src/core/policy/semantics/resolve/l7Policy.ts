import type { Dns, Http, PortEntry, Protocol, Redirect } from '../model';
import { parserFor, redirectTo } from '../redirects';
import type { Behaviour } from './behaviour';

/** What may be done by a selector's peers on a port (Cilium's `PerSelectorPolicy`, `pkg/policy/l4.go`). */
export interface SelectorPolicy {
  readonly isDeny: boolean;
  /** Null: no proxy. */
  readonly parser: Redirect | null;
  /** Cilium's name of it, which is what it compares; empty: none. */
  readonly parserName: string;
  /** 1 is the highest; 0 the lowest. Among allows of one peer the highest decides where traffic goes. */
  readonly priority: number;
  readonly listener: string;
  readonly http: readonly Http[];
  readonly dns: readonly Dns[];
  /** Name of a proxylib parser (`rules.l7proto`), else empty. */
  readonly l7proto: string;
  /** Kafka and proxylib rules: they are counted. */
  readonly otherRules: number;
  /** One of them matches all: written so, or since they met an allow without rules. */
  readonly isOtherOpen: boolean;
  /** One of Kafka's names no topic. */
  readonly isTopicOpen: boolean;
  readonly serverNames: readonly string[];
  /** Name of the secret; null: none. */
  readonly terminatingTls: string | null;
  readonly originatingTls: string | null;
  /** The mode as it is written; null: none is. */
  readonly authentication: string | null;
}

export const plainAllow: SelectorPolicy = {
  isDeny: false,
  parser: null,
  parserName: '',
  priority: 0,
  listener: '',
  http: [],
  dns: [],
  l7proto: '',
  otherRules: 0,
  isOtherOpen: false,
  isTopicOpen: false,
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

/** Without a proxylib a policy says nothing of Kafka and `l7proto`. */
const withoutProxylib = (entry: PortEntry): PortEntry =>
  entry.rules ? { ...entry, rules: { ...entry.rules, kafka: 0, l7: 0, l7proto: '' } } : entry;

/** An allow entry's policy before any merge. `listener`: the entry's listener by its full name. */
export function policyOfEntry(
  entry: PortEntry,
  protocol: Protocol,
  authentication: SelectorPolicy['authentication'],
  listener: string,
  behaviour: Behaviour,
): SelectorPolicy {
  const read = behaviour.hasProxylib ? entry : withoutProxylib(entry);
  const name = parserFor(read, protocol === 'TCP');
  if (name === '') return { ...plainAllow, authentication };
  const parser = redirectTo(name);
  const { rules } = read;
  return {
    isDeny: false,
    parser,
    parserName: name,
    priority: entry.listener?.priority || priorities[parser],
    listener,
    http: rules?.http ?? [],
    dns: rules?.dns ?? [],
    l7proto: rules?.l7proto ?? '',
    otherRules: rules ? rules.kafka + rules.l7 : 0,
    isOtherOpen: rules?.othersMatchAll ?? false,
    isTopicOpen: rules?.lacksTopic ?? false,
    serverNames: [...new Set(entry.serverNames)],
    terminatingTls: entry.terminatingTls?.secretName ?? null,
    originatingTls: entry.originatingTls?.secretName ?? null,
    authentication,
  };
}

const nowhere = { path: [] };
const anyHttp: Http = { ...nowhere, method: '', urlPath: '', host: '', headers: [], headerMatches: [] };
const anyDns: Dns = { ...nowhere, matchName: '', matchPattern: '*' };

/**
 * Without default deny rules of a proxy must not deny either (`ensureWildcard`). Cilium looks only at rules of the parser's own
 * kind, so that a proxylib parser by the name of another one keeps its rules as they are; and a Kafka rule without a topic
 * counts as one that matches all, whatever else it asks for.
 */
export function withoutDefaultDeny(policy: SelectorPolicy): SelectorPolicy {
  const { parser, http, dns, l7proto, isTopicOpen } = policy;
  const isOpened =
    parser === 'http'
      ? http.length > 0
      : parser === 'dns'
        ? dns.length > 0
        : parser === 'kafka'
          ? l7proto === '' && !isTopicOpen
          : l7proto !== '';
  return isOpened ? withWildcardRule(policy) : policy;
}

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
