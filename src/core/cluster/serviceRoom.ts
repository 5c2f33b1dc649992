/** Whether a cluster has room for thousands of Services more: addresses, Cilium's maps, quotas. Pure, for every preflight. */
import type { NotMeasured } from '../result/run';
import type { Check } from '../target';
import { grouped } from '../words/numbers';
import { benchmarkRange, inBenchmarkRange } from './benchmarkRange';
import { cidrFrom } from './cidr';
import type { ClusterFacts } from './clusterFacts';
import { known, type ClusterFact } from './evidence';
import { entriesFor } from './loadBalancerMap';
import type { Reading } from './objects';

/** Services of one port each. */
export interface ServiceNeed {
  /** As many as are asked for. */
  readonly services: number;
  /** Those that are made besides, whatever the number asked for. */
  readonly besides: number;
  /** Endpoints of each. */
  readonly endpoints: number;
  /** What was measured of Cilium's service map; null where it was not. */
  readonly measured: MeasuredServiceMap | null;
}

/** Cilium's service map for IPv4 as it was read, before and after some Services were made. */
export interface MeasuredServiceMap {
  /** Entries that one Service takes. */
  readonly entriesEach: number;
  /** Entries in use without them. */
  readonly used: number;
  readonly limit: number;
}

/** A ResourceQuota of the namespace that the Services are for. */
export interface Quota {
  readonly name: string;
  readonly hard: Readonly<Record<string, string>>;
  readonly used: Readonly<Record<string, string>>;
}

/** What only this scenario asks a cluster for. */
export interface ServiceRoom {
  readonly quotas: Reading<readonly Quota[]>;
  /** Networks and addresses of nodes and pods. */
  readonly networks: Reading<readonly string[]>;
}

/** The largest number that there is room for. */
function askFor(services: number): string {
  return services > 0 ? `Ask for ${grouped(services)} Services or fewer` : 'Make room first';
}

type Facts = Pick<ClusterFacts, 'cilium' | 'headroom'>;

const ok = (id: string, text: string): Check => ({ id, level: 'ok', text });
const unknownRoom = (id: string, what: string, because: string): Check => ({
  id,
  level: 'warning',
  text: `Whether there is room ${what} is not known, because ${because}.`,
  todo: 'Go on only where you know that there is.',
});

function addressCheck({ services, besides }: ServiceNeed, { headroom }: Facts): Check {
  const id = 'service-addresses';
  const networks = headroom.serviceAddresses;
  if (!networks.known) return unknownRoom(id, 'in the Service network', networks.because);
  const ofFour = networks.value.filter(({ cidr }) => cidrFrom(cidr)?.family === 4);
  if (ofFour.length === 0) {
    return {
      id,
      level: 'blocks',
      text: 'The cluster has no Service network of IPv4, which service-scale makes its Services in.',
      todo: 'Choose a cluster with IPv4.',
    };
  }
  const free = ofFour.reduce((sum, { capacity, used }) => sum + Math.max(0, capacity - used), 0);
  const where = ofFour.map(({ cidr }) => cidr).join(', ');
  if (services + besides <= free) {
    return ok(id, `${grouped(free)} addresses are free in ${where} for ${grouped(services)} Services.`);
  }
  return {
    id,
    level: 'blocks',
    text: `${grouped(services)} Services are asked for, and ${grouped(free)} addresses are free in ${where}.`,
    todo: `${askFor(free - besides)}, or add a ServiceCIDR to the cluster.`,
  };
}

interface LoadBalancerMap {
  readonly id: string;
  readonly name: string;
  /** The key of cilium-config that sets its size alone. */
  readonly key: string;
  /** Entries that one Service takes. */
  readonly each: number;
  /** Where that number is from, if it is not reckoned. */
  readonly source?: string;
  /** Entries in use now, at least. */
  readonly used: ClusterFact<number>;
  readonly limit: ClusterFact<number>;
}

function mapCheck(
  { services, besides }: ServiceNeed,
  { id, name, key, each, source, used, limit }: LoadBalancerMap,
): Check {
  if (!used.known) return unknownRoom(id, `in Cilium’s ${name}`, used.because);
  if (!limit.known) return unknownRoom(id, `in Cilium’s ${name}`, limit.because);
  const needed = Math.ceil((services + besides) * each);
  const free = Math.max(0, limit.value - used.value);
  const rate = source === undefined ? '' : ` (${entries(each)} each, ${source})`;
  const need = `${grouped(services)} Services need ${grouped(needed)} entries of Cilium’s ${name}${rate}`;
  const room = `${grouped(free)} of ${grouped(limit.value)} are free`;
  if (needed <= free) return ok(id, `${need}; ${room}.`);
  const enough = 2 ** Math.ceil(Math.log2(used.value + needed));
  return {
    id,
    level: 'blocks',
    text: `${need}, and ${room}.`,
    todo: `${askFor(Math.floor(free / each) - besides)}, or set ${key} to ${enough} or more, which restarts the agents and makes their maps anew.`,
  };
}

/** As measured, else as it follows from the Services and the settings. */
function serviceMapUse(
  { measured }: ServiceNeed,
  { loadBalancerMap }: Facts['headroom'],
): typeof loadBalancerMap {
  if (measured === null) return loadBalancerMap;
  const { used, limit } = measured;
  return known(
    { needed: used, limit, family: 4 },
    { object: 'BPF map cilium_lb4_services_v2', said: `${used} entries of ${limit}` },
  );
}

