import { describe, expect, it } from 'vitest';
import { makePlan, type PolicyChoice } from '../../../src/core/plan/makePlan';
import type { Step } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import { Problem } from '../../../src/core/problem';
import { findScenario, scenarios } from '../../../src/core/scenario/registry';
import type { Capability } from '../../../src/core/scenario/scenario';
import { everything, policyChoice, withoutCapabilities } from '../run/fakes';

const plan = (id: string, over: Partial<Parameters<typeof makePlan>[1]> = {}) =>
  makePlan(findScenario(id), {
    profile: findProfile('quick'),
    parameters: {},
    policy: findScenario(id).takesPolicy ? policyChoice : null,
    on: findScenario(id).runsOn[0] ?? 'lab',
    target: everything,
    seed: 7,
    ...over,
  });
const samples = (steps: readonly Step[]) =>
  steps.flatMap((step) => (step.kind === 'sample' ? [step.sample] : []));
const problem = (act: () => unknown): Problem => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('no Problem was thrown');
};

const placed = scenarios.flatMap(({ id, runsOn }) => runsOn.map((on) => [id, on] as const));
const onCluster = (id: string, over: Parameters<typeof plan>[1] = {}) =>
  plan(id, { on: 'kube', target: { ...everything, policyKind: 'CiliumNetworkPolicy' }, ...over });
const planOn = (id: string, on: 'lab' | 'kube') => (on === 'kube' ? onCluster(id) : plan(id));

