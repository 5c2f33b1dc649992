import { describe, expect, it } from 'vitest';
import { addressFrom, cidrFrom, holds, sizeOf } from '../../../src/core/cluster/cidr';
import { ciliumFacts } from '../../../src/core/cluster/ciliumFacts';
import { valueOf } from '../../../src/core/cluster/evidence';
import { type Headroom, headroomOf } from '../../../src/core/cluster/headroom';
import { ciliumVersionFrom } from '../../../src/core/cluster/ciliumVersion';
import { entriesFor, hasWildcards } from '../../../src/core/cluster/loadBalancerMap';
import type { ClusterObjects } from '../../../src/core/cluster/objects';
import { type RawCluster, clusterOf, rawCilium, rawConfigMap, rawNode, rawPod } from './objects';

function headroom(raw: RawCluster, unread: Partial<Record<keyof ClusterObjects, string>> = {}): Headroom {
  const objects = clusterOf(raw, unread);
  return headroomOf(
    objects,
    ciliumFacts(objects, (text) => text),
  );
}

interface ServiceParts {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
}

const service = (name: string, ip: string, { spec = {}, status = {} }: ServiceParts = {}) => ({
  metadata: { namespace: 'default', name },
  spec: { clusterIP: ip, clusterIPs: [ip], ports: [{ name: 'http', port: 80 }], ...spec },
  status,
});
const slice = (
  name: string,
  endpoints: number,
  ports: readonly string[] = ['http'],
  addressType = 'IPv4',
) => ({
  metadata: { namespace: 'default', name: `${name}-x`, labels: { 'kubernetes.io/service-name': name } },
  addressType,
  endpoints: Array.from({ length: endpoints }, () => ({ conditions: { ready: true } })),
  ports: ports.map((port) => ({ name: port })),
});

