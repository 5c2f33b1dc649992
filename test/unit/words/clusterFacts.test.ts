import { describe, expect, it } from 'vitest';
import { clusterFacts } from '../../../src/core/cluster/clusterFacts';
import { type ClusterObjects, collectionNames, notReadYet } from '../../../src/core/cluster/objects';
import { clusterSummary, factGroups, isComplete } from '../../../src/core/words/clusterFacts';
import { clusterText } from '../../../src/core/words/clusterText';
import type { FactGroup, FactGroupId, FactRow } from '../../../src/core/words/factRows';
import {
  type RawCluster,
  clusterOf,
  rawCilium,
  rawConfigMap,
  rawNode,
  rawPod,
  rawWorkload,
} from '../cluster/objects';

const echo = (text: string): string => text;
const factsOf = (raw: RawCluster, unread: Partial<Record<keyof ClusterObjects, string>> = {}) =>
  clusterFacts(clusterOf(raw, unread), echo);

function group(id: FactGroupId, raw: RawCluster, unread = {}): FactGroup | undefined {
  return factGroups(factsOf(raw, unread)).find((each) => each.id === id);
}
function rowOf(id: FactGroupId, label: string, raw: RawCluster, unread = {}): FactRow | undefined {
  return group(id, raw, unread)?.rows.find((each) => each.label === label);
}
/** Numbers as people see them have thin spaces. */
const plain = (text: string | undefined): string => (text ?? '').replaceAll('\u2009', ' ');

const services = (count: number): readonly unknown[] =>
  Array.from({ length: count }, (_, index) => ({
    metadata: { namespace: 'a', name: `s${index}` },
    spec: { clusterIP: `10.96.0.${index + 1}`, ports: [{ name: 'http', port: 80 }] },
  }));
const cilium: RawCluster = {
  version: 'v1.31.2-eks-7f9249a',
  nodes: ['a', 'b', 'c'].map((name, index) =>
    rawNode(name, {
      labels: { 'topology.kubernetes.io/zone': `eu-west-1${index === 0 ? 'a' : 'b'}` },
      info: { kernelVersion: '6.8.0' },
      spec: { podCIDRs: [`10.0.${index}.0/25`] },
    }),
  ),
  daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.1')],
  configMaps: [
    rawConfigMap('kube-system/cilium-config', {
      'routing-mode': 'tunnel',
      'tunnel-protocol': 'geneve',
      'kube-proxy-replacement': 'true',
      'enable-wireguard': 'true',
      'encrypt-node': 'true',
      'enable-hubble': 'true',
      'external-envoy-proxy': 'true',
      'bpf-lb-map-max': '100',
      ipam: 'kubernetes',
      mtu: '8950',
    }),
  ],
  serviceCidrs: [{ metadata: { name: 'k' }, spec: { cidrs: ['10.96.0.0/24'] } }],
  services: services(41),
};

describe('a cluster in a few words', () => {
  it.each<[string, RawCluster]>([
    ['Cilium 1.19 · tunnel', cilium],
    [
      'Calico · kube-proxy ipvs',
      {
        daemonSets: [
          rawWorkload('calico-system/calico-node'),
          rawWorkload('kube-system/kube-proxy', {
            containers: [{ command: ['kube-proxy', '--proxy-mode=ipvs'] }],
          }),
        ],
      },
    ],
    [
      'AWS VPC CNI with Cilium 1.18 · kube-proxy replaced',
      {
        daemonSets: [rawWorkload('kube-system/aws-node'), rawCilium('quay.io/cilium/cilium:v1.18.2')],
        configMaps: [
          rawConfigMap('kube-system/cilium-config', {
            'cni-chaining-mode': 'aws-cni',
            'kube-proxy-replacement': 'true',
          }),
        ],
      },
    ],
    [
      'GKE Dataplane V2 1.14 · native',
      {
        daemonSets: [
          rawWorkload('kube-system/anetd', {
            containers: [{ name: 'cilium-agent', image: 'gke.gcr.io/cilium/cilium:v1.14.13-gke.4' }],
          }),
        ],
        configMaps: [rawConfigMap('kube-system/cilium-config', { 'routing-mode': 'native' })],
      },
    ],
    ['v1.34.1', {}],
  ])('is %s', (words, raw) => {
    expect(clusterSummary(factsOf(raw))).toBe(words);
  });

  it('is nothing while nothing is known', () => {
    const pending = Object.fromEntries(collectionNames.map((name) => [name, notReadYet]));
    const facts = factsOf({}, pending);
    expect(clusterSummary(facts)).toBe('');
    expect(isComplete(facts)).toBe(false);
    const levels = factGroups(facts).flatMap(({ rows }) => rows.map(({ level }) => level));
    expect(new Set(levels)).toEqual(new Set(['pending']));
  });
});

