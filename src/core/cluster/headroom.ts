/** What is left before a limit that creating Services or pods runs into. */
import { type Cidr, addressFrom, cidrFrom, holds, sizeOf } from './cidr';
import { type CiliumFacts, ciliumConfigOf } from './ciliumFacts';
import { type ClusterFact, type Evidence, known, unknown } from './evidence';
import { entriesOf, wildcardRule } from './loadBalancerMap';
import { type ClusterObjects, isPending, nameOf, notReadYet, readOr } from './objects';

export interface AddressUse {
  readonly cidr: string;
  readonly used: number;
  readonly capacity: number;
}

export interface MapUse {
  /** Entries the Services take now, at least. */
  readonly needed: number;
  readonly limit: number;
  readonly family: 4 | 6;
}

export interface NodeAddresses {
  readonly node: string;
  readonly cidrs: readonly string[];
  /** Addresses of the smallest network; null where the node has none. */
  readonly addresses: number | null;
  readonly podLimit: number | null;
}

export interface Headroom {
  readonly services: ClusterFact<number>;
  readonly backends: ClusterFact<number>;
  /** One for each Service network. */
  readonly serviceAddresses: ClusterFact<readonly AddressUse[]>;
  /** Null where Cilium is not here. */
  readonly loadBalancerMap: ClusterFact<MapUse> | null;
  readonly podNetworks: ClusterFact<readonly NodeAddresses[]>;
}

interface ServiceNetwork {
  readonly cidr: Cidr;
  readonly evidence: Evidence;
}

function networksFrom(text: string, evidence: Evidence): ServiceNetwork[] {
  return text.split(',').flatMap((part) => {
    const cidr = cidrFrom(part);
    return cidr ? [{ cidr, evidence }] : [];
  });
}

/** ServiceCIDR objects say it (Kubernetes 1.33), else the API server's own flag, else what kubeadm was told. */
function serviceNetworks(objects: ClusterObjects): ServiceNetwork[] {
  const byObject = readOr(objects.serviceCidrs, []).flatMap((object) =>
    networksFrom(object.cidrs.join(','), {
      object: `ServiceCIDR ${object.name}`,
      said: `spec.cidrs: ${object.cidrs.join(', ')}`,
    }),
  );
  if (byObject.length > 0) return byObject;
  for (const pod of readOr(objects.systemPods, [])) {
    const range = pod.flags['service-cluster-ip-range'];
    const found =
      range === undefined
        ? []
        : networksFrom(range, { object: nameOf(pod), said: `--service-cluster-ip-range=${range}` });
    if (found.length > 0) return found;
  }
  const kubeadm = readOr(objects.configMaps, []).find(({ name }) => name === 'kubeadm-config');
  const subnet = kubeadm?.data['serviceSubnet'] ?? '';
  return kubeadm
    ? networksFrom(subnet, {
        object: nameOf({ kind: 'ConfigMap', ...kubeadm }),
        said: `networking.serviceSubnet: ${subnet}`,
      })
    : [];
}

/**
 * Addresses Services may have: neither the network's first address nor, for IPv4, its last (Kubernetes
 * `pkg/registry/core/service/ipallocator`, v1.34).
 */
function capacityOf(cidr: Cidr): number {
  return Math.max(0, sizeOf(cidr) - (cidr.family === 4 ? 2 : 1));
}

function serviceAddresses(objects: ClusterObjects): Headroom['serviceAddresses'] {
  if ('unread' in objects.services) return unknown(objects.services.unread);
  if (isPending(objects.serviceCidrs)) return unknown(notReadYet);
  const networks = serviceNetworks(objects);
  if (networks.length === 0)
    return unknown(
      'unread' in objects.serviceCidrs
        ? `${objects.serviceCidrs.unread}, and neither a flag of the API server nor kubeadm-config tells the Service network`
        : 'no ServiceCIDR object, no flag of the API server and no kubeadm-config tells the Service network',
    );
  const addresses = objects.services.value.flatMap(({ clusterIps }) =>
    clusterIps.flatMap((ip) => addressFrom(ip) ?? []),
  );
  return known(
    networks.map(({ cidr }) => ({
      cidr: cidr.text,
      used: addresses.filter((address) => holds(cidr, address)).length,
      capacity: capacityOf(cidr),
    })),
    ...networks.map(({ evidence }) => evidence),
  );
}

