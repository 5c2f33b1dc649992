import type { AdviceCode, ServiceRules } from '../../result/advice/advice';

/** What advice is about, as a heading. */
export const adviceTitles: Readonly<Record<AdviceCode, string>> = {
  'service-rules': 'What serves Services',
  routing: 'Native routing or overlay',
  'l7-policies': 'L7 policies',
  'service-map': 'Load-balancing maps',
  hubble: 'Hubble',
  'load-nodes': 'Nodes that limit the figures',
  'service-addresses': 'Service addresses',
};

/** Ways of serving Services, in the middle of a sentence. */
export const rulesNames: Readonly<Record<ServiceRules, string>> = {
  iptables: 'iptables',
  nftables: 'nftables',
  ipvs: 'IPVS',
  cilium: 'Cilium',
  replaced: 'the replacement of kube-proxy',
};
