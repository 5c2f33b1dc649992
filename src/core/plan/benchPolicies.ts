import type { PolicyUnderTest } from '../policy/policyUnderTest';
import { roleLabel, type BenchRole } from './benchLabels';
import { portMapping } from './mappedWords';
import type { KubeObject, PolicyObjects } from './plan';
import { refusedBy } from './refusedByPolicy';

const pods = (role: BenchRole) => ({ matchLabels: { [roleLabel]: role } });

/** networking.k8s.io/v1: peers and ports, never HTTP rules. */
function networkPolicy({ direction, port, anyPort }: PolicyUnderTest): KubeObject {
  const [own, peer] =
    direction === 'ingress' ? (['server', 'client'] as const) : (['client', 'server'] as const);
  const ports = anyPort ? {} : { ports: [{ protocol: 'TCP', port }] };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'bench-l3l4' },
    spec: {
      podSelector: pods(own),
      policyTypes: [direction === 'ingress' ? 'Ingress' : 'Egress'],
      ...(direction === 'ingress'
        ? { ingress: [{ from: [{ podSelector: pods(peer) }], ...ports }] }
        : { egress: [{ to: [{ podSelector: pods(peer) }], ...ports }] }),
    },
  };
}

function ciliumPolicy(policy: PolicyUnderTest, level: 'l3l4' | 'l7'): KubeObject {
  const { direction, port, anyPort, http } = policy;
  const [own, peer] =
    direction === 'ingress' ? (['server', 'client'] as const) : (['client', 'server'] as const);
  const entry = {
    ports: [{ port: String(port), protocol: 'TCP' }],
    ...(level === 'l7' ? { rules: { http } } : {}),
  };
  const toPorts = anyPort ? {} : { toPorts: [entry] };
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: `bench-${level}` },
    spec: {
      endpointSelector: pods(own),
      ...(direction === 'ingress'
        ? { ingress: [{ fromEndpoints: [pods(peer)], ...toPorts }] }
        : { egress: [{ toEndpoints: [pods(peer)], ...toPorts }] }),
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
  const mapped = portMapping(policy);
  const isPlain = kind === 'NetworkPolicy' || policy.kind === 'NetworkPolicy';
  const l3l4 = isPlain ? networkPolicy(policy) : ciliumPolicy(policy, 'l3l4');
  if (policy.http.length === 0) return { mapped, l3l4: [l3l4], l7: [], ...refusedBy(l3l4, policy) };
  // Egress is held back at the clients that the policy selects, and at no others.
  const common = { mapped, admitsOthers: policy.direction === 'egress' };
  return { ...common, l3l4: [l3l4], l7: isPlain ? [] : [ciliumPolicy(policy, 'l7')] };
}
