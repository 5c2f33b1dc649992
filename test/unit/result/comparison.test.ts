import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/core/result/comparison/compareRuns';
import type { Comparison } from '../../../src/core/result/comparison/comparison';
import { isEmpty, isWorse } from '../../../src/core/result/comparison/comparison';
import { earlierRun } from '../../../src/core/result/comparison/runToRun';
import type { Run } from '../../../src/core/result/run';
import { simulatedRun } from './comparedRuns';
import { normals } from './samples';

const normal = normals(3);
const run = (id: string, level: number, changes: Partial<Run> = {}): Run =>
  simulatedRun(id, { level }, normal, changes);
const past = (levels: readonly number[]) =>
  levels.flatMap((level, at) => earlierRun(run(`past-${at}`, level)) ?? []);

const only = (comparison: Comparison) => {
  const [scenario] = comparison.scenarios;
  if (!scenario) throw new Error('nothing is compared');
  return scenario;
};
const valueOf = (comparison: Comparison, variant: string) =>
  only(comparison).values.find((value) => value.variant === variant);
const reasons = (comparison: Comparison): readonly string[] =>
  only(comparison).notCompared.map(({ what, reason }) => `${what}: ${reason}`);

describe('runs that are compared', () => {
  it('have a verdict for each value and for what each setting costs', () => {
    const comparison = compareRuns([run('a', 1), run('b', 0.6)]);
    expect(valueOf(comparison, 'none')).toMatchObject({ run: 1, verdict: 'worse', metric: 'rps' });
    expect(valueOf(comparison, 'none')?.percent).toBeCloseTo(-40, -1);
    const [overhead] = only(comparison).overheads;
    // Both are slower alike: what the policy costs is the same.
    expect(overhead).toMatchObject({ variant: 'l7', against: 'none', verdict: 'within-noise' });
    expect(overhead?.detectablePercent).toBeGreaterThanOrEqual(3);
    expect(isWorse(comparison)).toBe(true);
  });

  it('see a policy that costs more, whatever the machine does', () => {
    const cheap = simulatedRun('a', { level: 1, effectPercent: -30 }, normal);
    const dear = simulatedRun('b', { level: 3, effectPercent: -60 }, normal);
    const [overhead] = only(compareRuns([cheap, dear])).overheads;
    expect(overhead?.verdict).toBe('worse');
    expect(overhead?.percent).toBeCloseTo(100 * (0.4 / 0.7 - 1), -1);
  });

  it('are held against what earlier runs of their setting differ by, not against the noise within alone', () => {
    const [a, b] = [run('a', 1), run('b', 0.85)];
    expect(valueOf(compareRuns([a, b]), 'none')).toMatchObject({
      verdict: 'worse',
      noise: { betweenRuns: null },
    });
    const known = valueOf(compareRuns([a, b], past([1, 0.8, 1.25, 0.9, 1.1])), 'none');
    expect(known?.verdict).toBe('within-noise');
    expect(known?.noise.betweenRuns?.runs).toBe(5);
    expect(known?.noise.percent).toBe(known?.noise.betweenRuns?.percent);
  });

  it('do not tell their own noise, and neither do runs of another place', () => {
    const [a, b] = [run('a', 1), run('b', 0.85)];
    const own = [a, b, { ...a, id: 'b' }].flatMap((one) => earlierRun(one) ?? []);
    expect(valueOf(compareRuns([a, b], own), 'none')?.noise.betweenRuns).toBeNull();
    const elsewhere = past([1, 0.8, 1.25]).map((one) => ({ ...one, setting: 'elsewhere' }));
    expect(valueOf(compareRuns([a, b], elsewhere), 'none')?.noise.betweenRuns).toBeNull();
    const cancelled = earlierRun(run('c', 1, { state: 'cancelled' }));
    expect(cancelled).toBeNull();
  });

  it('are each held against the first of their scenario', () => {
    const rps = { scenario: 'rps', title: 'HTTP requests a second' };
    const comparison = compareRuns([run('a', 1), run('r', 1, rps), run('b', 0.5), run('s', 2, rps)]);
    expect(comparison.scenarios.map(({ scenario, runs }) => [scenario, runs])).toEqual([
      ['policy-overhead', [0, 2]],
      ['rps', [1, 3]],
    ]);
    expect(comparison.scenarios.map(({ values }) => values[0]?.verdict)).toEqual(['worse', 'better']);
  });
});

describe('facts', () => {
  const other: Partial<Run> = {
    target: {
      kind: 'lab',
      name: 'local lab',
      fingerprint: { kernel: '6.19', cpuModel: 'EPYC', mtu: 1500 },
    },
    profile: 'standard',
    tools: [{ name: 'fortio', version: '1.69.0', source: 'cache' }],
  };

  it('that differ come with what each run says, those of the machine first', () => {
    const comparison = compareRuns([run('a', 1), run('b', 1, other)]);
    expect(comparison.facts).toEqual([
      { name: 'kernel', kind: 'machine', values: [{ value: '6.18' }, { value: '6.19' }] },
      { name: 'mtu', kind: 'target', values: [{ absent: true }, { value: 1500 }] },
    ]);
    expect(only(comparison).settings.map(({ name, kind }) => [name, kind])).toEqual([
      ['profile', 'setting'],
      ['fortio', 'tool'],
    ]);
    expect(comparison.machineDiffers).toBe(true);
    expect(comparison.runs.map(({ machineDiffers }) => machineDiffers)).toEqual([false, true]);
  });

  it('say that machines are not known where no cluster tells', () => {
    const cluster = (name: string, instanceTypes: string | null): Partial<Run> => ({
      target: { kind: 'kube', name, fingerprint: { kernels: '6.6', instanceTypes } },
    });
    const differs = (first: Partial<Run>, second: Partial<Run>) =>
      compareRuns([run('a', 1, first), run('b', 1, second)]).runs[1]?.machineDiffers;
    expect(differs(cluster('x', null), cluster('y', null))).toBeNull();
    expect(differs(cluster('x', null), cluster('x', null))).toBe(false);
    expect(differs(cluster('x', 'm5'), cluster('y', 'm5'))).toBe(false);
    expect(differs(cluster('x', 'm5'), cluster('y', 'm6'))).toBe(true);
    expect(differs({}, cluster('y', 'm6'))).toBe(true);
  });
});

