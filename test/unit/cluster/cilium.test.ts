import { describe, expect, it } from 'vitest';
import { type CiliumFacts, ciliumFacts } from '../../../src/core/cluster/ciliumFacts';
import { valueOf } from '../../../src/core/cluster/evidence';
import { clusterOf, rawCilium, rawConfigMap, rawWorkload } from './objects';

const echo = (text: string) => text;

function factsOf(
  version: string,
  data: Readonly<Record<string, string>>,
  more: readonly unknown[] = [],
): CiliumFacts {
  const facts = ciliumFacts(
    clusterOf({
      daemonSets: [rawCilium(`quay.io/cilium/cilium:v${version}`), ...more],
      configMaps: [rawConfigMap('kube-system/cilium-config', data)],
    }),
    echo,
  );
  if (facts === null) throw new Error('Cilium was not found');
  return facts;
}

describe('Cilium’s version', () => {
  it.each([
    // quay.io's tags; GKE's and AKS's builds add their own suffix.
    ['quay.io/cilium/cilium:v1.18.2@sha256:858f807ea4e2', '1.18.2', 1, 18],
    ['quay.io/cilium/cilium:v1.20.0-pre.4', '1.20.0-pre.4', 1, 20],
    ['gke.gcr.io/cilium/cilium:v1.14.13-gke.4', '1.14.13-gke.4', 1, 14],
    ['mcr.microsoft.com/containernetworking/cilium/cilium:v1.14.15-241024', '1.14.15-241024', 1, 14],
    ['localhost:5000/cilium:1.16', '1.16', 1, 16],
  ])('of %s is %s', (image, text, major, minor) => {
    const facts = ciliumFacts(clusterOf({ daemonSets: [rawCilium(image)] }), echo);
    expect(facts?.version).toMatchObject({ known: true, value: { text, major, minor } });
  });

  it('is the chart’s where the image is named by digest alone', () => {
    const daemonSet = rawWorkload('kube-system/cilium', {
      labels: { 'k8s-app': 'cilium', 'helm.sh/chart': 'cilium-1.20.2' },
      containers: [{ name: 'cilium-agent', image: 'quay.io/cilium/cilium@sha256:858f807ea4e2' }],
    });
    const facts = ciliumFacts(clusterOf({ daemonSets: [daemonSet] }), echo);
    expect(facts?.version).toMatchObject({ value: { text: '1.20.2' } });
    expect(facts?.image).toMatchObject({ value: { digest: 'sha256:858f807ea4e2' } });
  });

  it.each([
    ['quay.io/cilium/cilium@sha256:85', 'DaemonSet kube-system/cilium names its image by digest alone'],
    ['quay.io/cilium/cilium-ci:latest', 'the tag latest of DaemonSet kube-system/cilium is no version'],
  ])('is unknown for %s', (image, because) => {
    const facts = ciliumFacts(clusterOf({ daemonSets: [rawCilium(image)] }), echo);
    expect(facts?.version).toEqual({ known: false, because });
  });
});

