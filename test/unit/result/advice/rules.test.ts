import { describe, expect, it } from 'vitest';
import { known } from '../../../../src/core/cluster/evidence';
import type { Finding } from '../../../../src/core/policy/finding';
import { isAdvice, type PlacedFinding, type Unusable } from '../../../../src/core/result/advice/advice';
import { adviceRules, adviseOn } from '../../../../src/core/result/advice/registry';
import type { PartValue, Run } from '../../../../src/core/result/run';
import { bpfMemory } from '../../../../src/core/scenario/bpfMemory';
import { hubble } from '../../../../src/core/scenario/hubble';
import { latency } from '../../../../src/core/scenario/latency';
import { policyOverhead } from '../../../../src/core/scenario/policyOverhead';
import { rps } from '../../../../src/core/scenario/rps';
import { serviceScale } from '../../../../src/core/scenario/serviceScale';
import { throughput } from '../../../../src/core/scenario/throughput';
import { measuredPolicy, overheadValues, runOf, scaleValues, type ValueOf } from '../../words/runs';
import { adviceOn, clusterRun, facts, limits65536, refusalOn, situation } from './situations';

const said = { object: 'Services', said: 'counted' };
const scale = (more: Partial<Run> = {}, rounds = 3): Run => runOf(serviceScale, scaleValues, more, rounds);
/** iptables meets 9,000 at 8,000 Services, on the straight line from 10,500 to 8,000. */
const levels: Readonly<Record<number, number>> = {
  0: 12_000,
  5000: 10_500,
  10_000: 8000,
  20_000: 6000,
  30_000: 5000,
};
const iptables: ValueOf = ({ point }, metric) => (metric === 'rps' ? (levels[point?.x ?? 0] ?? 1) : 100);
const cilium: ValueOf = (_variant, metric) => (metric === 'rps' ? 9000 : 100);
const byIptables = { kubeProxy: 'iptables', kubeProxyReplacedBy: null };

describe('what serves Services', () => {
  it('crosses between the places at which one and then the other is ahead', () => {
    const { what, basis, confidence } = adviceOn('service-rules', { runs: [scale()] });
    if (what.code !== 'service-rules' || what.outcome.kind !== 'crossing') throw new Error('no crossing');
    expect(what.outcome).toMatchObject({ before: 'iptables', after: 'nftables' });
    expect(what.outcome.at).toBeGreaterThan(4500);
    expect(what.outcome.at).toBeLessThan(5500);
    expect(what).toMatchObject({ measured: [0, 30_000], inUse: null, stance: null });
    expect(confidence).toEqual({ level: 'medium', limits: ['few-rounds', 'lab'] });
    expect(
      basis.map((figure) => figure.from === 'run' && [figure.run, figure.metric, figure.variant, figure.n]),
    ).toEqual([
      ['2026-11-23-run-x7', 'rps', 'iptables-0', 3],
      ['2026-11-23-run-x7', 'rps', 'nftables-0', 3],
      ['2026-11-23-run-x7', 'rps', 'iptables-10000', 3],
      ['2026-11-23-run-x7', 'rps', 'nftables-10000', 3],
    ]);
  });

  const two = [
    clusterRun(serviceScale, iptables, { id: 'now', fingerprint: byIptables }),
    clusterRun(serviceScale, cilium, { id: 'before' }),
  ];

  it.each([
    [2000, 'keep', false],
    [8000, 'either', false],
    [25_000, 'switch', false],
    [60_000, 'switch', true],
  ])('of two runs of a cluster, for %i Services: %s', (services, stance, isPastRange) => {
    const { what, confidence } = adviceOn('service-rules', { runs: two, planned: { services } });
    expect(what).toMatchObject({
      inUse: 'iptables',
      outcome: { before: 'iptables', after: 'cilium' },
      asked: { services, from: 'planned', isPastRange },
      stance,
    });
    expect(confidence.limits.includes('past-range')).toBe(isPastRange);
    expect(confidence.level).toBe(isPastRange ? 'low' : 'medium');
  });

  it('asks of the Services of now where none are planned, and takes what the cluster tells before what a run found', () => {
    const now = facts({
      kubeProxy: known({ rules: 'replaced', replacedBy: 'Cilium', alsoRuns: false, isStated: true }, said),
      headroom: { services: known(25_000, said) },
    });
    expect(adviceOn('service-rules', { runs: two }).what).toMatchObject({
      asked: { services: 41, from: 'now' },
      stance: 'keep',
    });
    expect(adviceOn('service-rules', { runs: two, facts: now }).what).toMatchObject({
      inUse: 'cilium',
      asked: { services: 25_000, from: 'now' },
      stance: 'keep',
    });
  });

  it('does not hold runs of other machines against each other, and says what differs', () => {
    const [one, other] = two;
    const moved =
      other && clusterRun(serviceScale, cilium, { id: 'moved', fingerprint: { instanceTypes: 'S2' } });
    const runs = [one, moved].flatMap((run) => run ?? []);
    expect(refusalOn('service-rules', { runs })).toEqual({
      kind: 'differ-otherwise',
      runs: ['now'],
      facts: ['instanceTypes'],
    });
  });

  it('is refused for one curve, and for curves that cannot be told apart', () => {
    expect(refusalOn('service-rules', { runs: two.slice(0, 1) })).toEqual({
      kind: 'one-curve',
      run: 'now',
      rules: 'iptables',
    });
    expect(refusalOn('service-rules', { runs: [runOf(serviceScale, () => 9000)] })).toMatchObject({
      kind: 'not-told-apart',
    });
  });
});