function mapChecks(need: ServiceNeed, { cilium, headroom }: Facts): Check[] {
  const use = serviceMapUse(need, headroom);
  if (cilium === null || use === null) return [];
  const { limits } = cilium;
  const limitOf = (field: 'backends' | 'reverseNat'): ClusterFact<number> =>
    limits.known ? limits.value[field] : limits;
  const maps: readonly LoadBalancerMap[] = [
    {
      id: 'service-map',
      name: 'service map',
      key: 'bpf-lb-service-map-max',
      each: need.measured?.entriesEach ?? mostEntries(need.endpoints),
      ...(need.measured === null ? {} : { source: 'as measured here' }),
      used: use.known ? { ...use, value: use.value.needed } : use,
      limit: use.known ? { ...use, value: use.value.limit } : use,
    },
    {
      id: 'backend-map',
      name: 'backend map',
      key: 'bpf-lb-service-backend-map-max',
      each: need.endpoints,
      used: headroom.backends,
      limit: limitOf('backends'),
    },
    {
      id: 'reverse-nat-map',
      name: 'reverse NAT map',
      key: 'bpf-lb-rev-nat-map-max',
      each: 1,
      used: headroom.services,
      limit: limitOf('reverseNat'),
    },
  ];
  return maps.map((map) => mapCheck(need, map));
}

/** Entries of one Service of one port, with the wildcard entry that Cilium 1.19 and later add: 6 at 4 endpoints. */
function mostEntries(endpoints: number): number {
  return entriesFor(
    { services: 1, ports: 1, backends: endpoints },
    { wildcardPerAddress: true, nodePorts: false },
  );
}

/** `6`, `5.5`. */
function entries(each: number): string {
  return grouped(each, Number.isInteger(each) ? 0 : 1);
}

/** What is reckoned with where the map could not be read, and why it could not; as an entry of what was not measured. */
export function notCalibrated({ endpoints }: Pick<ServiceNeed, 'endpoints'>, because: string): NotMeasured {
  return {
    what: `entries of Cilium’s service map that a Service takes (not calibrated: ${mostEntries(endpoints)} are reckoned with)`,
    reason: because,
  };
}

/**
 * Whether the need of Cilium's service map will be measured with the first Services of the run.
 * @param because why it cannot be; null where it can.
 */
export function calibrationCheck(
  { endpoints }: Pick<ServiceNeed, 'endpoints'>,
  because: string | null,
): Check {
  const id = 'service-map-calibration';
  if (because === null)
    return ok(
      id,
      'What a Service takes of Cilium’s service map is measured with the first Services, before the others are made.',
    );
  return {
    id,
    level: 'warning',
    text: `What a Service takes of Cilium’s service map is not calibrated, because ${because}. ${mostEntries(endpoints)} entries are reckoned with.`,
    todo: 'Leave room in the map.',
  };
}

/** Powers of ten and of two that a quantity may end with (kubernetes.io, "Quantity"). */
const suffixes: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, Ki: 1024, Mi: 1024 ** 2 };

function quantity(text: string | undefined): number | null {
  const match = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text?.trim() ?? '');
  const factor = match ? suffixes[match[2] ?? ''] : undefined;
  return match && factor !== undefined ? Number(match[1]) * factor : null;
}

/** What a quota counts that a Service with its EndpointSlice adds one to (kubernetes.io, "Resource Quotas"). */
const counted = ['services', 'count/services', 'count/endpointslices.discovery.k8s.io'];

function quotaChecks({ services, besides }: ServiceNeed, quotas: ServiceRoom['quotas']): Check[] {
  const id = 'service-quota';
  if ('unread' in quotas) return [unknownRoom(id, 'under the quotas of the namespace', quotas.unread)];
  return quotas.value.flatMap(({ name, hard, used }) =>
    counted.flatMap((resource): Check[] => {
      const limit = quantity(hard[resource]);
      const free = limit === null ? null : Math.max(0, limit - (quantity(used[resource]) ?? 0));
      if (free === null || services + besides <= free) return [];
      return [
        {
          id,
          level: 'blocks',
          text: `ResourceQuota ${name} leaves ${grouped(free)} of ${resource}, and ${grouped(services)} are asked for.`,
          todo: `${askFor(free - besides)}, or choose another namespace.`,
        },
      ];
    }),
  );
}

function rangeCheck({ headroom }: Facts, networks: ServiceRoom['networks']): Check {
  const id = 'benchmark-range';
  const what = `${benchmarkRange.text}, the range for benchmarks that the Services’ endpoints are from`;
  const services = headroom.serviceAddresses.known
    ? headroom.serviceAddresses.value.map(({ cidr }) => cidr)
    : [];
  const [taken] = inBenchmarkRange([...services, ...('value' in networks ? networks.value : [])]);
  if (taken !== undefined) {
    return {
      id,
      level: 'blocks',
      text: `The cluster uses ${taken}, which is within ${what}.`,
      todo: 'Run service-scale on another cluster: its endpoints must be nobody’s.',
    };
  }
  return 'unread' in networks
    ? {
        id,
        level: 'warning',
        text: `Whether the cluster uses ${what}, is not known, because ${networks.unread}.`,
        todo: 'Go on only where you know that it does not.',
      }
    : ok(id, `The cluster uses nothing of ${what}.`);
}

/** Checks of the preflight for so many Services; nothing blocks where a fact cannot be known. */
export function serviceChecks(need: ServiceNeed, facts: Facts, room: ServiceRoom): readonly Check[] {
  return [
    addressCheck(need, facts),
    ...mapChecks(need, facts),
    ...quotaChecks(need, room.quotas),
    rangeCheck(facts, room.networks),
  ];
}