describe('addresses used of the Service network', () => {
  const services = [service('a', '10.96.0.1'), service('b', '10.96.0.10'), service('headless', 'None')];

  it.each<[string, RawCluster, string]>([
    [
      // kubernetes.io, "Extend Service IP Ranges", v1.33.
      'a ServiceCIDR object',
      { serviceCidrs: [{ metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.96.0.0/24'] } }] },
      'ServiceCIDR kubernetes',
    ],
    [
      // kubeadm's static pod (kubernetes.io, kubeadm implementation details, v1.34).
      'the API server’s flag',
      {
        systemPods: [
          rawPod(
            'kube-system/kube-apiserver-cp',
            { component: 'kube-apiserver' },
            {
              command: ['kube-apiserver', '--service-cluster-ip-range=10.96.0.0/24', '--secure-port=6443'],
            },
          ),
        ],
      },
      'Pod kube-system/kube-apiserver-cp',
    ],
    [
      'kubeadm-config',
      {
        configMaps: [
          rawConfigMap('kube-system/kubeadm-config', {
            ClusterConfiguration:
              'apiVersion: kubeadm.k8s.io/v1beta4\nnetworking:\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.96.0.0/24\n',
          }),
        ],
      },
      'ConfigMap kube-system/kubeadm-config',
    ],
  ])('are counted by %s', (_, raw, object) => {
    expect(headroom({ ...raw, services }).serviceAddresses).toMatchObject({
      known: true,
      value: [{ cidr: '10.96.0.0/24', used: 2, capacity: 254 }],
      evidence: [{ object }],
    });
  });

  it('are counted for both families', () => {
    const { serviceAddresses } = headroom({
      serviceCidrs: [{ metadata: { name: 'k' }, spec: { cidrs: ['10.96.0.0/16', 'fd00:10:96::/112'] } }],
      services: [service('a', '', { spec: { clusterIPs: ['10.96.0.1', 'fd00:10:96::1'] } })],
    });
    expect(serviceAddresses).toMatchObject({
      value: [
        { used: 1, capacity: 65534 },
        { used: 1, capacity: 65535 },
      ],
    });
  });

  it('are unknown where nothing tells the network, and the Services are counted all the same', () => {
    const found = headroom({ services });
    expect(found.serviceAddresses).toEqual({
      known: false,
      because:
        'no ServiceCIDR object, no flag of the API server and no kubeadm-config tells the Service network',
    });
    expect(found.services).toMatchObject({ value: 3 });
  });

  it('are unknown where Services may not be listed', () => {
    const found = headroom({}, { services: 'reading Services is forbidden' });
    expect(found.serviceAddresses).toEqual({ known: false, because: 'reading Services is forbidden' });
    expect(found.services).toEqual({ known: false, because: 'reading Services is forbidden' });
  });
});

describe('entries that Services need', () => {
  const version = (text: string) => {
    const found = ciliumVersionFrom(text);
    return { wildcardPerAddress: found !== null && hasWildcards(found), nodePorts: false };
  };

  it.each([
    // Published: 30 018 entries at 5 000 Services with 4 backends, 179 946 at 30 000 (TKE, Cilium 1.19).
    ['1.19.0', { services: 5000, ports: 1, backends: 4 }, 30_000],
    ['1.19.0', { services: 30_000, ports: 1, backends: 4 }, 180_000],
    ['1.18.0', { services: 5000, ports: 1, backends: 4 }, 25_000],
    ['1.20.2', { services: 10, ports: 2, backends: 3 }, 90],
    ['1.18.0', { services: 10, ports: 2, backends: 3 }, 80],
  ])('on %s for %o are %i', (text, plan, entries) => {
    expect(entriesFor(plan, version(text))).toBe(entries);
  });
});

describe('the load-balancing map', () => {
  const mapOf = (version: string, data: Record<string, string>, raw: RawCluster) =>
    headroom({
      daemonSets: [rawCilium(`quay.io/cilium/cilium:v${version}`)],
      configMaps: [rawConfigMap('kube-system/cilium-config', data)],
      ...raw,
    }).loadBalancerMap;
  const four = { services: [service('a', '10.96.0.5')], endpointSlices: [slice('a', 4)] };

  it.each<[string, string, Record<string, string>, RawCluster, number]>([
    ['5 entries before 1.19', '1.18.0', {}, four, 5],
    ['6 entries from 1.19 on', '1.19.0', {}, four, 6],
    [
      '5 where 1.20’s wildcard entries are off',
      '1.20.2',
      { 'bpf-lb-enable-wildcard-entries': 'false' },
      four,
      5,
    ],
    ['5 where load balancers are not Cilium’s own', '1.19.0', { 'default-lb-service-ipam': 'none' }, four, 5],
    ['nothing for a headless Service', '1.19.0', {}, { services: [service('h', 'None')] }, 0],
    ['2 without backends', '1.19.0', {}, { services: [service('a', '10.96.0.5')] }, 2],
    [
      'each port with its own backends',
      '1.18.0',
      {},
      {
        services: [service('a', '10.96.0.5', { spec: { ports: [{ name: 'http' }, { name: 'metrics' }] } })],
        endpointSlices: [slice('a', 2, ['http', 'metrics']), slice('a', 1, ['http'])],
      },
      4 + 3,
    ],
    [
      'NodePorts where Cilium serves them',
      '1.18.0',
      { 'kube-proxy-replacement': 'true' },
      {
        services: [service('a', '10.96.0.5', { spec: { ports: [{ name: 'http', nodePort: 30080 }] } })],
        endpointSlices: [slice('a', 4)],
      },
      3 * 5,
    ],
    [
      'NodePorts of its own family alone',
      '1.18.0',
      { 'kube-proxy-replacement': 'true' },
      {
        services: [
          service('a', '10.96.0.5'),
          service('six', 'fd00::5', { spec: { ports: [{ name: 'http', nodePort: 30080 }] } }),
        ],
        endpointSlices: [slice('a', 40)],
      },
      41,
    ],
    [
      'a load balancer’s address too',
      '1.19.0',
      {},
      {
        services: [
          service('a', '10.96.0.5', { status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } } }),
        ],
        endpointSlices: [slice('a', 4)],
      },
      12,
    ],
    [
      'no wildcard for a class of another',
      '1.19.0',
      {},
      {
        services: [service('a', '10.96.0.5', { spec: { loadBalancerClass: 'example.com/lb' } })],
        endpointSlices: [slice('a', 4)],
      },
      5,
    ],
  ])('has %s', (_, version, data, raw, needed) => {
    expect(mapOf(version, data, raw)).toMatchObject({
      known: true,
      value: { needed, limit: 65536, family: 4 },
    });
  });

  it('is the fuller one of the two families’', () => {
    const raw = {
      services: [service('a', '10.96.0.5'), service('b', 'fd00::5'), service('c', 'fd00::6')],
      endpointSlices: [slice('a', 1), slice('b', 2, ['http'], 'IPv6'), slice('c', 2, ['http'], 'IPv6')],
    };
    expect(mapOf('1.18.0', {}, raw)).toMatchObject({ value: { needed: 6, family: 6 } });
  });

  it('is measured against its own limit', () => {
    expect(mapOf('1.18.0', { 'bpf-lb-service-map-max': '1000' }, four)).toMatchObject({
      value: { limit: 1000 },
    });
  });

  it('is unknown without a version, which decides the arithmetic', () => {
    const fact = headroom({
      daemonSets: [rawCilium('quay.io/cilium/cilium:latest')],
      configMaps: [rawConfigMap('kube-system/cilium-config', {})],
      ...four,
    }).loadBalancerMap;
    expect(fact).toEqual({
      known: false,
      because:
        'Cilium’s version is unknown, because the tag latest of DaemonSet kube-system/cilium is no version',
    });
  });

  it('is none without Cilium', () => {
    expect(headroom(four).loadBalancerMap).toBeNull();
  });
});

describe('pod networks', () => {
  const node = (name: string, spec: Record<string, unknown>) => rawNode(name, { spec });

  it('are the nodes’ own', () => {
    const { podNetworks } = headroom({
      nodes: [
        node('a', { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24', 'fd00::/64'] }),
        node('b', { podCIDR: '10.244.2.0/25' }),
        node('c', {}),
      ],
    });
    expect(valueOf(podNetworks)).toEqual([
      { node: 'a', cidrs: ['10.244.1.0/24', 'fd00::/64'], addresses: 256, podLimit: 110 },
      { node: 'b', cidrs: ['10.244.2.0/25'], addresses: 128, podLimit: 110 },
      { node: 'c', cidrs: [], addresses: null, podLimit: 110 },
    ]);
  });

  it('are unknown where Cilium gives out addresses itself', () => {
    const { podNetworks } = headroom({
      nodes: [node('a', { podCIDR: '10.244.1.0/24' })],
      daemonSets: [rawCilium('quay.io/cilium/cilium:v1.18.2')],
      configMaps: [rawConfigMap('kube-system/cilium-config', { ipam: 'cluster-pool' })],
    });
    expect(podNetworks).toEqual({
      known: false,
      because: 'Cilium gives pods their addresses itself (ipam: cluster-pool), not from the node’s podCIDR',
    });
  });

  it('are unknown where no node has one', () => {
    expect(headroom({ nodes: [node('a', {})] }).podNetworks).toEqual({
      known: false,
      because: 'no node has a podCIDR',
    });
  });
});

describe('networks', () => {
  it.each([
    ['10.0.0.0/8', 2 ** 24],
    ['10.96.0.0/12', 2 ** 20],
    ['fd00:10:96::/112', 65536],
    ['::/0', 2 ** 128],
    ['192.0.2.1/32', 1],
  ])('%s has %d addresses', (text, size) => {
    const cidr = cidrFrom(text);
    expect(cidr && sizeOf(cidr)).toBe(size);
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '300.0.0.0/8',
    'fd00:::/64',
    '1::2::3/64',
    'g::/8',
    '1:2/64',
  ])('“%s” is none', (text) => {
    expect(cidrFrom(text)).toBeNull();
  });

  it.each([
    ['10.96.0.0/12', '10.111.255.255', true],
    ['10.96.0.0/12', '10.112.0.0', false],
    ['10.96.7.9/12', '10.100.0.1', true],
    ['fd00::/8', 'fd12::1', true],
    ['::ffff:0:0/96', '::ffff:10.0.0.1', true],
    ['0.0.0.0/0', 'fd12::1', false],
  ])('%s holds %s: %s', (network, text, expected) => {
    const cidr = cidrFrom(network);
    const address = addressFrom(text);
    expect(cidr && address && holds(cidr, address)).toBe(expected);
  });
});
