import type { Dns, Http } from '../model';
import { hasRules, withWildcardRule, type SelectorPolicy } from './l7Policy';

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
  if (existing.parserName !== added.parserName) {
    if (promotable(existing.parser, added.parser)) {
      const { parser, parserName, priority } = added;
      merged = { ...existing, parser, parserName, priority };
    } else if (!promotable(added.parser, existing.parser)) {
      return { reason: 'parsers', existing: existing.parserName, added: added.parserName };
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
      existing: existing.parserName,
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
    'parserName',
    'priority',
    'listener',
    'l7proto',
    'otherRules',
    'isOtherOpen',
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