/** Cilium facts by cilium-config as the chart of each version writes it (templates/cilium-configmap.yaml). */
describe('cilium-config, by version', () => {
  it.each<[string, string, Record<string, string>, Partial<Record<keyof CiliumFacts, unknown>>]>([
    [
      '1.13: tunnel is disabled, strict replacement',
      '1.13.9',
      { tunnel: 'disabled', 'kube-proxy-replacement': 'strict', 'enable-hubble': 'true' },
      {
        routing: 'native',
        tunnelProtocol: 'none',
        kubeProxyReplacement: 'on',
        hubble: true,
        envoy: 'embedded',
      },
    ],
    [
      '1.13: tunnel names its protocol, partial replacement',
      '1.13.9',
      { tunnel: 'geneve', 'kube-proxy-replacement': 'partial' },
      { routing: 'tunnel', tunnelProtocol: 'geneve', kubeProxyReplacement: 'partial', hubble: false },
    ],
    [
      '1.14: routing-mode counts, tunnel is read where it is missing',
      '1.14.0',
      { tunnel: 'vxlan', 'kube-proxy-replacement': 'disabled', 'external-envoy-proxy': 'false' },
      { routing: 'tunnel', tunnelProtocol: 'vxlan', kubeProxyReplacement: 'off', envoy: 'embedded' },
    ],
    [
      '1.14: routing-mode before tunnel',
      '1.14.0',
      { tunnel: 'vxlan', 'routing-mode': 'native' },
      { routing: 'native', tunnelProtocol: 'none' },
    ],
    [
      '1.16: tunnel is no longer read, Envoy is a DaemonSet of its own',
      '1.16.0',
      { tunnel: 'disabled', 'external-envoy-proxy': 'true', 'kube-proxy-replacement': 'true' },
      { routing: 'tunnel', tunnelProtocol: 'vxlan', envoy: 'daemonset', kubeProxyReplacement: 'on' },
    ],
    [
      '1.18: WireGuard, netkit, BPF masquerade',
      '1.18.0',
      {
        'routing-mode': 'native',
        'enable-wireguard': 'true',
        'encrypt-node': 'true',
        'datapath-mode': 'netkit',
        'enable-bpf-masquerade': 'true',
        'monitor-aggregation': 'medium',
        ipam: 'kubernetes',
        'node-port-mode': 'dsr',
        // ztunnel came with 1.19: before, the key means nothing.
        'enable-ztunnel': 'true',
      },
      {
        routing: 'native',
        encryption: 'wireguard',
        encryptsNodes: true,
        datapathMode: 'netkit',
        bpfMasquerade: true,
        monitorAggregation: 'medium',
        ipam: 'kubernetes',
        loadBalancerMode: 'dsr',
      },
    ],
    ['1.18: ztunnel is not read', '1.18.0', { 'enable-ztunnel': 'true' }, { encryption: 'off' }],
    ['1.19: IPsec', '1.19.0', { 'enable-ipsec': 'true' }, { encryption: 'ipsec' }],
    ['1.19: ztunnel', '1.19.0', { 'enable-ztunnel': 'true' }, { encryption: 'ztunnel' }],
    [
      '1.20: defaults alone; node-port-mode is gone',
      '1.20.2',
      { 'node-port-mode': 'dsr' },
      {
        routing: 'tunnel',
        tunnelProtocol: 'vxlan',
        kubeProxyReplacement: 'off',
        encryption: 'off',
        encryptsNodes: false,
        hubble: false,
        envoy: 'embedded',
        l7Proxy: true,
        monitorAggregation: 'none',
        bpfMasquerade: false,
        datapathMode: 'veth',
        ipam: 'cluster-pool',
        hostLegacyRouting: false,
        socketLoadBalancing: false,
        loadBalancerMode: 'snat',
        loadBalancerAlgorithm: 'random',
        loadBalancerAcceleration: 'disabled',
      },
    ],
    [
      'no L7 proxy, so no Envoy',
      '1.20.2',
      { 'enable-l7-proxy': 'false', 'external-envoy-proxy': 'true' },
      { l7Proxy: false, envoy: 'off' },
    ],
  ])('%s', (_, version, data, expected) => {
    expect(factsOf(version, data)).toMatchObject(
      Object.fromEntries(Object.entries(expected).map(([field, value]) => [field, { known: true, value }])),
    );
  });

  it('reads keys of every version where the version is unknown', () => {
    const facts = ciliumFacts(
      clusterOf({
        daemonSets: [rawCilium('quay.io/cilium/cilium@sha256:85')],
        configMaps: [rawConfigMap('kube-system/cilium-config', { tunnel: 'disabled' })],
      }),
      echo,
    );
    expect(facts?.routing).toMatchObject({ value: 'native' });
  });

  it('names the entry that said so, or the default where none did', () => {
    const facts = factsOf('1.18.0', { 'enable-hubble': 'true' });
    expect(facts.hubble).toMatchObject({
      evidence: [{ object: 'ConfigMap kube-system/cilium-config', said: 'enable-hubble: true' }],
    });
    expect(facts.routing).toMatchObject({
      evidence: [{ said: 'routing-mode is not set: the agent takes tunnel' }],
    });
  });

  it.each([
    ['hubble', { 'enable-hubble': 'maybe' }, 'enable-hubble in cilium-config is “maybe”'],
    ['routing', { 'routing-mode': 'teleport' }, 'routing-mode in cilium-config is “teleport”'],
    [
      'kubeProxyReplacement',
      { 'kube-proxy-replacement': 'toString' },
      'kube-proxy-replacement in cilium-config is “toString”',
    ],
    ['encryption', { 'enable-ipsec': 'x' }, 'enable-ipsec in cilium-config is “x”'],
  ] as const)('%s is unknown for a value nobody knows', (field, data, because) => {
    expect(factsOf('1.18.0', data)[field]).toEqual({ known: false, because });
  });

  it('tells of nodes with other values', () => {
    // Documentation/configuration/per-node-config.rst at v1.20.2.
    const facts = ciliumFacts(
      clusterOf({
        daemonSets: [rawCilium('quay.io/cilium/cilium:v1.20.2')],
        configMaps: [rawConfigMap('kube-system/cilium-config', { 'enable-hubble': 'true' })],
        nodeConfigs: [
          {
            metadata: { namespace: 'kube-system', name: 'quiet' },
            spec: { defaults: { 'enable-hubble': 'false' }, nodeSelector: {} },
          },
        ],
      }),
      echo,
    );
    expect(facts?.hubble).toMatchObject({
      value: true,
      evidence: [
        { said: 'enable-hubble: true' },
        {
          object: 'CiliumNodeConfig kube-system/quiet',
          said: 'enable-hubble: false on the nodes it selects',
        },
      ],
    });
    expect(facts?.nodeConfigs).toEqual(['CiliumNodeConfig kube-system/quiet']);
  });

  it('hashes every key, whatever their order', () => {
    const hash = (data: Record<string, string>) => valueOf(factsOf('1.18.0', data).configHash);
    expect(hash({ a: '1', b: '2' })).toBe(hash({ b: '2', a: '1' }));
    expect(hash({ a: '1', b: '2' })).not.toBe(hash({ a: '1', b: '3' }));
  });

  it('keeps the values of keys that move numbers, and no others', () => {
    const { keyValues } = factsOf('1.18.0', {
      'routing-mode': 'native',
      'bpf-lb-map-max': '65536',
      'ipsec-key-file': '/etc/ipsec/keys',
      'cluster-name': 'production',
    });
    expect(keyValues).toEqual({ 'routing-mode': 'native', 'bpf-lb-map-max': '65536' });
  });
});

