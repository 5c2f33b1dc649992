/** Whether the agent takes who is at the other end: `IngressCommonRule.sanitize` and `EgressCommonRule.sanitize`. */
import { acceptCidr, acceptCidrRule } from './acceptAddresses';
import type { Check } from './acceptCheck';
import { acceptSelector } from './acceptLabels';
import type { Path } from './model';
import { isSelector, type GoPeers } from './readPolicyPeers';

const entities: ReadonlySet<string> = new Set(
  'all world world-ipv4 world-ipv6 cluster host init ingress unmanaged remote-node health none kube-apiserver'.split(
    ' ',
  ),
);

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** The agent names two of the kinds that are there, in random order. */
function acceptCombination(peers: GoPeers, { refuse }: Check): void {
  const { at, prefix } = peers;
  const kinds = [
    ['Endpoints', peers.endpoints],
    ['CIDR', peers.cidrs],
    ['CIDRSet', peers.cidrRules],
    ['Entities', peers.entities],
    ['Services', peers.services],
    ['Nodes', peers.nodes],
    ['Groups', peers.groups],
    ['FQDNs', peers.fqdns],
  ] as const;
  const [first, ...others] = kinds
    .filter(([, items]) => (items?.length ?? 0) > 0)
    .map(([kind]) => prefix + kind);
  if (first === undefined) return;
  for (const other of others)
    refuse(
      [...at, other],
      'peers-combined',
      `combining ${capitalised(first)} and ${capitalised(other)} is not supported yet`,
    );
}

export function acceptPeers(peers: GoPeers, check: Check): void {
  const { version, options, refuse } = check;
  const { at, prefix, endpoints = [], requires = [], nodes = [], cidrs = [], cidrRules = [] } = peers;
  const keyOf = (field: string, position: number): Path => [...at, `${prefix}${field}`, position];
  acceptCombination(peers, check);
  for (const selector of endpoints) acceptSelector(selector, check);
  for (const selector of requires) if (isSelector(selector)) acceptSelector(selector, check);
  for (const selector of nodes) acceptSelector(selector, check);
  cidrs.forEach((cidr, position) => {
    acceptCidr(cidr, keyOf('CIDR', position), check);
  });
  for (const rule of cidrRules) acceptCidrRule(rule, check);
  (peers.entities ?? []).forEach((entity, position) => {
    if (!entities.has(entity) && !(version === '1.20' && entity === 'cluster-mesh'))
      refuse(keyOf('Entities', position), 'entity-unknown', `unsupported entity: ${entity}`);
  });
  if (version === '1.19')
    for (const { k8sServiceSelector } of peers.services ?? [])
      if (k8sServiceSelector?.selector) acceptSelector(k8sServiceSelector.selector, check);
  if (nodes.length > 0 && !options.nodeSelectorLabels)
    refuse(
      [...at, `${prefix}Nodes`],
      'nodes-disabled',
      'FromNodes/ToNodes rules can only be applied when the "enable-node-selector-labels" flag is set',
    );
}