describe('what cannot be compared is listed', () => {
  const cases: readonly (readonly [string, Partial<Run>, string])[] = [
    ['another state', { state: 'partial' }, 'run: this run is partial'],
    [
      'another parameter',
      { parameters: { connections: '16', rate: '1000', path: '/x', seed: '7', rounds: '3' } },
      'run: its path is “/x”, and the baseline’s “”',
    ],
  ];
  it.each(cases)('with the reason: %s', (_, changes, reason) => {
    const comparison = compareRuns([run('a', 1), run('b', 1, changes)]);
    expect(reasons(comparison)).toEqual([reason]);
    expect(isEmpty(comparison)).toBe(true);
  });

  it('a run of another scenario', () => {
    const comparison = compareRuns([run('a', 1), run('b', 1, { scenario: 'rps' })]);
    expect(
      comparison.scenarios.flatMap(({ notCompared }) => notCompared.map(({ reason }) => reason)),
    ).toEqual(['no other run is of its scenario', 'no other run is of its scenario']);
  });

  it('another load, and not what is under the same one', () => {
    const [a, b] = [run('a', 1), run('b', 1)];
    const loaded: Run = {
      ...b,
      parameters: { ...b.parameters, connections: '64', seed: '8', rounds: '5' },
      variants: b.variants.map((variant) => {
        const { rps } = variant.metrics;
        if (rps?.load?.kind !== 'http') return variant;
        return { ...variant, metrics: { rps: { ...rps, load: { ...rps.load, connections: 64 } } } };
      }),
    };
    expect(reasons(compareRuns([a, loaded]))).toEqual([
      'value: it was measured under another load',
      'value: it was measured under another load',
      'overhead: it was measured under another load',
    ]);
    // The number of metrics that are read of a load is no other load.
    const more: Run = {
      ...b,
      variants: b.variants.map((variant) => {
        const { rps } = variant.metrics;
        if (!rps?.load) return variant;
        const load = { ...rps.load, metrics: [...rps.load.metrics, 'cpuUsPerRequest' as const] };
        return { ...variant, metrics: { rps: { ...rps, load } } };
      }),
    };
    expect(reasons(compareRuns([a, more]))).toEqual([]);
  });

  it('a setting, a metric or a change that one alone has', () => {
    const [a, b] = [run('a', 1), run('b', 1)];
    const without = { ...b, variants: b.variants.filter(({ id }) => id !== 'l7') };
    expect(reasons(compareRuns([a, without]))).toEqual(['variant: only the baseline has it']);
    expect(reasons(compareRuns([without, a]))).toEqual(['variant: only this run has it']);
    const empty = { ...b, variants: b.variants.map((variant) => ({ ...variant, metrics: {} })) };
    expect(reasons(compareRuns([a, empty]))).toContain('value: this run has no valid sample of it');
    expect(reasons(compareRuns([a, { ...b, effects: [] }]))).toEqual([
      'overhead: this run has no such change',
    ]);
    expect(reasons(compareRuns([{ ...a, effects: [] }, b]))).toEqual([
      'overhead: the baseline has no such change',
    ]);
  });

  it('one round', () => {
    const single = simulatedRun('b', { level: 1, rounds: 1 }, normal);
    expect(reasons(compareRuns([run('a', 1), single]))).toContain(
      'value: this run has one round with a value of it above 0, and two are needed',
    );
  });
});

describe('what is not judged', () => {
  it('is CPU of the datapath under a load that goes as fast as it can', () => {
    const withCpu = (id: string, factor: number): Run => {
      const one = run(id, 1);
      return {
        ...one,
        samples: [],
        variants: one.variants.map((variant) => {
          const { rps } = variant.metrics;
          return rps
            ? {
                ...variant,
                metrics: { componentCpuCores: { ...rps, samples: rps.samples.map((x) => x * factor) } },
              }
            : variant;
        }),
        differences: [
          {
            metric: 'componentCpuCores',
            variant: 'l7',
            beside: 'none',
            unit: 'cores',
            difference: factor,
            ci95: null,
            n: 1,
          },
        ],
        effects: [],
      };
    };
    const scenario = only(compareRuns([withCpu('a', 1), withCpu('b', 3)]));
    expect(scenario.values.map(({ verdict, notJudged }) => [verdict, notJudged !== undefined])).toEqual([
      [null, true],
      [null, true],
    ]);
    expect(scenario.differences).toMatchObject([{ variant: 'l7', beside: 'none', baseline: 1, other: 3 }]);
  });
});

describe('refused is', () => {
  it.each([
    [0, /nothing to compare/],
    [1, /one run to compare/],
    [7, /7 runs are too many to compare\. Name at most 6\./],
  ])('a comparison of %i runs', (count, message) => {
    const runs = Array.from({ length: count }, (_, at) => run(`r${at}`, 1));
    expect(() => compareRuns(runs)).toThrow(message);
  });

  it('a run with itself', () => {
    expect(() => compareRuns([run('a', 1), run('a', 1)])).toThrow(/a is named twice/);
  });
});