const hubbleValues =
  (rpsOn: number): ValueOf =>
  ({ id }, metric) =>
    metric === 'rps' ? (id.startsWith('on') ? rpsOn : 20_000) : 200;

describe('Hubble', () => {
  it('is advised off where it was judged to cost', () => {
    const advice = adviceOn('hubble', { runs: [clusterRun(hubble, hubbleValues(16_000))] });
    expect(advice.what).toEqual({ code: 'hubble', stance: 'off' });
    expect(advice.confidence).toEqual({ level: 'high', limits: [] });
    expect(advice.basis).toHaveLength(2);
    expect(advice.basis[0]).toMatchObject({
      from: 'run',
      metric: 'rps',
      variant: 'on',
      against: 'Hubble off',
      unit: '%',
      n: 5,
    });
    const [first] = advice.basis;
    expect(first?.from === 'run' ? first.value : 0).toBeCloseTo(-20, 0);
  });

  it('says so where nothing is seen beyond noise', () => {
    expect(refusalOn('hubble', { runs: [clusterRun(hubble, hubbleValues(20_000))] })).toMatchObject({
      kind: 'within-noise',
      label: 'Hubble on',
    });
  });

  it('says so where it is inconclusive', () => {
    const run = clusterRun(hubble, hubbleValues(16_000));
    const effects = run.effects.map((effect) => ({
      ...effect,
      verdict: 'inconclusive' as const,
      roundsNeeded: 9,
    }));
    expect(refusalOn('hubble', { runs: [{ ...run, effects }] })).toMatchObject({
      kind: 'inconclusive',
      effect: { roundsNeeded: 9 },
    });
  });

  it('is left to people where kept and new connections disagree', () => {
    const mixed: ValueOf = ({ id }, metric) =>
      metric !== 'rps' ? 200 : id === 'on' ? 16_000 : id === 'on-short' ? 25_000 : 20_000;
    expect(refusalOn('hubble', { runs: [clusterRun(hubble, mixed)] })).toMatchObject({ kind: 'split' });
  });

  it('is surer of more rounds, and low where a test engine stood in for Cilium', () => {
    const engine = { policyEngine: 'test policy engine: kube-router' };
    const level = (more: Parameters<typeof clusterRun>[2]) =>
      adviceOn('hubble', { runs: [clusterRun(hubble, hubbleValues(16_000), more)] }).confidence.level;
    expect([2, 3, 5].map((rounds) => level({ rounds }))).toEqual(['low', 'medium', 'high']);
    expect(level({ fingerprint: engine })).toBe('low');
    expect(level({ state: 'partial' })).toBe('low');
  });
});

