import { capabilityNames } from '../../../src/core/scenario/scenario';
import { describe, expect, it } from 'vitest';
import { clusterCapabilities, type CapabilityChoices } from '../../../src/core/cluster/capabilities';
import { clusterFacts } from '../../../src/core/cluster/clusterFacts';
import { collectionNames } from '../../../src/core/cluster/objects';
import { clusterOf, rawCilium, rawConfigMap, rawWorkload, type RawCluster } from './objects';

const nothingAgreed: CapabilityChoices = {
  allow: new Set(),
  testPolicyEngine: null,
  agents: { 'hubble-off': null, 'bpf-maps': 'nobody may read them', 'component-usage': null },
};
const capabilities = (raw: RawCluster, choices = nothingAgreed) =>
  clusterCapabilities(
    clusterFacts(clusterOf(raw), (text) => text),
    choices,
  );
const cilium = (config: Record<string, string>, image = 'quay.io/cilium/cilium:v1.18.2'): RawCluster => ({
  daemonSets: [rawCilium(image)],
  configMaps: [rawConfigMap('kube-system/cilium-config', config)],
});
const daemonSet = (name: string, image: string): unknown =>
  rawWorkload(`kube-system/${name}`, { containers: [{ name, image }] });

describe('what enforces a policy, and so what can be measured of it', () => {
  it('Cilium: both levels', () => {
    const { can, policyKind } = capabilities(cilium({ 'enable-l7-proxy': 'true' }));
    expect([can.has('policy-l3l4'), can.has('policy-l7'), policyKind]).toEqual([
      true,
      true,
      'CiliumNetworkPolicy',
    ]);
  });

  it('Cilium with its L7 proxy off: peers and ports alone', () => {
    const { can, cannot } = capabilities(cilium({ 'enable-l7-proxy': 'false' }));
    expect([can.has('policy-l3l4'), can.has('policy-l7')]).toEqual([true, false]);
    expect(cannot.get('policy-l7')).toContain('enable-l7-proxy: false');
  });

  it('Cilium whose settings could not be read: not known is not yes', () => {
    const { can, cannot } = capabilities({ daemonSets: [rawCilium('quay.io/cilium/cilium:v1.18.2')] });
    expect(can.has('policy-l7')).toBe(false);
    expect(cannot.get('policy-l7')).toMatch(/^it is not known whether Cilium’s L7 proxy is on/);
  });

  it('Cilium chained behind another network: no HTTP rules', () => {
    const { can, cannot, policyKind } = capabilities({
      ...cilium({ 'enable-l7-proxy': 'true', 'cni-chaining-mode': 'aws-cni' }),
      daemonSets: [
        rawCilium('quay.io/cilium/cilium:v1.18.2'),
        daemonSet('aws-node', '602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.19.0'),
      ],
    });
    expect([can.has('policy-l3l4'), policyKind]).toEqual([true, 'CiliumNetworkPolicy']);
    expect(cannot.get('policy-l7')).toContain('chained');
  });

  it('GKE Dataplane V2: NetworkPolicy, no HTTP rules', () => {
    const { can, cannot, policyKind } = capabilities({
      daemonSets: [daemonSet('anetd', 'gke.gcr.io/anetd:v1.14.13')],
    });
    expect([can.has('policy-l3l4'), policyKind]).toEqual([true, 'NetworkPolicy']);
    expect(cannot.get('policy-l7')).toContain('GKE Dataplane V2');
  });

  it('AKS-managed Cilium: HTTP rules where its settings have the proxy on, else what turns it on', () => {
    const image = 'mcr.microsoft.com/containernetworking/cilium/cilium:v1.17.4';
    expect(capabilities(cilium({ 'enable-l7-proxy': 'true' }, image)).can.has('policy-l7')).toBe(true);
    expect(capabilities(cilium({ 'enable-l7-proxy': 'false' }, image)).cannot.get('policy-l7')).toContain(
      'Advanced Container Networking Services',
    );
  });

  it('Calico, and Calico’s policies beside Flannel: NetworkPolicy', () => {
    const calico = daemonSet('calico-node', 'docker.io/calico/node:v3.29.1');
    const canal = daemonSet('canal', 'docker.io/calico/node:v3.29.1');
    for (const daemonSets of [[calico], [canal]]) {
      const { can, cannot, policyKind } = capabilities({ daemonSets });
      expect([can.has('policy-l3l4'), policyKind]).toEqual([true, 'NetworkPolicy']);
      expect(cannot.get('policy-l7')).toBe('HTTP rules are served by Cilium alone, and it is not here');
    }
  });

  it.each([
    ['Flannel', [daemonSet('kube-flannel-ds', 'docker.io/flannel/flannel:v0.26.1')], /^Flannel enforces no/],
    ['an unknown network', [], /^it is not known what enforces policies here/],
    [
      'the AWS VPC CNI',
      [daemonSet('aws-node', '602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.19.0')],
      /^the AWS VPC CNI enforces NetworkPolicies only/,
    ],
  ])('%s alone: neither level, with the reason', (_, daemonSets, reason) => {
    const { can, cannot, policyKind } = capabilities({ daemonSets });
    expect([can.has('policy-l3l4'), can.has('policy-l7'), policyKind]).toEqual([false, false, undefined]);
    expect(cannot.get('policy-l3l4')).toMatch(reason);
    expect(cannot.get('policy-l7')).toMatch(reason);
  });

  it('a cluster of which nothing may be read: neither level, with the reason, and all that needs no policy', () => {
    const unread = Object.fromEntries(
      collectionNames.map((field) => [field, `reading ${field} is forbidden`]),
    );
    const { can, cannot } = clusterCapabilities(
      clusterFacts(clusterOf({}, unread), (text) => text),
      nothingAgreed,
    );
    expect(cannot.get('policy-l3l4')).toBe(
      'it is not known what enforces policies here: reading daemonSets is forbidden, and nothing else tells',
    );
    for (const one of ['http', 'stream', 'round-trip', 'service-address'] as const)
      expect(can).toContain(one);
  });

  it('the test cluster’s own engine: both levels, whatever else is there', () => {
    const { can, policyKind } = capabilities({}, { ...nothingAgreed, testPolicyEngine: 'an engine' });
    expect([can.has('policy-l3l4'), can.has('policy-l7'), policyKind]).toEqual([
      true,
      true,
      'CiliumNetworkPolicy',
    ]);
  });
});