describe('every scenario', () => {
  it.each(placed)('%s on %s plans variants with unique sample ids', (id, on) => {
    const made = planOn(id, on);
    expect(made.variants.length).toBeGreaterThan(0);
    const ids = samples(made.steps).map((sample) => sample.id);
    for (const variant of made.variants)
      expect(samples(made.steps).filter((sample) => sample.variant === variant.id).length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(placed)('%s on %s compares only with variants that it has', (id, on) => {
    const { variants } = planOn(id, on);
    const known = new Set(variants.map((variant) => variant.id));
    for (const variant of variants)
      if (variant.baseline !== undefined) expect(known).toContain(variant.baseline);
  });
});

describe('on a cluster', () => {
  const changes = (steps: readonly Step[]) =>
    steps.flatMap((step) => (step.kind === 'change' ? [step.change] : []));

  it('ramps Services up and down in turn, so that they are made as seldom as can be', () => {
    const made = onCluster('service-scale', { parameters: { services: '0,100,200' } });
    const counts = changes(made.steps).map(({ to }) => (typeof to === 'object' ? to?.count : to));
    expect(counts).toEqual([0, 100, 200, 100, 0, 100, 200]);
    const pairs = samples(made.steps).filter(({ block, load }) => block === 2 && load.id === 'saturated');
    expect(pairs.map(({ variant, repeat }) => `${variant}/${repeat}`)).toEqual([
      'cluster-200/1',
      'cluster-100/1',
      'cluster-0/2',
      'cluster-0/1',
    ]);
  });

  it('takes longer loads than in the lab, since each is a pod that must start', () => {
    expect(onCluster('rps').profile).toMatchObject({ id: 'quick', rounds: 3, secondsPerLoad: 10 });
    expect(plan('rps').profile.secondsPerLoad).toBe(3);
  });

  it('measures host network and several clients only where the target offers them', () => {
    const target = withoutCapabilities('host-network', 'several-clients');
    const throughput = onCluster('throughput', { target, parameters: { streams: '1' } });
    expect(throughput.variants.map(({ id }) => id)).toEqual(['pod-1', 'service-1']);
    expect(throughput.notMeasured).toEqual([
      { what: 'host network to host network, 1 stream', reason: 'there is no host-network here' },
    ]);
    expect(() => onCluster('rps', { target, parameters: { clients: '3' } })).toThrow(/several-clients/);
  });

  it('puts peers and ports in force by NetworkPolicy where nothing else is enforced', () => {
    const target = { ...withoutCapabilities('policy-l7'), policyKind: 'NetworkPolicy' as const };
    const made = onCluster('policy-overhead', { target });
    expect(made.policyObjects?.l3l4).toMatchObject([{ kind: 'NetworkPolicy' }]);
    expect(made.policyObjects?.l7).toEqual([]);
    expect(made.variants.map(({ id }) => id)).toEqual(['none', 'l3l4']);
    expect(made.notMeasured[0]?.what).toBe('L7 through Envoy');
  });

  it('expects clients that an egress policy does not select to get through', () => {
    const egress = { ...policyChoice, policy: { ...policyChoice.policy, direction: 'egress' as const } };
    const expectations = (choice: PolicyChoice) =>
      onCluster('policy-overhead', { policy: choice }).steps.flatMap((step) =>
        step.kind === 'probe' && step.probe.kind === 'http' && step.probe.from === 'other-client'
          ? [step.probe.expect]
          : [],
      );
    expect(new Set(expectations(egress))).toEqual(new Set([200]));
    expect(expectations(policyChoice)).toContain('blocked');
  });
});

describe('scenarios of a cluster', () => {
  it('hubble restarts agents as seldom as it can, with the state probed after each change', () => {
    const { steps } = onCluster('hubble');
    const story = steps.flatMap((step) => {
      if (step.kind === 'change' && step.change.what === 'hubble') return [`to ${step.change.to}`];
      return step.kind === 'probe' && step.probe.kind === 'hubble' ? [`${step.probe.expect}?`] : [];
    });
    expect(story).toEqual([
      ...['to off', 'off?', 'to as-found', 'as-found?'],
      ...['to off', 'off?', 'to as-found', 'as-found?'],
    ]);
    const order = samples(steps)
      .filter(({ block, load }) => block === 2 && load.id === 'saturated')
      .map(({ variant }) => variant);
    expect(order).toEqual(['on-short', 'on', 'off-short', 'off-short', 'off', 'off']);
  });

  it('hubble without the right to turn it off is measured as it is, and its cost is not', () => {
    const target = withoutCapabilities('hubble-off');
    const { variants, notMeasured, steps } = onCluster('hubble', { target });
    expect(variants.map(({ id }) => id)).toEqual(['on', 'on-short']);
    expect(notMeasured).toEqual([
      { what: 'Hubble off', reason: 'there is no hubble-off here' },
      { what: 'Hubble off, a connection a request', reason: 'there is no hubble-off here' },
    ]);
    expect(steps.some(({ kind }) => kind === 'change')).toBe(false);
  });

  it('resources measures long enough for a kubelet to read twice, bpf-memory reads in every round', () => {
    const all = samples(onCluster('resources').steps).filter(({ block }) => block > 0);
    expect(Math.min(...all.map(({ seconds }) => seconds))).toBeGreaterThanOrEqual(45);
    // Nothing is judged there, so that no pair is needed to tell the noise.
    expect(new Set(all.map(({ repeat }) => repeat))).toEqual(new Set([1]));
    const maps = samples(onCluster('bpf-memory').steps).filter(({ block }) => block > 0);
    expect(maps.map(({ load }) => load.kind)).toEqual(['bpf-maps', 'bpf-maps', 'bpf-maps']);
  });

  it.each(['hubble', 'bpf-memory', 'resources'])('%s is refused in the lab', (id) => {
    expect(problem(() => plan(id, { on: 'lab' })).what).toContain('cannot be measured in the local lab');
  });
});

describe('what a target cannot read', () => {
  it('is no reason to leave a load out: it is said once, and the load runs for its other figures', () => {
    const target = withoutCapabilities('cpu-per-request');
    const made = plan('policy-overhead', { target });
    expect(made.metrics).toEqual(['rps', 'latencyP50Us', 'latencyP90Us', 'latencyP99Us']);
    expect(made.notMeasured).toEqual([{ what: 'CPU a request', reason: 'there is no cpu-per-request here' }]);
    expect(plan('throughput', { target }).notMeasured).toEqual([]);
  });
});

describe('blocks', () => {
  it('hold each variant once and each baseline twice, after a discarded warm-up', () => {
    const all = samples(plan('policy-overhead').steps);
    const warmup = all.filter((sample) => sample.block === 0);
    expect(warmup.map((sample) => `${sample.variant}/${sample.repeat}`)).toEqual(
      ['none', 'l3l4', 'l7'].flatMap((variant) => [1, 2, 3, 4].map((repeat) => `${variant}/${repeat}`)),
    );
    expect(warmup.every((sample) => sample.discard && sample.seconds === 1)).toBe(true);
    for (const block of [1, 2, 3]) {
      const visits = all.filter((sample) => sample.block === block && sample.load.id === 'saturated');
      expect(visits.map((sample) => `${sample.variant}/${sample.repeat}`).sort()).toEqual([
        'l3l4/1',
        'l7/1',
        'none/1',
        'none/2',
      ]);
    }
  });

  it('are shuffled by the seed alone', () => {
    const order = (seed: number) =>
      samples(plan('policy-overhead', { seed }).steps).map((sample) => sample.id);
    expect(order(1)).toEqual(order(1));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => order(seed).join()))).toHaveProperty('size', 5);
  });

  it('put every variant first in some block, over many seeds', () => {
    const first = Array.from({ length: 60 }, (_, seed) =>
      samples(plan('aa', { seed }).steps).find((sample) => sample.block === 1),
    );
    expect(new Set(first.map((sample) => sample?.variant))).toEqual(new Set(['a', 'a-again']));
  });
});