describe('rows of the datapath', () => {
  it('say all that Cilium is set to', () => {
    const rows = group('datapath', cilium)?.rows.map(({ label, value }) => [label, plain(value)]);
    expect(rows).toEqual([
      ['CNI', 'Cilium'],
      ['kube-proxy', 'replaced by Cilium'],
      ['MTU', '8 950 bytes'],
      ['Cilium', '1.19.1'],
      ['Routing', 'tunnel'],
      ['Tunnel', 'geneve'],
      ['kube-proxy replacement', 'on'],
      ['Encryption', 'wireguard, nodes too'],
      ['Hubble', 'on'],
      ['Envoy', 'as a DaemonSet'],
      ['L7 proxy', 'on'],
    ]);
  });

  it('say which object said so', () => {
    expect(rowOf('datapath', 'Tunnel', cilium)?.evidence).toBe(
      'ConfigMap kube-system/cilium-config: tunnel-protocol: geneve',
    );
  });

  it('warn of settings that hold on some nodes alone', () => {
    const nodeConfigs = [{ metadata: { namespace: 'kube-system', name: 'gpu' }, spec: { defaults: {} } }];
    expect(rowOf('datapath', 'Settings by node', { ...cilium, nodeConfigs })).toMatchObject({
      value: '1 CiliumNodeConfig: some nodes may differ',
      level: 'warning',
    });
  });

  it('say why a fact is unknown', () => {
    expect(rowOf('datapath', 'CNI', {}, { daemonSets: 'listing is forbidden (403)' })).toMatchObject({
      level: 'unknown',
      value: 'unknown, because listing is forbidden (403), and nothing else tells',
    });
  });

  it('name a policy engine beside the network, and what is left over', () => {
    const canal: RawCluster = {
      daemonSets: [
        rawWorkload('kube-system/canal', {
          containers: [{ image: 'calico/node:v3' }, { image: 'flannel/flannel:v1' }],
        }),
      ],
      customResources: ['weavepolicies.weave.works', 'ciliumnodes.cilium.io'],
      nodes: [rawNode('a', { annotations: { 'flannel.alpha.coreos.com/backend-type': 'vxlan' } })],
    };
    expect(rowOf('datapath', 'Policies by', canal)?.value).toBe('Calico');
    expect(rowOf('datapath', 'Left over', canal)).toMatchObject({
      value: '1 trace of networks that do not run here',
      evidence: 'CustomResourceDefinition ciliumnodes.cilium.io: API group cilium.io',
    });
  });
});

describe('rows of nodes', () => {
  it('count what is ready and where', () => {
    expect(group('nodes', cilium)?.summary).toBe('3 ready · 2 zones');
    expect(rowOf('nodes', 'Zones', cilium)?.value).toBe('eu-west-1a (1), eu-west-1b (2)');
    expect(rowOf('nodes', 'Kernels', cilium)?.value).toBe('6.8.0');
    expect(rowOf('nodes', 'Instance types', cilium)).toMatchObject({ level: 'unknown' });
  });

  it('warn of nodes that are not ready, and say which', () => {
    const nodes = [rawNode('a'), rawNode('broken', { ready: 'Unknown' })];
    expect(group('nodes', { nodes })?.summary).toBe('1 of 2 ready');
    expect(rowOf('nodes', 'Ready', { nodes })).toMatchObject({
      level: 'warning',
      value: '1 of 2',
      evidence: 'Not ready:\nbroken',
    });
  });

  it('count those that do not tell', () => {
    const nodes = [rawNode('a', { info: { kernelVersion: '6.1' } }), rawNode('b')];
    expect(rowOf('nodes', 'Kernels', { nodes })?.value).toBe('6.1 (1), not told by 1');
  });
});

