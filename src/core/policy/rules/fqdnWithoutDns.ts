import type { DocumentCheck } from '../policyWorld';

const docs = 'https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based';

/**
 * The agent learns the addresses of names from the answers that its DNS proxy sees, which a DNS rule of the same endpoints sends
 * there (Cilium's documentation, "DNS based"). Another policy of the cluster may hold it: seen are those that are read together.
 */
export const fqdnWithoutDns: DocumentCheck = ({ key, answers, policies }) => {
  const needing = policies.flatMap(({ policy }, index) =>
    policy.rules.flatMap((rule) =>
      rule.rules
        .filter(
          ({ direction, isDeny, peers }) =>
            direction === 'egress' && !isDeny && (peers.fqdns?.length ?? 0) > 0,
        )
        .map((one) => ({ key, index, path: [...one.path, 'toFQDNs'] })),
    ),
  );
  if (needing.length === 0) return [];
  const sees = answers.some(({ redirected }) =>
    redirected.some(({ ports, parser }) => ports.direction === 'egress' && parser === 'dns'),
  );
  if (sees || answers.length === 0) return [];
  return needing.map((place) => ({
    code: 'fqdn-without-dns',
    severity: 'warning',
    protocol: null,
    docs,
    tags: [],
    rules: 0,
    place,
    related: [],
  }));
};