const wireValues =
  (vxlan: number): ValueOf =>
  (variant, metric) =>
    metric === 'throughputBitsPerSecond' ? (variant.setting.wire === 'vxlan' ? vxlan : 10e9) : 100;

describe('native routing or overlay', () => {
  it('prefers native routing where the overlay was measured worse', () => {
    const advice = adviceOn('routing', { runs: [runOf(throughput, wireValues(7e9))] });
    expect(advice.what).toEqual({ code: 'routing', better: 'native', inUse: null, of: 'one-run' });
    expect(advice.confidence.limits).toEqual(['few-rounds', 'lab']);
    expect(advice.basis[0]).toMatchObject({ variant: 'vxlan-1', against: 'direct routing, 1 stream' });
  });

  it('is refused within noise', () => {
    expect(refusalOn('routing', { runs: [runOf(throughput, wireValues(10e9))] })).toMatchObject({
      kind: 'within-noise',
    });
  });

  const byRouting = (id: string, ciliumRouting: string, bits: number, more = {}): Run =>
    clusterRun(throughput, (_, metric) => (metric === 'throughputBitsPerSecond' ? bits : 1), {
      id,
      fingerprint: { ciliumRouting, ...more },
    });

  it('holds two runs of a cluster against each other that was changed between them', () => {
    const runs = [byRouting('overlay', 'tunnel', 7e9), byRouting('native', 'native', 10e9)];
    const { what, confidence, basis } = adviceOn('routing', { runs });
    expect(what).toEqual({ code: 'routing', better: 'native', inUse: 'overlay', of: 'two-runs' });
    expect(confidence).toEqual({ level: 'medium', limits: ['two-runs'] });
    expect(basis[0]).toMatchObject({ run: 'overlay', against: 'native routing, run native', n: 5 });
  });

  it('is low where the two differ in more, and refused on other machines', () => {
    const native = byRouting('native', 'native', 10e9);
    const version = byRouting('overlay', 'tunnel', 7e9, { ciliumVersion: '1.20.0' });
    expect(adviceOn('routing', { runs: [version, native] }).confidence.limits).toEqual([
      'two-runs',
      'other-facts-differ',
    ]);
    const moved = byRouting('overlay', 'tunnel', 7e9, { kernels: '5.10' });
    expect(refusalOn('routing', { runs: [moved, native] })).toEqual({
      kind: 'differ-otherwise',
      runs: ['overlay', 'native'],
      facts: ['kernels'],
    });
  });

  it('is refused where only one was measured', () => {
    expect(refusalOn('routing', { runs: [byRouting('native', 'native', 10e9)] })).toEqual({
      kind: 'one-routing',
      run: 'native',
      routing: 'native',
    });
  });

  it('is left to people where throughput and latency disagree', () => {
    const faster: ValueOf = (variant) => (variant.setting.wire === 'vxlan' ? 50 : 100);
    const runs = [runOf(throughput, wireValues(7e9)), runOf(latency, faster, { id: 'latency' })];
    expect(refusalOn('routing', { runs })).toMatchObject({ kind: 'split' });
  });
});

const finding = (code: Finding['code'], line: number, more: Partial<Finding> = {}): PlacedFinding => ({
  file: 'shop.yaml',
  finding: {
    code,
    severity: 'info',
    range: { start: { line, character: 10 }, end: { line, character: 14 } },
    document: 0,
    policy: { kind: 'CiliumNetworkPolicy', name: 'checkout', namespace: null },
    protocol: 'http',
    direction: 'ingress',
    ports: ['8080'],
    endpoints: [],
    rules: 1,
    tags: [],
    docs: '',
    textHash: 'abc',
    ...more,
  },
});

