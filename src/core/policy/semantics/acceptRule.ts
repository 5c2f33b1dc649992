/**
 * Whether the agent takes a rule: `Rule.Sanitize` of Cilium's pkg/policy/api/rule_validation.go (1.18.8, 1.19.6, 1.20.2). The
 * agent stops at the first refusal; here all are listed, in its order.
 */
import { acceptSelector } from './acceptLabels';
import type { Check } from './acceptCheck';
import { domainRefusals } from './acceptPatterns';
import { acceptPeers } from './acceptPeers';
import { acceptDenyPorts, acceptIcmp, acceptPortRule, hasRules } from './acceptPorts';
import type { Path } from './model';
import { egressPeers, ingressPeers, type GoPeers } from './readPolicyPeers';
import type { GoEgress, GoEgressDeny, GoIngress, GoIngressDeny, GoPortRule, GoRule } from './readPolicyTypes';

type L7Kind = 'HTTP' | 'DNS' | 'Kafka';

/** Where rules of a kind stand first. */
function firstOf(entries: readonly GoPortRule[], kind: L7Kind): Path | undefined {
  const field = kind === 'HTTP' ? 'http' : kind === 'DNS' ? 'dns' : 'kafka';
  const entry = entries.find(({ rules }) => (rules?.[field]?.length ?? 0) > 0);
  return entry?.rules && [...entry.rules.at, field];
}

interface Section {
  readonly isIngress: boolean;
  readonly isHost: boolean;
}

function acceptL7(
  entries: readonly GoPortRule[],
  { isIngress, isHost }: Section,
  { options, refuse }: Check,
): void {
  const first = entries.find(hasRules);
  if (!first) return;
  const key = [...first.at, 'rules'];
  if (isHost && isIngress)
    refuse(key, 'l7-on-host-ingress', 'L7 policy is not supported on host ingress yet');
  if (!options.l7Proxy)
    refuse(key, 'l7-proxy-disabled', 'L7 policy is not supported since L7 proxy is not enabled');
  const unsupported: readonly L7Kind[] = isIngress ? ['DNS'] : isHost ? ['HTTP', 'Kafka'] : [];
  for (const kind of unsupported) {
    const place = firstOf(entries, kind);
    if (!place) continue;
    const where = isIngress ? 'ingress' : 'host egress';
    refuse(
      place,
      isIngress ? 'dns-on-ingress' : 'l7-on-host-egress',
      `L7 protocol ${kind} is not supported on ${where} yet`,
    );
  }
}

function acceptIcmpBeside(
  { at, icmps = [], toPorts = [] }: GoIngress | GoEgress | GoIngressDeny | GoEgressDeny,
  { options, refuse }: Check,
): void {
  if (icmps.length === 0) return;
  const key = [...at, 'icmps'];
  if (!options.icmpRules)
    refuse(key, 'icmp-disabled', 'ICMP rules can only be applied when the "enable-icmp-rules" flag is set');
  if (toPorts.length > 0)
    refuse(
      key,
      'icmp-beside-ports',
      'the ICMPs block may only be present without ToPorts. Define a separate rule to use ToPorts',
    );
}

function acceptAllow(rule: GoIngress | GoEgress, peers: GoPeers, isHost: boolean, check: Check): void {
  const section = { isIngress: peers.prefix === 'from', isHost };
  acceptPeers(peers, check);
  acceptL7(rule.toPorts ?? [], section, check);
  acceptIcmpBeside(rule, check);
  for (const entry of rule.toPorts ?? []) acceptPortRule(entry, section.isIngress, check);
  for (const icmp of rule.icmps ?? []) acceptIcmp(icmp, check);
  for (const fqdn of peers.fqdns ?? [])
    for (const { field, reason, says } of domainRefusals(fqdn, 'selector', check.version))
      check.refuse([...fqdn.at, field], reason, says);
}

function acceptDeny(rule: GoIngressDeny | GoEgressDeny, peers: GoPeers, check: Check): void {
  acceptPeers(peers, check);
  acceptIcmpBeside(rule, check);
  for (const entry of rule.toPorts ?? []) acceptDenyPorts(entry, check);
  for (const icmp of rule.icmps ?? []) acceptIcmp(icmp, check);
}

export function acceptRule(rule: GoRule, check: Check): void {
  const { refuse } = check;
  const {
    at,
    endpointSelector,
    nodeSelector,
    ingress = [],
    ingressDeny = [],
    egress = [],
    egressDeny = [],
  } = rule;
  if (ingress.length + ingressDeny.length + egress.length + egressDeny.length === 0)
    refuse(at, 'no-rules', 'rule must have at least one of Ingress, IngressDeny, Egress, EgressDeny');
  if (!endpointSelector && !nodeSelector)
    refuse(at, 'no-selector', 'rule must have one of EndpointSelector or NodeSelector');
  if (endpointSelector && nodeSelector)
    refuse(
      [...at, 'nodeSelector'],
      'two-selectors',
      'rule cannot have both EndpointSelector and NodeSelector',
    );
  if (endpointSelector) acceptSelector(endpointSelector, check);
  if (nodeSelector) acceptSelector(nodeSelector, check);
  const isHost = nodeSelector !== undefined;
  for (const one of ingress) acceptAllow(one, ingressPeers(one), isHost, check);
  for (const one of ingressDeny) acceptDeny(one, ingressPeers(one), check);
  for (const one of egress) acceptAllow(one, egressPeers(one), isHost, check);
  for (const one of egressDeny) acceptDeny(one, egressPeers(one), check);
}
