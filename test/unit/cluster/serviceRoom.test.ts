import { describe, expect, it } from 'vitest';
import {
  benchmarkEndpoint,
  benchmarkRange,
  inBenchmarkRange,
} from '../../../src/core/cluster/benchmarkRange';
import { cidrFrom, overlap, sizeOf } from '../../../src/core/cluster/cidr';
import { ciliumFacts } from '../../../src/core/cluster/ciliumFacts';
import { headroomOf } from '../../../src/core/cluster/headroom';
import {
  calibrationCheck,
  notCalibrated,
  serviceChecks,
  type MeasuredServiceMap,
  type ServiceNeed,
  type ServiceRoom,
} from '../../../src/core/cluster/serviceRoom';
import { clusterOf, rawCilium, rawConfigMap, type RawCluster } from './objects';

const need = (services: number, measured: MeasuredServiceMap | null = null): ServiceNeed => ({
  services,
  besides: 6,
  endpoints: 4,
  measured,
});
const empty: ServiceRoom = { quotas: { value: [] }, networks: { value: ['10.0.0.5', '10.244.0.0/24'] } };
const network = (...cidrs: readonly string[]): RawCluster => ({
  serviceCidrs: [{ metadata: { name: 'kubernetes' }, spec: { cidrs } }],
});

function checks(raw: RawCluster, asked: ServiceNeed, room = empty) {
  const objects = clusterOf(raw);
  const cilium = ciliumFacts(objects, (text) => text);
  return serviceChecks(asked, { cilium, headroom: headroomOf(objects, cilium) }, room);
}
const blocking = (...args: Parameters<typeof checks>): string[] =>
  checks(...args)
    .filter(({ level }) => level === 'blocks')
    .map(({ text, todo }) => `${text} ${todo ?? ''}`.replaceAll('\u2009', ' '));

describe('endpoints of Services that nobody calls', () => {
  it('are all different and within the benchmark range', () => {
    const seen = new Set<string>();
    for (let number = 0; number < 4 * 40_000; number += 1) {
      const { host, port } = benchmarkEndpoint(number);
      seen.add(`${host}:${port}`);
      if (number % 997 === 0) expect(inBenchmarkRange([host])).toEqual([host]);
    }
    expect(seen.size).toBe(160_000);
    expect(benchmarkEndpoint(0)).toEqual({ host: '198.18.0.0', port: 8080 });
    expect(benchmarkEndpoint(131_071)).toEqual({ host: '198.19.255.255', port: 8080 });
    expect(benchmarkEndpoint(131_072)).toEqual({ host: '198.18.0.0', port: 8081 });
    expect(sizeOf(benchmarkRange)).toBe(131_072);
    expect(cidrFrom(benchmarkRange.text)).toEqual(benchmarkRange);
  });

  it('are known from networks that a cluster uses', () => {
    const used = [
      '198.16.0.0/12',
      '198.19.4.0/24',
      '198.18.0.1',
      '198.20.0.0/16',
      '10.0.0.1',
      'nonsense',
      'fd00::/8',
    ];
    expect(inBenchmarkRange(used)).toEqual(['198.16.0.0/12', '198.19.4.0/24', '198.18.0.1']);
    const [one, other, six] = ['10.0.0.0/8', '10.9.0.0/16', 'fd00::/8'].map((text) => cidrFrom(text));
    if (!one || !other || !six) throw new Error('no networks');
    expect([overlap(one, other), overlap(other, one), overlap(one, six)]).toEqual([true, true, false]);
    expect(blocking(network('198.18.0.0/16'), need(10))).toEqual([
      'The cluster uses 198.18.0.0/16, which is within 198.18.0.0/15, the range for benchmarks that the Services’ endpoints are from. Run service-scale on another cluster: its endpoints must be nobody’s.',
    ]);
  });
});

