/** How many entries Services take in Cilium's service map, `cilium_lb4_services_v2` or `cilium_lb6_services_v2`. */
import { addressFrom } from './cidr';
import { type CiliumConfig, ciliumSettings, readSetting, readSwitch } from './ciliumSettings';
import { type CiliumVersion, isAtLeast } from './ciliumVersion';
import { type ClusterFact, known, unknown } from './evidence';
import type { EndpointSliceObject, ServiceObject } from './objects';

/**
 * Each port of each address takes an entry for itself and one for each backend. From 1.19 on, each cluster or
 * load-balancer address takes one more for every port and protocol it does not serve (cilium/cilium#40684,
 * `pkg/loadbalancer/reconciler/bpf_reconciler.go` at v1.19.0, `upsertWildcard`): that makes the 6 entries a Service
 * with one port and 4 backends that were measured, 179 946 for 30 000 Services.
 */
export interface EntryRules {
  readonly wildcardPerAddress: boolean;
  /** Cilium serves NodePorts too, which are addresses of their own. */
  readonly nodePorts: boolean;
}

/** Entries for `services` alike, as a plan needs them. */
export function entriesFor(
  {
    services,
    ports,
    backends,
  }: { readonly services: number; readonly ports: number; readonly backends: number },
  rules: EntryRules,
): number {
  return services * (ports * (backends + 1) + (rules.wildcardPerAddress ? 1 : 0));
}

/** Whether Services without a load-balancer class get wildcard entries, by version and cilium-config. */
export function wildcardRule(config: CiliumConfig): ClusterFact<boolean> {
  const { version } = config;
  if (!version.known) return unknown(`Cilium’s version is unknown, because ${version.because}`);
  if (!hasWildcards(version.value)) return known(false, ...version.evidence);
  const isOn = readSwitch(config, ciliumSettings.wildcardEntries);
  if (!isOn.known || !isOn.value) return isOn;
  const ipam = readSetting(config, ciliumSettings.defaultServiceIpam);
  return known(ipam.value === 'lbipam', ...version.evidence, ...ipam.evidence);
}

/** Only for what is planned where no cilium-config can be read. */
export function hasWildcards(version: CiliumVersion): boolean {
  return isAtLeast(version, 19);
}

/** Load-balancer classes that Cilium serves itself (`pkg/k8s/apis/cilium.io/v2alpha1` at v1.19.0). */
const ciliumClasses = new Set(['io.cilium/bgp-control-plane', 'io.cilium/l2-announcer']);

/** A NodePort takes one frontend for all addresses (`0.0.0.0`) and one for the node's own, at the least. */
const nodePortFrontends = 2;

function familyOf(address: string): 4 | 6 | null {
  return addressFrom(address)?.family ?? null;
}

/** Backends by Service and port, of one family. */
function backendsByPort(slices: readonly EndpointSliceObject[], family: 4 | 6): Map<string, number> {
  const counts = new Map<string, number>();
  for (const slice of slices) {
    if (slice.service === null || slice.family !== family) continue;
    for (const port of slice.portNames) {
      const key = `${slice.service}:${port}`;
      counts.set(key, (counts.get(key) ?? 0) + slice.endpoints);
    }
  }
  return counts;
}

/**
 * Entries the Services take now, in the map of one family: at least so many, because local external-traffic policies
 * and nodes with several addresses take more.
 */
export function entriesOf(
  services: readonly ServiceObject[],
  slices: readonly EndpointSliceObject[],
  rules: EntryRules,
  family: 4 | 6,
): number {
  const backends = backendsByPort(slices, family);
  let entries = 0;
  for (const service of services) {
    const cluster = service.clusterIps.filter((ip) => familyOf(ip) === family).length;
    if (cluster === 0) continue;
    const external = service.externalIps.filter((ip) => familyOf(ip) === family).length;
    for (const port of service.ports) {
      const frontends = cluster + external + (rules.nodePorts && port.nodePort ? nodePortFrontends : 0);
      entries += frontends * (1 + (backends.get(`${service.id}:${port.name}`) ?? 0));
    }
    const isManaged = service.loadBalancerClass === null || ciliumClasses.has(service.loadBalancerClass);
    if (rules.wildcardPerAddress && isManaged && service.ports.length > 0) entries += cluster + external;
  }
  return entries;
}
