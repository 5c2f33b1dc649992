import { describe, expect, it } from 'vitest';
import { clusterFacts } from '../../../src/core/cluster/clusterFacts';
import { factText } from '../../../src/core/cluster/evidence';
import { fingerprintOf } from '../../../src/core/cluster/fingerprint';
import { sha256 } from '../../../src/core/policy/sha256';
import { type RawCluster, clusterOf, rawCilium, rawConfigMap, rawNode, rawWorkload } from './objects';

const config = {
  'routing-mode': 'native',
  'kube-proxy-replacement': 'true',
  'enable-hubble': 'true',
  'external-envoy-proxy': 'true',
  'bpf-lb-map-max': '131072',
  'monitor-aggregation': 'medium',
  ipam: 'kubernetes',
  debug: 'false',
};
const node = (name: string, zone: string) =>
  rawNode(name, {
    labels: {
      'topology.kubernetes.io/zone': zone,
      'node.kubernetes.io/instance-type': 'c6i.xlarge',
      'eks.amazonaws.com/nodegroup': 'workers',
    },
    info: {
      kernelVersion: '6.8.0-1019-aws',
      osImage: 'Ubuntu 24.04.1 LTS',
      operatingSystem: 'linux',
      architecture: 'amd64',
      containerRuntimeVersion: 'containerd://1.7.24',
      kubeletVersion: 'v1.31.2',
    },
  });
const raw = {
  version: 'v1.31.2-eks-7f9249a',
  nodes: [node('b', 'eu-west-1b'), node('a', 'eu-west-1a')],
  daemonSets: [rawCilium('quay.io/cilium/cilium:v1.18.2@sha256:858f80')],
  configMaps: [rawConfigMap('kube-system/cilium-config', config)],
  services: [{ metadata: { namespace: 'default', name: 'kubernetes' }, spec: { clusterIP: '10.96.0.1' } }],
} satisfies RawCluster;
const fingerprint = (cluster: RawCluster) => fingerprintOf(clusterFacts(clusterOf(cluster), sha256));

describe('a fingerprint', () => {
  it('holds every fact that can move a number, flat', () => {
    const { ciliumConfigHash, ...rest } = fingerprint(raw);
    expect(ciliumConfigHash).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      kubernetesVersion: 'v1.31.2-eks-7f9249a',
      distribution: 'EKS',
      nodes: 2,
      zones: 'eu-west-1a, eu-west-1b',
      instanceTypes: 'c6i.xlarge',
      kernels: '6.8.0-1019-aws',
      osImages: 'Ubuntu 24.04.1 LTS',
      operatingSystems: 'linux',
      architectures: 'amd64',
      containerRuntimes: 'containerd://1.7.24',
      kubeletVersions: 'v1.31.2',
      network: 'Cilium',
      networkCompanions: null,
      mtu: null,
      kubeProxy: 'replaced',
      kubeProxyReplacedBy: 'Cilium',
      kubeProxyAlsoRuns: false,
      istio: 'none',
      istioVersion: null,
      services: 1,
      serviceBackends: 0,
      ciliumVersion: '1.18.2',
      ciliumImage: 'sha256:858f80',
      ciliumRouting: 'native',
      ciliumTunnelProtocol: 'none',
      ciliumKubeProxyReplacement: 'on',
      ciliumEncryption: 'off',
      ciliumEncryptsNodes: false,
      ciliumHubble: true,
      ciliumEnvoy: 'daemonset',
      ciliumL7Proxy: true,
      ciliumMonitorAggregation: 'medium',
      ciliumBpfMasquerade: false,
      ciliumDatapathMode: 'veth',
      ciliumIpam: 'kubernetes',
      ciliumHostLegacyRouting: false,
      ciliumSocketLoadBalancing: false,
      ciliumLoadBalancerMode: 'snat',
      ciliumLoadBalancerAlgorithm: 'random',
      ciliumLoadBalancerAcceleration: 'disabled',
      ciliumServiceMapLimit: 131072,
      ciliumBackendMapLimit: 131072,
      ciliumNodeConfigs: null,
      'cilium-config bpf-lb-map-max': '131072',
      'cilium-config enable-hubble': 'true',
      'cilium-config external-envoy-proxy': 'true',
      'cilium-config ipam': 'kubernetes',
      'cilium-config kube-proxy-replacement': 'true',
      'cilium-config monitor-aggregation': 'medium',
      'cilium-config routing-mode': 'native',
    });
  });

  it('changes its hash with any key of cilium-config, also one that is not named', () => {
    const other = {
      ...raw,
      configMaps: [rawConfigMap('kube-system/cilium-config', { ...config, debug: 'true' })],
    };
    const [one, two] = [fingerprint(raw), fingerprint(other)];
    const differing = Object.keys(one).filter((key) => one[key] !== two[key]);
    expect(differing).toEqual(['ciliumConfigHash']);
  });

  it('does not depend on the order of the nodes', () => {
    expect(fingerprint({ ...raw, nodes: raw.nodes.toReversed() })).toEqual(fingerprint(raw));
  });

  it('has null for what is unknown, and nothing of Cilium where it is not', () => {
    const bare = fingerprint({ daemonSets: [rawWorkload('x/y')] });
    expect(bare).toMatchObject({ distribution: null, zones: null, network: null, kubeProxy: null });
    expect(Object.keys(bare).filter((key) => key.startsWith('cilium'))).toEqual([]);
  });
});

describe('a fact as text', () => {
  it('is its value, or why there is none', () => {
    const facts = clusterFacts(clusterOf(raw), sha256);
    expect(factText(facts.distribution)).toBe('EKS');
    expect(factText(facts.kubeProxy, ({ rules }) => rules)).toBe('replaced');
    expect(factText(facts.istio.version)).toBe('unknown, because Istio is not here');
  });
});