describe('everything else', () => {
  it('several clients where there are sidecars, and where the version is not known', () => {
    for (const version of ['v1.29.0', '1.30', 'v1.34.1-eks-1', 'v2.0.0', ''])
      expect(capabilities({ version }).can, version).toContain('several-clients');
    for (const version of ['v1.28.15', 'v1.9.0'])
      expect(capabilities({ version }).cannot.get('several-clients'), version).toBe(
        `clients are had to begin at once by a sidecar, which Kubernetes has since 1.29, and this is ${version}`,
      );
  });

  it('host network only where it was agreed to', () => {
    expect(capabilities({}).cannot.get('host-network')).toContain('(host-network)');
    expect(
      capabilities({}, { ...nothingAgreed, allow: new Set(['host-network']) }).can.has('host-network'),
    ).toBe(true);
  });

  it('what needs agents is as they were found', () => {
    const { can, cannot } = capabilities({});
    expect([can.has('hubble-off'), can.has('component-usage')]).toEqual([true, true]);
    expect(cannot.get('bpf-maps')).toBe('nobody may read them');
  });

  it('every capability is either there or has a reason', () => {
    for (const raw of [{}, cilium({})]) {
      const { can, cannot } = capabilities(raw);
      expect([...can].filter((capability) => cannot.has(capability))).toEqual([]);
      expect(can.size + cannot.size).toBe(capabilityNames.length);
      expect(cannot.get('vxlan')).toMatch(/^the cluster’s own network is measured as it is/);
    }
  });
});
