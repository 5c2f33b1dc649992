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
const parserOf = (name: string): Redirect =>
  (['http', 'dns', 'tls', 'crd', 'kafka'] as const).find((parser) => parser === name) ?? 'proto';

function redirectOf(
  entry: PortEntry,
  rule: DirectionRule,
  isHost: boolean,
  version: CiliumVersion,
): Redirect | null {
  const { ports, rules, terminatingTls, originatingTls, serverNames, listener } = entry;
  if (rule.isDeny || ports.length === 0 || selectsNobody(rule.peers, rule.direction, version)) return null;
  const isBroken = terminatingTls?.lacksSecret ?? originatingTls?.lacksSecret ?? listener?.lacksEnvoyConfig;
  if (isBroken) return null;
  // A node has no namespace to look for it in: its whole policy cannot be made.
  if (listener?.envoyConfig.kind === 'CiliumEnvoyConfig' && isHost) return null;
  if (listener) return 'crd';
  if (rules && rules.dns.length > 0) return 'dns';
  const hasTcp = ports.some(({ protocol }) => protocol === 'TCP' || protocol === 'ANY');
  if (rules && hasTcp) {
    if (rules.http.length > 0) return 'http';
    if (rules.kafka > 0) return 'kafka';
    if (rules.l7proto !== '') return parserOf(rules.l7proto);
  }
  return terminatingTls || originatingTls || serverNames.length > 0 ? 'tls' : null;
}

/** For a policy that the agent takes. In the order of the policy's rules, then of their entries. */
export const redirectsOf = (policy: Policy, version: CiliumVersion = '1.20'): readonly EntryRedirect[] =>
  policy.rules.flatMap(({ subject, rules }) =>
    rules.flatMap((rule) =>
      (rule.toPorts ?? []).map((entry) => ({
        path: entry.path,
        direction: rule.direction,
        isDeny: rule.isDeny,
        writes: writesOf(entry),
        redirect: redirectOf(entry, rule, subject.kind === 'host', version),
      })),
    ),
  );
