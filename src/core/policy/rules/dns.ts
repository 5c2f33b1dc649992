import type { Rule } from './rule';

/** DNS rules send lookups, and nothing else, through the agent's DNS proxy. */
export const dnsRule: Rule = ({ rules }, read) => {
  const dns = read.entry(rules?.value, 'dns');
  const entries = read.items(dns?.value);
  if (!dns || !entries || entries.length === 0) return [];
  const docs = 'https://docs.cilium.io/en/stable/security/policy/layer7/#dns-policy-and-ip-discovery';
  return [
    {
      code: 'l7-dns',
      severity: 'info',
      protocol: 'dns',
      docs,
      tags: [],
      key: dns.key,
      rules: entries.length,
    },
  ];
};