describe('L7 policies', () => {
  const overhead = runOf(policyOverhead, overheadValues, { policy: measuredPolicy });
  const findings = [
    finding('l7-http', 14),
    finding('l7-http', 30),
    finding('l7-shadowed', 30),
    finding('l7-http-visibility', 50),
    finding('l7-shadowed', 60, { protocol: 'dns' }),
    finding('l7-http', 70),
    finding('l7-shadowed', 70, { tags: ['some-peers'] }),
  ];

  it('pay where they tell requests apart, and could be L4 where they enforce nothing', () => {
    const { what, basis, confidence } = adviceOn('l7-policies', { runs: [overhead], findings });
    if (what.code !== 'l7-policies') throw new Error(what.code);
    const lines = (placed: readonly PlacedFinding[]) => placed.map((one) => one.finding.range.start.line);
    expect(lines(what.pays)).toEqual([14, 70]);
    expect(lines(what.couldBeL4)).toEqual([30, 50]);
    expect(basis[0]).toMatchObject({ from: 'run', metric: 'rps', variant: 'l7', against: 'no policy', n: 3 });
    expect(basis.at(-1)).toEqual({
      from: 'fact',
      fact: 'l7-http-visibility',
      value: 'CiliumNetworkPolicy checkout',
      said: 'shop.yaml:51',
    });
    expect(confidence).toEqual({ level: 'medium', limits: ['few-rounds', 'lab'] });
  });

  it('stand on the analysis alone where no cost was measured, and never on a published one', () => {
    const { basis, confidence } = adviceOn('l7-policies', { findings });
    expect(basis.every(({ from }) => from === 'fact')).toBe(true);
    expect(confidence).toEqual({ level: 'medium', limits: ['no-cost-measured'] });
    expect(refusalOn('l7-policies', { findings: [finding('l7-http', 14)] })).toMatchObject({
      kind: 'no-run',
    });
  });

  it('say that another policy was measured', () => {
    const other = findings.map((one) => ({ ...one, finding: { ...one.finding, textHash: 'other' } }));
    expect(adviceOn('l7-policies', { runs: [overhead], findings: other }).confidence.limits).toContain(
      'other-policy',
    );
  });

  it('are not judged from noise, without policies, and without HTTP rules', () => {
    const alike = runOf(policyOverhead, () => 100, { policy: measuredPolicy });
    expect(refusalOn('l7-policies', { runs: [alike], findings })).toMatchObject({ kind: 'within-noise' });
    expect(refusalOn('l7-policies', { runs: [overhead] })).toMatchObject({
      kind: 'not-known',
      what: 'policies',
    });
    expect(
      refusalOn('l7-policies', { runs: [overhead], findings: [finding('l7-dns', 3, { protocol: 'dns' })] }),
    ).toEqual({ kind: 'nothing-found', what: 'l7-rules' });
  });
});

/** Maps of two nodes, as bpftool's parser describes them: 65,536 entries of 72 bytes on each. */
function memoryRun(about = 'hash, allocated at once, 2 maps', more: Partial<Run> = {}, rounds = 3): Run {
  const parts: readonly PartValue[] = [
    { part: 'cilium_lb4_services_v2', metric: 'bpfMemoryBytes', value: 2 * 65_536 * 72, about },
    { part: 'cilium_lb4_services_v2', metric: 'bpfMapMaxEntries', value: 65_536, about },
  ];
  const run = clusterRun(bpfMemory, () => 90e6, { rounds });
  const samples = run.samples.map((sample) => ({ ...sample, parts }));
  const [variant] = run.variants;
  const summary = (metric: PartValue['metric']) => {
    const value = parts.find((part) => part.metric === metric)?.value ?? 0;
    return {
      unit: '',
      n: rounds,
      median: value,
      mean: value,
      ci95: [value, value] as const,
      samples: [value],
    };
  };
  const metrics = {
    bpfMemoryBytes: summary('bpfMemoryBytes'),
    bpfMapMaxEntries: summary('bpfMapMaxEntries'),
  };
  const variants = variant
    ? [{ ...variant, parts: [{ part: 'cilium_lb4_services_v2', about, metrics }] }]
    : [];
  return { ...run, id: 'memory', samples, variants, ...more };
}