describe('the limits of the load-balancing maps', () => {
  it.each<[string, Record<string, string>, number | null, number | null]>([
    ['the agent’s default', {}, 65536, 65536],
    ['bpf-lb-map-max', { 'bpf-lb-map-max': '1020000' }, 1020000, 1020000],
    [
      'a map’s own key before it',
      { 'bpf-lb-map-max': '65536', 'bpf-lb-service-map-max': '262144' },
      262144,
      65536,
    ],
    ['0 for not set', { 'bpf-lb-map-max': '131072', 'bpf-lb-service-map-max': '0' }, 131072, 131072],
    ['nonsense', { 'bpf-lb-map-max': 'many' }, null, null],
  ])('are %s', (_, data, services, backends) => {
    const limits = valueOf(factsOf('1.18.0', data).limits);
    expect([limits && valueOf(limits.services), limits && valueOf(limits.backends)]).toEqual([
      services,
      backends,
    ]);
  });
});

describe('Cilium itself', () => {
  it('is not here where no agent runs, whatever its configuration left behind', () => {
    const configMaps = [rawConfigMap('kube-system/cilium-config', {})];
    expect(ciliumFacts(clusterOf({ configMaps }), echo)).toBeNull();
    const gone = rawWorkload('kube-system/cilium', { wanted: 0 });
    expect(ciliumFacts(clusterOf({ configMaps, daemonSets: [gone] }), echo)).toBeNull();
  });

  it('is told by its configuration where DaemonSets may not be read', () => {
    const facts = ciliumFacts(
      clusterOf(
        { configMaps: [rawConfigMap('kube-system/cilium-config', { 'routing-mode': 'native' })] },
        { daemonSets: 'reading DaemonSets is forbidden' },
      ),
      echo,
    );
    expect(facts?.routing).toMatchObject({ value: 'native' });
    expect(facts?.version).toEqual({
      known: false,
      because: 'the agents’ DaemonSet could not be read',
    });
  });

  it('has unknown settings where its configuration may not be read', () => {
    const facts = ciliumFacts(
      clusterOf(
        { daemonSets: [rawCilium('quay.io/cilium/cilium:v1.18.2')] },
        { configMaps: 'reading ConfigMaps is forbidden' },
      ),
      echo,
    );
    expect(facts?.version).toMatchObject({ known: true });
    expect(facts?.hubble).toEqual({ known: false, because: 'reading ConfigMaps is forbidden' });
  });

  it('takes the configuration of the agent’s own namespace', () => {
    const facts = ciliumFacts(
      clusterOf({
        daemonSets: [rawCilium('quay.io/cilium/cilium:v1.18.2', 'cilium/cilium')],
        configMaps: [
          rawConfigMap('kube-system/cilium-config', { 'routing-mode': 'tunnel' }),
          rawConfigMap('cilium/cilium-config', { 'routing-mode': 'native' }),
        ],
      }),
      echo,
    );
    expect(facts?.agent).toEqual({ namespace: 'cilium', name: 'cilium' });
    expect(facts?.routing).toMatchObject({ value: 'native' });
  });
});
