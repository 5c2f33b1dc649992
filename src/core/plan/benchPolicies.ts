import type { PolicyUnderTest } from '../policy/policyUnderTest';
import { roleLabel, type BenchRole } from './benchLabels';
import type { KubeObject, PolicyObjects } from './plan';

const pods = (role: BenchRole) => ({ matchLabels: { [roleLabel]: role } });

/** networking.k8s.io/v1: peers and ports, never HTTP rules. */
function networkPolicy({ direction, port }: PolicyUnderTest): KubeObject {
  const [own, peer] =
    direction === 'ingress' ? (['server', 'client'] as const) : (['client', 'server'] as const);
  const ports = [{ protocol: 'TCP', port }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'bench-l3l4' },
    spec: {
      podSelector: pods(own),
      policyTypes: [direction === 'ingress' ? 'Ingress' : 'Egress'],
      ...(direction === 'ingress'
        ? { ingress: [{ from: [{ podSelector: pods(peer) }], ports }] }
        : { egress: [{ to: [{ podSelector: pods(peer) }], ports }] }),
    },
  };
}

function ciliumPolicy(policy: PolicyUnderTest, level: 'l3l4' | 'l7'): KubeObject {
  const { direction, port, http } = policy;
  const [own, peer] =
    direction === 'ingress' ? (['server', 'client'] as const) : (['client', 'server'] as const);
  const toPorts = [
    {
      ports: [{ port: String(port), protocol: 'TCP' }],
      ...(level === 'l7' ? { rules: { http } } : {}),
    },
  ];
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: `bench-${level}` },
    spec: {
      endpointSelector: pods(own),
      ...(direction === 'ingress'
        ? { ingress: [{ fromEndpoints: [pods(peer)], toPorts }] }
        : { egress: [{ toEndpoints: [pods(peer)], toPorts }] }),
    },
  };
}

/**
 * The same rules for the bench's pods: peers and ports alone, and with the HTTP rules. What only NetworkPolicy is enforced of
 * has no L7 objects; planning leaves that variant out.
 */
export function benchPolicies(
  policy: PolicyUnderTest,
  kind: 'CiliumNetworkPolicy' | 'NetworkPolicy',
): PolicyObjects {
  // Egress is held back at the clients that the policy selects, and at no others.
  const common = { mapped: [], admitsOthers: policy.direction === 'egress' };
  return kind === 'NetworkPolicy'
    ? { ...common, l3l4: [networkPolicy(policy)], l7: [] }
    : { ...common, l3l4: [ciliumPolicy(policy, 'l3l4')], l7: [ciliumPolicy(policy, 'l7')] };
}