describe('load-balancing maps', () => {
  const onCilium = facts({
    cilium: { limits: limits65536, version: known({ text: '1.19.4', major: 1, minor: 19 }, said) },
  });
  const planned = { services: 30_000, endpoints: 4 };

  it('need what 30,000 Services were seen to take: 179,946 entries, six for each of 29,991 (published, TKE 2026)', () => {
    const { what, confidence } = adviceOn('service-map', {
      facts: onCilium,
      planned: { services: 29_991, endpoints: 4 },
    });
    if (what.code !== 'service-map') throw new Error(what.code);
    expect(what.maps[0]).toEqual({
      map: 'services',
      key: 'bpf-lb-service-map-max',
      needed: 179_946,
      limit: 65_536,
      size: 262_144,
      stance: 'raise',
    });
    expect(confidence).toEqual({ level: 'medium', limits: ['reckoned'] });
  });

  it('have no wildcard entries before 1.19', () => {
    const old = facts({
      cilium: { limits: limits65536, version: known({ text: '1.18.2', major: 1, minor: 18 }, said) },
    });
    expect(adviceOn('service-map', { facts: old, planned }).what).toMatchObject({ entriesEach: 5 });
  });

  it('take what a run counted, one more for each further endpoint, and what an entry takes of memory', () => {
    const changes = [
      {
        what: 'services',
        old: 'none',
        new: '5000 Services besides the measured one, 9 entries each of Cilium’s service map',
        undone: true,
      },
    ];
    const runs = [clusterRun(serviceScale, scaleValues, { id: 'scale', changes }), memoryRun()];
    const { what, basis, confidence } = adviceOn('service-map', {
      runs,
      facts: onCilium,
      planned: { services: 10_000, endpoints: 6 },
    });
    expect(what).toMatchObject({
      entriesEach: 11,
      entriesFrom: 'measured',
      memory: { known: true, bytesPerEntry: 72, bytes: 262_144 * 72, moreBytes: (262_144 - 65_536) * 72 },
    });
    expect(confidence).toEqual({ level: 'high', limits: [] });
    expect(basis).toContainEqual({ from: 'count', run: 'scale', what: 'entries-each', value: 9, of: 100 });
    const upgraded = facts({
      cilium: { limits: limits65536, version: known({ text: '1.20.0', major: 1, minor: 20 }, said) },
    });
    expect(adviceOn('service-map', { runs, facts: upgraded, planned }).what).toMatchObject({
      entriesFrom: 'reckoned',
      entriesEach: 6,
    });
  });

  it('are kept where a fifth stays free', () => {
    const kept = (services: number) => {
      const { what } = adviceOn('service-map', { facts: onCilium, planned: { services, endpoints: 4 } });
      return what.code === 'service-map' ? what.maps[0]?.stance : null;
    };
    expect([8738, 8739].map(kept)).toEqual(['keep', 'raise']);
  });

  it('say why memory is not known', () => {
    const because = (runs: readonly Run[]) => {
      const { what } = adviceOn('service-map', { runs, facts: onCilium, planned });
      return what.code === 'service-map' && !what.memory.known ? what.memory.because : null;
    };
    expect(because([])).toBe('no-run');
    expect(because([memoryRun('hash, grows with its entries, 2 maps')])).toBe('grows-with-entries');
    expect(because([clusterRun(bpfMemory, () => 90e6)])).toBe('no-such-map');
    expect(because([memoryRun(undefined, {}, 1)])).toBe('no-run');
  });

  it('are not reckoned without Cilium, a number of Services, or of endpoints', () => {
    const what = (changes: Parameters<typeof refusalOn>[1]) => refusalOn('service-map', changes);
    expect(what({ planned })).toMatchObject({ kind: 'not-known', what: 'cilium' });
    expect(what({ facts: facts({}), planned })).toMatchObject({ what: 'cilium' });
    expect(what({ facts: onCilium })).toMatchObject({ what: 'services' });
    expect(what({ facts: onCilium, planned: { services: 5 } })).toMatchObject({ what: 'endpoints' });
  });

  it('stand on the endpoints of now and the limits that a run found where nothing else is told', () => {
    const run = clusterRun(rps, () => 1, {
      fingerprint: { services: 100, serviceBackends: 250, ciliumServiceMapLimit: 65_536 },
    });
    const { what, confidence } = adviceOn('service-map', { runs: [run], planned: { services: 1000 } });
    expect(what).toMatchObject({
      endpoints: 3,
      entriesEach: 5,
      maps: [{ limit: 65_536 }, { limit: null, stance: 'set' }, { limit: null }],
    });
    expect(confidence.limits).toEqual(['reckoned']);
  });
});

