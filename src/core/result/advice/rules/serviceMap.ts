import { calibratedWith, calibrationIn, endpointsEach } from '../../../cluster/calibration';
import { ciliumVersionFrom } from '../../../cluster/ciliumVersion';
import { valueOf } from '../../../cluster/evidence';
import { entriesFor, hasWildcards } from '../../../cluster/loadBalancerMap';
import type { Run } from '../../run';
import type { Advised, AdviceRule, Basis, MapAdvice, MapSize, Situation } from '../advice';
import { confidenceOf } from '../confidence';
import { numberTold, textTold, type Told } from '../facts';
import { mapMemoryOf } from '../mapMemory';
import { usableRuns } from '../usable';

/** A map that is fuller has no room for what comes and goes while Services are rolled out. */
const fullestShare = 0.8;

/** Entries that a Service of one port takes, with what says so. */
interface EntriesEach {
  readonly each: number;
  readonly from: MapAdvice['entriesFrom'];
  readonly basis: readonly Basis[];
}

/**
 * As a run counted it on this version of Cilium, one entry more or less for each endpoint that is planned besides those of its
 * Services; else as Cilium makes them, with the wildcard entry of 1.19 and later also where the version is not known.
 */
function entriesEach(situation: Situation, endpoints: number): EntriesEach {
  const version = textTold(situation, 'ciliumVersion', versionFact(situation));
  const counted = usableRuns(situation, ['service-scale']).usable.flatMap((run: Run) => {
    const entries = calibrationIn(run.changes);
    const isSame = version === null || run.target.fingerprint['ciliumVersion'] === version;
    return entries === null || !isSame ? [] : [{ run: run.id, entries }];
  });
  const [newest] = counted;
  const more = endpoints - endpointsEach;
  if (newest && newest.entries + more > 0) {
    return {
      each: newest.entries + more,
      from: 'measured',
      basis: [
        { from: 'count', run: newest.run, what: 'entries-each', value: newest.entries, of: calibratedWith },
      ],
    };
  }
  const known = version === null ? null : ciliumVersionFrom(version);
  const each = entriesFor(
    { services: 1, ports: 1, backends: endpoints },
    { wildcardPerAddress: known === null || hasWildcards(known), nodePorts: false },
  );
  return { each, from: 'reckoned', basis: [] };
}

function versionFact({ facts }: Situation) {
  const version = facts?.cilium?.version;
  return version?.known ? { ...version, value: version.value.text } : null;
}

function sizeOf(map: MapSize['map'], key: string, needed: number, limit: Told<number> | null): MapSize {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1, needed) / fullestShare));
  if (limit === null) return { map, key, needed, limit: null, size, stance: 'set' };
  const isEnough = needed <= fullestShare * limit.value;
  return {
    map,
    key,
    needed,
    limit: limit.value,
    size: isEnough ? limit.value : size,
    stance: isEnough ? 'keep' : 'raise',
  };
}

/** Endpoints of each Service: those planned, else as many as Services have now, rounded up. */
function endpointsOf(
  situation: Situation,
): { readonly each: number; readonly isPlanned: boolean; readonly basis: readonly Basis[] } | null {
  const { planned, facts } = situation;
  if (planned.endpoints !== undefined) {
    const basis: Basis = { from: 'planned', what: 'endpoints', value: planned.endpoints };
    return { each: planned.endpoints, isPlanned: true, basis: [basis] };
  }
  const services = numberTold(situation, 'services', facts?.headroom.services);
  const backends = numberTold(situation, 'serviceBackends', facts?.headroom.backends);
  if (!services || !backends || services.value < 1) return null;
  return {
    each: Math.max(1, Math.ceil(backends.value / services.value)),
    isPlanned: false,
    basis: [services.basis, backends.basis],
  };
}

/** Whether Cilium is here at all: told by the cluster, else by a run. */
function hasCilium(situation: Situation): boolean {
  return situation.facts
    ? situation.facts.cilium !== null
    : textTold(situation, 'ciliumVersion', null) !== null ||
        numberTold(situation, 'ciliumServiceMapLimit', null) !== null;
}

/** How large Cilium's load-balancing maps must be for the planned Services and endpoints, and what the service map then takes. */
export const serviceMap: AdviceRule = {
  code: 'service-map',
  runsOn: ['kube'],
  advise(situation): Advised {
    const refuse = (what: 'cilium' | 'services' | 'endpoints'): Advised => ({
      code: 'service-map',
      refusal: { kind: 'not-known', what, because: null },
    });
    const { services } = situation.planned;
    if (!hasCilium(situation)) return refuse('cilium');
    if (services === undefined) return refuse('services');
    const endpoints = endpointsOf(situation);
    if (endpoints === null) return refuse('endpoints');
    const entries = entriesEach(situation, endpoints.each);
    const limits = situation.facts?.cilium ? valueOf(situation.facts.cilium.limits) : null;
    const told = {
      services: numberTold(situation, 'ciliumServiceMapLimit', limits?.services),
      backends: numberTold(situation, 'ciliumBackendMapLimit', limits?.backends),
      reverseNat: numberTold(situation, 'ciliumReverseNatMapLimit', limits?.reverseNat),
    };
    const own = sizeOf(
      'services',
      'bpf-lb-service-map-max',
      Math.ceil(services * entries.each),
      told.services,
    );
    const maps = [
      own,
      sizeOf('backends', 'bpf-lb-service-backend-map-max', services * endpoints.each, told.backends),
      sizeOf('reverse-nat', 'bpf-lb-rev-nat-map-max', services, told.reverseNat),
    ];
    const memory = mapMemoryOf(usableRuns(situation, ['bpf-memory']).usable);
    return {
      code: 'service-map',
      what: {
        code: 'service-map',
        services,
        endpoints: endpoints.each,
        entriesEach: entries.each,
        entriesFrom: entries.from,
        maps,
        memory: memory.known
          ? {
              known: true,
              bytesPerEntry: memory.bytesPerEntry,
              bytes: memory.bytesPerEntry * own.size,
              moreBytes: own.limit === null ? null : memory.bytesPerEntry * (own.size - own.limit),
            }
          : memory,
      },
      confidence: confidenceOf([
        ...(entries.from === 'reckoned' || !endpoints.isPlanned ? (['reckoned'] as const) : []),
        ...(own.limit === null ? (['limit-unknown'] as const) : []),
      ]),
      basis: [
        { from: 'planned', what: 'services', value: services },
        ...endpoints.basis,
        ...entries.basis,
        ...[told.services, told.backends, told.reverseNat].flatMap((limit) => (limit ? [limit.basis] : [])),
        ...(memory.known ? memory.basis : []),
      ],
      wouldChange: [
        { kind: 'more-ports' },
        ...(entries.from === 'reckoned' ? [{ kind: 'calibration' as const }] : []),
        ...(own.limit === null
          ? []
          : [
              {
                kind: 'more-services-than' as const,
                services: Math.floor((fullestShare * own.size) / entries.each),
              },
            ]),
      ],
    };
  },
};