function loadBalancerMap(objects: ClusterObjects, cilium: CiliumFacts): ClusterFact<MapUse> {
  for (const reading of [objects.services, objects.endpointSlices])
    if ('unread' in reading) return unknown(reading.unread);
  if (!cilium.limits.known) return cilium.limits;
  const limit = cilium.limits.value.services;
  if (!limit.known) return limit;
  const config = ciliumConfigOf(objects);
  if ('known' in config) return config;
  const wildcard = wildcardRule(config);
  if (!wildcard.known) return wildcard;
  const rules = {
    wildcardPerAddress: wildcard.value,
    nodePorts: cilium.kubeProxyReplacement.known && cilium.kubeProxyReplacement.value === 'on',
  };
  const services = readOr(objects.services, []);
  const slices = readOr(objects.endpointSlices, []);
  const needs = ([4, 6] as const).map((family) => ({
    family,
    needed: entriesOf(services, slices, rules, family),
  }));
  const fuller = needs.reduce((one, other) => (other.needed > one.needed ? other : one));
  return known({ ...fuller, limit: limit.value }, ...limit.evidence, ...wildcard.evidence, {
    object: 'Services and EndpointSlices',
    said: `${services.length} Services, ${slices.length} slices counted`,
  });
}

/** Cilium's own address pools are CiliumNode's, not the node's (`ipam` in cilium-config). */
const nodeOwned = new Set(['kubernetes', 'delegated-plugin']);

function podNetworks(objects: ClusterObjects, cilium: CiliumFacts | null): Headroom['podNetworks'] {
  if ('unread' in objects.nodes) return unknown(objects.nodes.unread);
  if (cilium?.ipam.known && !nodeOwned.has(cilium.ipam.value))
    return unknown(
      `Cilium gives pods their addresses itself (ipam: ${cilium.ipam.value}), not from the node’s podCIDR`,
    );
  const nodes = objects.nodes.value.map((node): NodeAddresses => {
    const cidrs = node.podCidrs.flatMap((text) => cidrFrom(text) ?? []);
    return {
      node: node.name,
      cidrs: cidrs.map(({ text }) => text),
      addresses: cidrs.length === 0 ? null : Math.min(...cidrs.map(sizeOf)),
      podLimit: node.podLimit,
    };
  });
  if (nodes.every(({ cidrs }) => cidrs.length === 0)) return unknown('no node has a podCIDR');
  return known(
    nodes,
    ...nodes.map(({ node, cidrs }) => ({
      object: `Node ${node}`,
      said: cidrs.length === 0 ? 'no spec.podCIDRs' : `spec.podCIDRs: ${cidrs.join(', ')}`,
    })),
  );
}

export function headroomOf(objects: ClusterObjects, cilium: CiliumFacts | null): Headroom {
  const { services, endpointSlices } = objects;
  return {
    services:
      'unread' in services
        ? unknown(services.unread)
        : known(services.value.length, { object: 'Services', said: 'counted' }),
    backends:
      'unread' in endpointSlices
        ? unknown(endpointSlices.unread)
        : known(
            endpointSlices.value.reduce((sum, { endpoints }) => sum + endpoints, 0),
            { object: 'EndpointSlices', said: 'ready endpoints counted' },
          ),
    serviceAddresses: serviceAddresses(objects),
    loadBalancerMap: cilium ? loadBalancerMap(objects, cilium) : null,
    podNetworks: podNetworks(objects, cilium),
  };
}