describe('changes', () => {
  it('are made only where the setting differs, and probed', () => {
    const { steps } = plan('policy-overhead');
    steps.forEach((step, index) => {
      if (step.kind === 'change') expect(steps[index + 1]?.kind).toBe('probe');
    });
    const policies = steps.flatMap((step) => (step.kind === 'change' ? [step.change.to] : []));
    policies.forEach((to, index) => {
      expect(to).not.toEqual(policies[index - 1]);
    });
  });

  it('to an L7 policy wait for 200 on the allowed and 403 on the denied request, and look again after each sample', () => {
    const { steps } = plan('policy-overhead');
    const at = steps.findIndex((step) => step.kind === 'change' && step.change.to === 'l7');
    const expected = steps
      .slice(at + 1, at + 4)
      .map((step) => (step.kind === 'probe' && step.probe.kind === 'http' ? step.probe.expect : null));
    expect(expected).toEqual([200, 403, 'blocked']);
    steps.forEach((step, index) => {
      if (step.kind !== 'sample' || step.sample.variant !== 'l7' || step.sample.discard) return;
      expect(steps[index + 1]).toMatchObject({ kind: 'probe', probe: { expect: 403 } });
    });
  });

  it('away from a policy wait until the denied request passes', () => {
    const { steps } = plan('policy-overhead');
    const at = steps.findIndex((step) => step.kind === 'change' && step.change.to === 'none');
    expect(steps[at + 1]).toMatchObject({ probe: { request: policyChoice.denied, expect: 200 } });
  });

  it('of the number of Services are probed at their markers and take their time', () => {
    const { steps } = plan('service-scale');
    const at = steps.findIndex(
      (step) => step.kind === 'change' && JSON.stringify(step.change).includes('30000'),
    );
    expect(steps[at + 1]).toMatchObject({ kind: 'probe', probe: { kind: 'services' } });
    expect(steps[at]?.seconds).toBeGreaterThan(1);
  });
});

describe('what a target cannot do', () => {
  const without = (...missing: Capability[]) => withoutCapabilities(...missing);

  it('is left out with the reason', () => {
    const made = plan('latency', { on: 'lab', target: without('vxlan') });
    expect(made.variants.map((variant) => variant.id)).toEqual(['rr-direct', 'crr-direct', 'http-direct']);
    expect(made.notMeasured).toHaveLength(3);
    expect(made.notMeasured[0]).toEqual({ what: 'TCP round trip, VXLAN', reason: 'there is no vxlan here' });
  });

  it('ends the plan when nothing is left', () => {
    const thrown = problem(() => plan('rps', { on: 'lab', target: without('http') }));
    expect(thrown.kind).toBe('target');
    expect(thrown.what).toContain('there is no http here');
  });
});

describe('bad input', () => {
  const cases: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'unknown scenario',
      () => findScenario('rpz'),
      /no scenario "rpz"\. The scenarios are policy-overhead, this-policy, rps/,
    ],
    ['unknown profile', () => findProfile('slow'), /no profile "slow"/],
    [
      'unknown parameter',
      () => plan('aa', { parameters: { conections: '4' } }),
      /no parameter "conections"\. It has: connections/,
    ],
    ['no number', () => plan('aa', { parameters: { connections: 'many' } }), /connections is "many"/],
    ['zero connections', () => plan('aa', { parameters: { connections: '0' } }), /at least 1/],
    [
      'a cluster’s scenario in the lab',
      () => plan('this-policy', { on: 'lab' }),
      /cannot be measured in the local lab/,
    ],
    ['no baseline', () => plan('service-scale', { parameters: { services: '5000' } }), /does not hold 0/],
    ['unknown rules', () => plan('rps', { parameters: { rules: 'ipvs' } }), /not one of iptables, nftables/],
    ['policy missing', () => plan('policy-overhead', { policy: null }), /--policy FILE/],
    ['policy too many', () => plan('aa', { policy: policyChoice }), /does not measure a policy/],
  ];
  it.each(cases)('%s is a usage problem in one sentence', (_, act, message) => {
    const thrown = problem(act);
    expect(thrown.kind).toBe('usage');
    expect(thrown.message).toMatch(message);
  });
});

describe('a policy that refuses nothing', () => {
  it('has no 403 to probe', () => {
    const policy: PolicyChoice = { ...policyChoice, denied: null };
    const { steps } = plan('policy-overhead', { policy });
    expect(
      steps.some((step) => step.kind === 'probe' && step.probe.kind === 'http' && step.probe.expect === 403),
    ).toBe(false);
  });
});