describe('nodes that limit the figures', () => {
  const spoiled = (blocks: readonly number[], more: Partial<Run> = {}): Run => {
    const run = runOf(rps, () => 20_000);
    const samples = run.samples.map((sample) =>
      blocks.includes(sample.block)
        ? {
            ...sample,
            valid: false,
            invalidReasons: ['the client used 97 % of its 2 cores, so it measured itself'],
          }
        : sample,
    );
    return { ...run, samples, ...more };
  };

  it('are named where the client ran out of CPU in two rounds, not in one', () => {
    const { what, basis } = adviceOn('load-nodes', { runs: [spoiled([1, 2])] });
    expect(what).toMatchObject({ burst: [], clientBound: { samples: 18, of: 27 } });
    expect(basis).toEqual([
      { from: 'count', run: '2026-11-23-run-x7', what: 'samples-client-bound', value: 18, of: 27 },
    ]);
    expect(refusalOn('load-nodes', { runs: [spoiled([1])] })).toEqual({
      kind: 'nothing-found',
      what: 'spoiled-samples',
    });
    expect(refusalOn('load-nodes', { runs: [spoiled([1, 2], { state: 'cancelled' })] })).toMatchObject({
      kind: 'nothing-found',
    });
  });

  it.each([
    ['t3.large', true],
    ['t4g.small', true],
    ['Standard_B2s', true],
    ['e2-medium', true],
    ['ecs.t6-c1m1.large', true],
    ['m7i.large', false],
    ['Standard_D4s_v5', false],
    ['e2-standard-4', false],
    ['SA5.LARGE8', false],
    ['ecs.g7.large', false],
    ['', false],
  ])('%s runs on credit: %s', (instanceTypes, isBurst) => {
    const runs = [clusterRun(rps, () => 1, { fingerprint: { instanceTypes } })];
    if (isBurst) {
      const { what, confidence } = adviceOn('load-nodes', { runs });
      expect(what).toMatchObject({ clientBound: null, burst: [{ type: instanceTypes }] });
      expect(confidence).toEqual({ level: 'medium', limits: ['by-name'] });
    } else expect(refusalOn('load-nodes', { runs })).toMatchObject({ kind: 'nothing-found' });
  });
});

describe('Service addresses', () => {
  const addresses = (...value: readonly { cidr: string; used: number; capacity: number }[]) =>
    facts({ headroom: { serviceAddresses: known(value, said) } });
  const small = { cidr: '10.0.0.0/24', used: 41, capacity: 254 };

  it.each([
    [undefined, 'enough', 41],
    [200, 'enough', 200],
    [204, 'near', 204],
    [255, 'too-few', 255],
    [10, 'enough', 41],
  ])('for %s Services: %s', (services, stance, needed) => {
    const { what, confidence } = adviceOn('service-addresses', {
      facts: addresses(small),
      planned: services === undefined ? {} : { services },
    });
    expect(what).toMatchObject({ networks: [{ ...small, needed, stance }] });
    expect(confidence.level).toBe('high');
  });

  it('are those of all networks of a family together', () => {
    const { what } = adviceOn('service-addresses', {
      facts: addresses(
        small,
        { cidr: '10.1.0.0/24', used: 0, capacity: 254 },
        { cidr: 'fd00::/112', used: 41, capacity: 65_535 },
      ),
      planned: { services: 300 },
    });
    expect(what).toMatchObject({
      networks: [
        { cidr: '10.0.0.0/24, 10.1.0.0/24', capacity: 508, stance: 'enough' },
        { cidr: 'fd00::/112', stance: 'enough' },
      ],
    });
  });

  it('are not guessed', () => {
    expect(refusalOn('service-addresses', {})).toEqual({
      kind: 'not-known',
      what: 'service-addresses',
      because: null,
    });
    expect(refusalOn('service-addresses', { facts: facts({}) })).toMatchObject({
      because: 'it was not asked',
    });
  });
});