describe('rows of headroom', () => {
  it('say shares with both numbers', () => {
    expect(plain(group('headroom', cilium)?.summary)).toBe('Service CIDR 16 % used');
    expect(plain(rowOf('headroom', 'Service CIDR', cilium)?.value)).toBe(
      '16 % used: 41 of 254 addresses of 10.96.0.0/24',
    );
    expect(rowOf('headroom', 'Service CIDR', cilium)?.level).toBe('fact');
  });

  it('warn where a limit is near', () => {
    // 41 Services with one port, no endpoint, one wildcard each (Cilium 1.19): 82 of 100.
    expect(rowOf('headroom', 'LB map', cilium)).toMatchObject({ level: 'warning' });
    expect(plain(rowOf('headroom', 'LB map', cilium)?.value)).toBe(
      '82 % used: at least 82 of 100 entries (IPv4)',
    );
    expect(rowOf('headroom', 'Service CIDR', { ...cilium, services: services(204) })?.level).toBe('warning');
  });

  it('do not call a share nothing that is only small', () => {
    const raw = { ...cilium, serviceCidrs: [{ metadata: { name: 'k' }, spec: { cidrs: ['10.96.0.0/12'] } }] };
    expect(plain(rowOf('headroom', 'Service CIDR', raw)?.value)).toMatch(/^under 0\.1 % used/);
  });

  it('say how many pods fit on a node', () => {
    expect(rowOf('headroom', 'Pod CIDR', cilium)).toMatchObject({
      value: '128 addresses a node and room for 110 pods',
      level: 'fact',
    });
    const nodes = [rawNode('a', { spec: { podCIDRs: ['10.0.0.0/26'] } }), rawNode('b')];
    expect(rowOf('headroom', 'Pod CIDR', { ...cilium, nodes })).toMatchObject({
      value: '64 addresses a node, room for 110 pods and none on 1 node',
      level: 'warning',
    });
  });
});

describe('rows of Istio and the cluster', () => {
  it('say its mode and where it is', () => {
    const raw: RawCluster = {
      deployments: [rawWorkload('istio-system/istiod', { containers: [{ image: 'istio/pilot:1.27.0' }] })],
      daemonSets: [rawWorkload('istio-system/ztunnel')],
      namespaces: ['a', 'b'].map((name) => ({
        metadata: { name, labels: { 'istio.io/dataplane-mode': 'ambient' } },
      })),
    };
    expect(group('istio', raw)).toMatchObject({
      summary: 'ambient',
      rows: [
        { label: 'Mode', value: 'ambient' },
        { label: 'Version', value: '1.27.0' },
        { label: 'Ambient in', value: '2 namespaces', evidence: 'a\nb' },
      ],
    });
    expect(group('istio', {})).toMatchObject({ summary: 'not here', rows: [{ value: 'not here' }] });
  });

  it('say what a missing metrics API means', () => {
    expect(rowOf('cluster', 'Metrics API', { metricsApi: false })).toMatchObject({ level: 'warning' });
    expect(group('cluster', cilium)?.summary).toBe('v1.31.2-eks-7f9249a · EKS');
  });

  it('list what could not be read', () => {
    const unread = { nodes: 'x (403)', services: 'y' };
    expect(group('not-read', cilium, unread)).toMatchObject({
      summary: 'Nodes and Services',
      rows: [{ label: 'Nodes', value: 'x (403)' }, { label: 'Services' }],
    });
    expect(group('not-read', cilium)).toBeUndefined();
  });
});

describe('a cluster in a terminal', () => {
  it('shows each fact with who said so below it', () => {
    const about = {
      name: 'prod',
      server: 'https://10.0.0.1',
      user: 'dev',
      readAt: '2026-11-23T10:00:00.000Z',
    };
    const text = clusterText(about, factsOf(cilium));
    expect(text).toMatch(/^prod {3}Cilium 1\.19 · tunnel\n {2}https:\/\/10\.0\.0\.1, user dev, read 2026/);
    expect(text).toMatch(
      /\n {4}Tunnel +geneve\n +· ConfigMap kube-system\/cilium-config: tunnel-protocol: geneve\n/,
    );
  });

  it('keeps long evidence short', () => {
    const nodes = Array.from({ length: 5_000 }, (_, index) =>
      rawNode(`n${index}`, { spec: { podCIDRs: ['10.0.0.0/24'] } }),
    );
    const text = clusterText({ name: 'a', server: 's', user: 'u', readAt: 'now' }, factsOf({ nodes }));
    expect(plain(text)).toContain('· and 4 992 more');
    expect(text.split('\n').length).toBeLessThan(80);
  });

  it('of a kube-proxy in a static pod', () => {
    const systemPods = [
      rawPod('kube-system/kube-proxy-a', { component: 'kube-proxy' }, { command: ['kube-proxy'] }),
    ];
    expect(rowOf('datapath', 'kube-proxy', { systemPods })?.value).toBe('iptables');
  });
});
