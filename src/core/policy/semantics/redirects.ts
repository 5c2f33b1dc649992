/** What each entry of `toPorts` sends to a proxy, taken alone: `createL4Filter` of Cilium's pkg/policy/l4.go. */
import type { CiliumVersion, DirectionRule, Path, Peers, Policy, PortEntry, Redirect } from './model';

/** What an entry writes that is about a proxy, whatever comes of it. */
export type Written = 'http' | 'dns' | 'kafka' | 'l7proto' | 'tls' | 'sni' | 'listener';

export interface EntryRedirect {
  readonly path: Path;
  readonly direction: 'ingress' | 'egress';
  readonly isDeny: boolean;
  readonly writes: readonly Written[];
  /** Null: the traffic passes no proxy. */
  readonly redirect: Redirect | null;
  /** Cilium's names of the parsers, sorted: several where ports of TCP and of other protocols differ. */
  readonly parsers: readonly string[];
  /** Why the policy of the endpoints cannot be made at all; nothing is redirected then. */
  readonly breaks: 'panic' | 'namespaced-listener' | null;
}

function writesOf({
  rules,
  terminatingTls,
  originatingTls,
  serverNames,
  listener,
}: PortEntry): readonly Written[] {
  const present = rules?.present ?? [];
  return [
    ...(['http', 'dns', 'kafka', 'l7proto'] as const).filter((kind) => present.includes(kind)),
    ...(terminatingTls || originatingTls ? (['tls'] as const) : []),
    ...(serverNames.length > 0 ? (['sni'] as const) : []),
    ...(listener ? (['listener'] as const) : []),
  ];
}

/** A list that is there and empty selects nobody, and the rule makes no filter (`mergeEndpointSelectors`). */
function selectsNobody(
  { endpoints, nodes, entities, cidrs, fqdns }: Peers,
  direction: 'ingress' | 'egress',
  version: CiliumVersion,
): boolean {
  if (endpoints?.length === 0 || nodes?.length === 0) return true;
  // Until 1.18 names of domains fill the list that entities and CIDRs left empty.
  if (version === '1.18' && direction === 'egress' && (fqdns?.length ?? 0) > 0) return false;
  return entities?.length === 0 || cidrs?.length === 0;
}

/** Parsers of Envoy's Go extensions by name; some names are those of Cilium's own. */
export const redirectTo = (parser: string): Redirect =>
  (['http', 'dns', 'tls', 'crd', 'kafka'] as const).find((known) => known === parser) ?? 'proto';

/** Cilium's name of the parser for ports of one protocol; empty for none. */
export function parserFor(entry: PortEntry, isTcp: boolean): string {
  const { rules, terminatingTls, originatingTls, serverNames, listener } = entry;
  if (listener) return 'crd';
  if (rules && rules.dns.length > 0) return 'dns';
  if (rules && isTcp) {
    if (rules.http.length > 0) return 'http';
    if (rules.kafka > 0) return 'kafka';
    if (rules.l7proto !== '') return rules.l7proto;
  }
  return terminatingTls || originatingTls || serverNames.length > 0 ? 'tls' : '';
}

function breaksOf(
  { terminatingTls, originatingTls, listener }: PortEntry,
  isHost: boolean,
): EntryRedirect['breaks'] {
  if (terminatingTls?.lacksSecret ?? originatingTls?.lacksSecret ?? listener?.lacksEnvoyConfig)
    return 'panic';
  // A node has no namespace to look for it in.
  return isHost && listener?.envoyConfig.kind === 'CiliumEnvoyConfig' ? 'namespaced-listener' : null;
}

function entryRedirect(
  entry: PortEntry,
  rule: DirectionRule,
  isHost: boolean,
  version: CiliumVersion,
): EntryRedirect {
  const { ports } = entry;
  const isSelected = !selectsNobody(rule.peers, rule.direction, version);
  const isFiltered = isSelected && !rule.isDeny && ports.length > 0;
  // Since 1.19 an address with a zone, which was taken before, cannot be made a prefix.
  const hasZone = version !== '1.18' && rule.peers.cidrs?.some(({ cidr }) => cidr.includes('%')) === true;
  const breaks = isSelected && hasZone ? 'panic' : isFiltered ? breaksOf(entry, isHost) : null;
  // A port of any protocol is one for TCP, UDP and SCTP.
  const kinds = [
    ...(ports.some(({ protocol }) => protocol === 'TCP' || protocol === 'ANY') ? [true] : []),
    ...(ports.some(({ protocol }) => protocol !== 'TCP') ? [false] : []),
  ];
  const found = isFiltered && breaks === null ? kinds.map((isTcp) => parserFor(entry, isTcp)) : [];
  const parsers = [...new Set(found.filter((parser) => parser !== ''))];
  const [first] = parsers;
  return {
    path: entry.path,
    direction: rule.direction,
    isDeny: rule.isDeny,
    writes: writesOf(entry),
    redirect: first === undefined ? null : redirectTo(first),
    parsers: parsers.sort(),
    breaks,
  };
}

/** For a policy that the agent takes. In the order of the policy's rules, then of their entries. */
export const redirectsOf = (policy: Policy, version: CiliumVersion = '1.20'): readonly EntryRedirect[] =>
  policy.rules.flatMap(({ subject, rules }) =>
    rules.flatMap((rule) =>
      (rule.toPorts ?? []).map((entry) => entryRedirect(entry, rule, subject.kind === 'host', version)),
    ),
  );