/** A run that each rule stands on, with the change that makes it one of these rounds. */
const stoodOn: readonly (readonly [string, (rounds: number, more: Partial<Run>) => Run])[] = [
  ['service-rules', (rounds, more) => scale(more, rounds)],
  ['routing', (rounds, more) => runOf(throughput, wireValues(7e9), more, rounds)],
  ['hubble', (rounds, more) => clusterRun(hubble, hubbleValues(16_000), { rounds, ...more })],
  ['l7-policies', (rounds, more) => runOf(policyOverhead, overheadValues, more, rounds)],
];

describe('nothing is advised', () => {
  const imported = { format: 'fortio', source: 'x', importedAt: '2026-11-23T18:49:00.000Z', notes: [] };
  const cases: readonly (readonly [Unusable, number, Partial<Run>])[] = [
    ['cancelled', 5, { state: 'cancelled' }],
    ['failed', 5, { state: 'failed' }],
    ['imported', 5, { imported }],
    ['one-round', 1, {}],
  ];
  const findings = [finding('l7-http', 14)];
  it.each(stoodOn.flatMap(([code, make]) => cases.map((one) => [code, ...one, make] as const)))(
    '%s from a run that is %s',
    (code, because, rounds, more, make) => {
      const run = make(rounds, more);
      const rule = adviceRules.find((one) => one.code === code);
      expect(rule?.advise(situation({ runs: [run], findings }))).toMatchObject({
        refusal: { kind: 'no-run', passedOver: [{ run: run.id, because }] },
      });
      // An older one that may be stood on is.
      const older = { ...make(3, {}), id: 'older' };
      const advised = rule?.advise(situation({ runs: [run, older], findings }));
      expect(advised && isAdvice(advised) ? advised.basis[0] : advised).toMatchObject({ run: 'older' });
    },
  );

  it('without anything', () => {
    expect(adviseOn(situation()).filter(isAdvice)).toEqual([]);
  });
});

describe('every advice', () => {
  const everything = situation({
    runs: [...stoodOn.map(([code, make]) => make(3, { id: code })), memoryRun()],
    findings: [finding('l7-http', 14), finding('l7-http-visibility', 20)],
    facts: facts({
      cilium: { limits: limits65536 },
      headroom: { serviceAddresses: known([{ cidr: '10.0.0.0/24', used: 41, capacity: 254 }], said) },
    }),
    planned: { services: 100, endpoints: 4 },
  });

  it('stands on something, with two rounds or more behind each figure of a run', () => {
    const advice = adviseOn(everything).filter(isAdvice);
    expect(advice.map(({ code }) => code)).toEqual([
      'service-rules',
      'routing',
      'l7-policies',
      'service-map',
      'hubble',
      'service-addresses',
    ]);
    for (const { basis, wouldChange } of advice) {
      expect(basis.length).toBeGreaterThan(0);
      expect(wouldChange.length).toBeGreaterThan(0);
      for (const figure of basis) if (figure.from === 'run') expect(figure.n).toBeGreaterThanOrEqual(2);
    }
  });

  it('is gone where every run has one round, whatever its file claims of its verdicts', () => {
    const claimed = (run: Run): Run => ({
      ...run,
      samples: run.samples.filter(({ block }) => block === 1),
      effects: run.effects.map((effect) => ({
        ...effect,
        n: 1,
        verdict: 'worse',
        percent: -50,
        ci95: [-51, -49],
      })),
    });
    const runs = everything.runs.map(claimed);
    const figures = adviseOn({ ...everything, runs })
      .filter(isAdvice)
      .flatMap(({ basis }) => basis)
      .filter(({ from }) => from === 'run' || from === 'count');
    expect(figures).toEqual([]);
  });

  it('does not stand on an effect of one pair in a run of several rounds', () => {
    const runs = everything.runs.map((run) => ({
      ...run,
      effects: run.effects.map((effect) => ({
        ...effect,
        n: 1,
        verdict: 'worse' as const,
        percent: -50,
        ci95: [-51, -49] as const,
      })),
    }));
    for (const code of ['routing', 'hubble', 'l7-policies'] as const)
      expect(refusalOn(code, { ...everything, runs })).toMatchObject({ kind: 'not-measured' });
  });
});
