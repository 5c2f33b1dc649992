import type { Fact, Fingerprint } from '../result/run';
import type { CiliumFacts } from './ciliumFacts';
import type { ClusterFacts } from './clusterFacts';
import { type ClusterFact, valueOf } from './evidence';
import type { NodeFacts } from './nodes';

/** The different values over all nodes, sorted; null where no node told. */
function different(
  nodes: readonly NodeFacts[],
  field: Exclude<keyof NodeFacts, 'name' | 'ready' | 'schedulable' | 'controlPlane'>,
): string | null {
  const values = new Set(nodes.flatMap((node) => valueOf(node[field]) ?? []));
  return values.size === 0 ? null : [...values].sort().join(', ');
}

function ciliumFingerprint(cilium: CiliumFacts): Record<string, Fact> {
  const image = valueOf(cilium.image);
  const limits = valueOf(cilium.limits);
  const limitOf = (fact: ClusterFact<number> | undefined) => (fact ? valueOf(fact) : null);
  return {
    ciliumVersion: valueOf(cilium.version)?.text ?? null,
    ciliumImage: image?.digest ?? image?.image ?? null,
    ciliumRouting: valueOf(cilium.routing),
    ciliumTunnelProtocol: valueOf(cilium.tunnelProtocol),
    ciliumKubeProxyReplacement: valueOf(cilium.kubeProxyReplacement),
    ciliumEncryption: valueOf(cilium.encryption),
    ciliumEncryptsNodes: valueOf(cilium.encryptsNodes),
    ciliumHubble: valueOf(cilium.hubble),
    ciliumEnvoy: valueOf(cilium.envoy),
    ciliumL7Proxy: valueOf(cilium.l7Proxy),
    ciliumMonitorAggregation: valueOf(cilium.monitorAggregation),
    ciliumBpfMasquerade: valueOf(cilium.bpfMasquerade),
    ciliumDatapathMode: valueOf(cilium.datapathMode),
    ciliumIpam: valueOf(cilium.ipam),
    ciliumHostLegacyRouting: valueOf(cilium.hostLegacyRouting),
    ciliumSocketLoadBalancing: valueOf(cilium.socketLoadBalancing),
    ciliumLoadBalancerMode: valueOf(cilium.loadBalancerMode),
    ciliumLoadBalancerAlgorithm: valueOf(cilium.loadBalancerAlgorithm),
    ciliumLoadBalancerAcceleration: valueOf(cilium.loadBalancerAcceleration),
    ciliumServiceMapLimit: limitOf(limits?.services),
    ciliumBackendMapLimit: limitOf(limits?.backends),
    ciliumConfigHash: valueOf(cilium.configHash),
    ciliumNodeConfigs: cilium.nodeConfigs.length === 0 ? null : [...cilium.nodeConfigs].sort().join(', '),
    ...Object.fromEntries(
      Object.entries(cilium.keyValues)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [`cilium-config ${key}`, value]),
    ),
  };
}

/** Every fact of a cluster that can move a number, flat; what is unknown is null. */
export function fingerprintOf(facts: ClusterFacts): Fingerprint {
  const nodes = valueOf(facts.nodes) ?? [];
  const proxy = valueOf(facts.kubeProxy);
  return {
    kubernetesVersion: valueOf(facts.version),
    distribution: valueOf(facts.distribution),
    nodes: facts.nodes.known ? nodes.length : null,
    zones: different(nodes, 'zone'),
    instanceTypes: different(nodes, 'instanceType'),
    kernels: different(nodes, 'kernel'),
    osImages: different(nodes, 'osImage'),
    operatingSystems: different(nodes, 'operatingSystem'),
    architectures: different(nodes, 'architecture'),
    containerRuntimes: different(nodes, 'containerRuntime'),
    kubeletVersions: different(nodes, 'kubeletVersion'),
    network: valueOf(facts.cni.network)?.title ?? null,
    networkCompanions: facts.cni.companions.map(({ title, role }) => `${title} (${role})`).join(', ') || null,
    mtu: valueOf(facts.mtu),
    kubeProxy: proxy === null ? null : proxy.rules,
    kubeProxyReplacedBy: proxy === null ? null : proxy.replacedBy,
    kubeProxyAlsoRuns: proxy === null ? null : proxy.alsoRuns,
    istio: valueOf(facts.istio.mode),
    istioVersion: valueOf(facts.istio.version),
    services: valueOf(facts.headroom.services),
    serviceBackends: valueOf(facts.headroom.backends),
    ...(facts.cilium ? ciliumFingerprint(facts.cilium) : {}),
  };
}