describe('room for Services', () => {
  it('is counted in the Service networks of IPv4 together', () => {
    expect(blocking(network('10.96.0.0/20'), need(4094 - 6))).toEqual([]);
    expect(blocking(network('10.96.0.0/20'), need(4094 - 5))).toEqual([
      '4 089 Services are asked for, and 4 094 addresses are free in 10.96.0.0/20. Ask for 4 088 Services or fewer, or add a ServiceCIDR to the cluster.',
    ]);
    expect(blocking(network('10.96.0.0/20', '10.97.0.0/20', 'fd00::/108'), need(8000))).toEqual([]);
    expect(blocking(network('fd00::/108'), need(10))).toEqual([
      expect.stringContaining('no Service network of IPv4'),
    ]);
  });

  it('that cannot be known is a warning', () => {
    const found = checks({}, need(10), {
      quotas: { unread: 'it is forbidden (403)' },
      networks: { unread: 'it is forbidden (403)' },
    });
    expect(found.map(({ id, level }) => `${id} ${level}`)).toEqual([
      'service-addresses warning',
      'service-quota warning',
      'benchmark-range warning',
    ]);
  });

  const cilium = (data: Record<string, string>): RawCluster => ({
    ...network('10.96.0.0/12'),
    daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.0')],
    configMaps: [rawConfigMap('kube-system/cilium-config', data)],
  });

  it('in Cilium’s maps is six entries of the service map and four backends a Service', () => {
    // The article's own need: 179 946 entries for 30,000 Services.
    const maps = { 'bpf-lb-service-map-max': '180036', 'bpf-lb-service-backend-map-max': '131072' };
    expect(blocking(cilium(maps), need(30_000))).toEqual([]);
    expect(blocking(cilium({ ...maps, 'bpf-lb-service-map-max': '180035' }), need(30_000))).toEqual([
      '30 000 Services need 180 036 entries of Cilium’s service map, and 180 035 of 180 035 are free. Ask for 29 999 Services or fewer, or set bpf-lb-service-map-max to 262144 or more, which restarts the agents and makes their maps anew.',
    ]);
    const measured = { entriesEach: 6, used: 0, limit: 180_036 };
    expect(blocking(cilium(maps), need(30_000, { ...measured, entriesEach: 7 }))).toHaveLength(1);
    expect(blocking(cilium(maps), need(30_000, { ...measured, entriesEach: 5 }))).toEqual([]);
    // With the maps as Cilium comes, 65,536 each.
    expect(blocking(cilium({}), need(30_000)).map((text) => /Cilium’s (.*?), and/.exec(text)?.[1])).toEqual([
      'service map',
      'backend map',
    ]);
  });

  it('in the service map is what was read of it, whatever was reckoned', () => {
    const large = cilium({ 'bpf-lb-map-max': '500000' });
    expect(blocking(large, need(10_000))).toEqual([]);
    const full = { entriesEach: 5.5, used: 11_000, limit: 65_536 };
    expect(blocking(large, need(10_000, full))).toEqual([
      '10 000 Services need 55 033 entries of Cilium’s service map (5.5 each, as measured here), and 54 536 of 65 536 are free. Ask for 9 909 Services or fewer, or set bpf-lb-service-map-max to 131072 or more, which restarts the agents and makes their maps anew.',
    ]);
    expect(blocking(large, need(9_909, full))).toEqual([]);
  });

  it('in the service map is said to be reckoned where it will not be measured', () => {
    const because = 'the right to get daemonsets (apps) is missing';
    expect(calibrationCheck(need(1), null).level).toBe('ok');
    expect(calibrationCheck(need(1), because)).toMatchObject({
      level: 'warning',
      text: `What a Service takes of Cilium’s service map is not calibrated, because ${because}. 6 entries are reckoned with.`,
    });
    expect(notCalibrated(need(1), because)).toEqual({
      what: 'entries of Cilium’s service map that a Service takes (not calibrated: 6 are reckoned with)',
      reason: because,
    });
  });

  it.each([
    ['services', '50', true],
    ['count/services', '1k', false],
    ['count/services', '0.1k', true],
    ['count/endpointslices.discovery.k8s.io', '104', true],
    ['count/endpointslices.discovery.k8s.io', '116', false],
    ['pods', '1', false],
  ])('under a quota of %s: %s', (resource, hard, isRefused) => {
    const quotas = { value: [{ name: 'team', hard: { [resource]: hard }, used: { [resource]: '10' } }] };
    const found = blocking(network('10.96.0.0/12'), need(100), { ...empty, quotas });
    expect(found).toHaveLength(isRefused ? 1 : 0);
  });
});
