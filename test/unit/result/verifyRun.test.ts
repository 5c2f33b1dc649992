import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import { findProfile } from '../../../src/core/plan/profiles';
import { figureRules, ruleChanges } from '../../../src/core/result/figureRules';
import type { Effect, Run } from '../../../src/core/result/run';
import type { StoredRun } from '../../../src/core/result/verify/verifyRun';
import { verifyRun } from '../../../src/core/result/verify/verifyRun';
import { conduct } from '../../../src/core/run/conduct';
import { findScenario } from '../../../src/core/scenario/registry';
import { verificationLines } from '../../../src/core/words/verification';
import {
  everything,
  fakeBench,
  fakeClock,
  fakeTarget,
  fortioOutput,
  memorySink,
  policyChoice,
} from '../run/fakes';

/** A run as the runner stores it, one of its samples invalid by its own output, one by a probe. */
async function storedRun(): Promise<StoredRun> {
  const plan = makePlan(findScenario('policy-overhead'), {
    profile: findProfile('quick'),
    parameters: {},
    policy: policyChoice,
    on: 'lab',
    target: everything,
    seed: 1,
  });
  const clock = fakeClock();
  let count = 0;
  const bench = fakeBench({
    clock,
    rps: (policy) => ({ none: 20_000, l3l4: 18_000 })[policy] ?? 6000,
    run: ({ id }) => {
      count += 1;
      if (id === 'b2-l7-saturated-1') return { stdout: fortioOutput(3, 20_000, 400) };
      if (id === 'b1-l3l4-saturated-1') return { spoiledBy: ['the server was restarted'] };
      return id.includes('saturated') ? { stdout: fortioOutput(3, 3 * (15_000 + 137 * count)) } : {};
    },
  });
  const sink = memorySink();
  const running = conduct(plan, fakeTarget(bench), {
    id: 'r1',
    clock,
    sink,
    signal: new AbortController().signal,
  });
  while (!(await running.next()).done);
  const [run] = sink.ended;
  if (!run) throw new Error('the run was not stored');
  // As it is read from the disk.
  return {
    run: JSON.parse(JSON.stringify(run)) as Run,
    plan,
    raw: new Map(sink.samples.map(({ sample, raw }) => [sample.id, raw])),
  };
}

/** The run with one value changed, by the way to it. */
function changed({ run, ...rest }: StoredRun, way: readonly (string | number)[], value: unknown): StoredRun {
  const copy = structuredClone(run);
  const last = way.at(-1) ?? '';
  let at = copy as unknown as Record<string | number, unknown>;
  for (const step of way.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  expect(at[last]).toBeDefined();
  at[last] = value;
  return { run: copy, ...rest };
}

const stored = await storedRun();
const { run } = stored;
const placeOf = (id: string): number => run.samples.findIndex((sample) => sample.id === id);
const figures = (of: StoredRun): readonly string[] => verifyRun(of).differences.map(({ figure }) => figure);

describe('a run as it was stored', () => {
  it('comes out the same, every sample read again', () => {
    expect(run.samples.filter(({ valid }) => !valid)).toHaveLength(2);
    const { compared, ...verification } = verifyRun(stored);
    expect(verification).toEqual({
      run: 'r1',
      samplesRead: run.samples.length,
      differences: [],
      otherRules: null,
      notVerified: [],
    });
    expect(compared).toBeGreaterThan(20 * run.samples.length);
  });

  it('also without its plan', () => {
    expect(verifyRun({ ...stored, plan: null })).toMatchObject({ differences: [] });
  });
});

describe('a changed figure is named', () => {
  it.each([
    ['a median', ['variants', 0, 'metrics', 'rps', 'median'], 'variants, none, metrics, rps, median'],
    ['an effect', ['effects', 0, 'percent'], 'effects, rps of l3l4, percent'],
    ['a verdict', ['effects', 0, 'verdict'], 'effects, rps of l3l4, verdict'],
    ['an interval', ['effects', 0, 'ci95', 1], 'effects, rps of l3l4, ci95, 2'],
    ['a noise band', ['effects', 0, 'noisePercent'], 'effects, rps of l3l4, noisePercent'],
  ])('%s', (_, way, figure) => {
    const value = way.includes('verdict') ? 'better' : 12.5;
    const [difference, ...more] = verifyRun(changed(stored, way, value)).differences;
    expect(more).toEqual([]);
    expect(difference).toMatchObject({ figure, stored: value });
    expect(difference?.again).not.toBe(value);
  });

  it('a sample’s value, whether it is summarised or not', () => {
    for (const id of ['b1-none-saturated-1', 'b0-none-saturated-1', 'b2-l7-saturated-1'])
      expect(figures(changed(stored, ['samples', placeOf(id), 'values', 'rps'], 1))).toEqual([
        `samples, ${id}, values, rps`,
      ]);
  });

  it('a sample and all that was made of it, where both were changed alike', () => {
    const place = placeOf('b1-none-saturated-1');
    const old = run.samples[place]?.values.rps;
    const at = run.variants[0]?.metrics.rps?.samples.indexOf(old ?? NaN) ?? NaN;
    const both = changed(
      changed(stored, ['samples', place, 'values', 'rps'], 99_999),
      ['variants', 0, 'metrics', 'rps', 'samples', at],
      99_999,
    );
    expect(figures(both)).toEqual([
      'samples, b1-none-saturated-1, values, rps',
      `variants, none, metrics, rps, samples, ${at + 1}`,
    ]);
  });

  it('the last digits of a logarithm are none', () => {
    const percent = (run.effects[0]?.percent ?? NaN) * (1 + 1e-12);
    expect(figures(changed(stored, ['effects', 0, 'percent'], percent))).toEqual([]);
  });

  it('a sample that its output speaks against, made valid', () => {
    const place = placeOf('b2-l7-saturated-1');
    const made = changed(
      changed(stored, ['samples', place, 'valid'], true),
      ['samples', place, 'invalidReasons'],
      [],
    );
    expect(figures(made)).toEqual([
      'samples, b2-l7-saturated-1, valid',
      'samples, b2-l7-saturated-1, invalidReasons, 1',
    ]);
  });

  it('a reason that did not come from the output counts all the same', () => {
    const place = placeOf('b1-l3l4-saturated-1');
    expect(figures(changed(stored, ['samples', place, 'valid'], true))).toContain(
      'samples, b1-l3l4-saturated-1, valid',
    );
  });

  it('other raw output', () => {
    const raw = new Map(stored.raw);
    raw.set('b1-none-saturated-1', { argv: ['fortio'], exitCode: 1, stdout: '', stderr: 'gone' });
    expect(figures({ ...stored, raw })).toContain('samples, b1-none-saturated-1, valid');
  });

  it('raw output that is not there', () => {
    const raw = new Map(stored.raw);
    raw.delete('b1-none-saturated-1');
    const verification = verifyRun({ ...stored, raw });
    expect(verification.differences.map(({ figure }) => figure)).toEqual([
      'samples, b1-none-saturated-1, raw output',
    ]);
    expect(verificationLines(verification).at(-1)).toBe(
      '  Not verified: sample b1-none-saturated-1, because samples/b1-none-saturated-1.json is not there.',
    );
  });

  it('a sample that was left out', () => {
    const samples = run.samples.filter(({ id }) => id !== 'b1-none-saturated-1');
    expect(figures({ ...stored, run: { ...run, samples } })).toContain('samples, b1-none-saturated-1');
  });
});

describe('a run of other rules', () => {
  const newFields = new Set<string>(ruleChanges.flatMap(({ fields }) => fields));
  const kept: ReadonlySet<string> = new Set(['ci95', 'verdict', 'roundsNeeded', 'reason']);
  const oldEffects = run.effects.map(
    (effect) =>
      Object.fromEntries(
        Object.entries(effect).filter(([name]) => !newFields.has(name) || kept.has(name)),
      ) as unknown as Effect,
  );
  const { figureRules: own, ...withoutRules } = run;
  const old: StoredRun = { ...stored, run: { ...withoutRules, effects: oldEffects } };

  it('has no difference where these rules give another verdict, and says which rules computed it', () => {
    expect(own).toBe(figureRules);
    const other = changed(old, ['effects', 0, 'verdict'], 'better');
    const { differences, otherRules } = verifyRun(other);
    expect(differences).toEqual([]);
    expect(otherRules).toMatchObject({ version: 1, today: figureRules });
    expect(otherRules?.differences.map(({ figure }) => figure)).toContain('effects, rps of l3l4, verdict');
    const lines = verificationLines(verifyRun(other)).join('\n');
    expect(lines).toMatch(/Rules 1 computed its effects; since then .*\n {2}effects, rps of l3l4, verdict: /);
    expect(lines).toContain(`effects, rps of l3l4, verdict: "better" is stored, rules ${figureRules} give "`);
  });

  it('has one where no rule changed the figure', () => {
    expect(figures(changed(old, ['effects', 0, 'percent'], 3))).toEqual(['effects, rps of l3l4, percent']);
  });

  it('may be of a newer version', () => {
    const newer = { ...stored, run: { ...run, figureRules: figureRules + 1 } };
    expect(figures(changed(newer, ['effects', 0, 'percent'], 3))).toEqual([]);
    expect(verificationLines(verifyRun(newer))[1]).toContain('of a newer Cilium Bench');
  });
});

describe('a run that another program made', () => {
  it('is not verified, and says why', () => {
    const imported = { format: 'netperf', source: 'x', importedAt: run.startedAt, notes: [] };
    expect(verificationLines(verifyRun({ ...stored, run: { ...run, imported } }))).toEqual([
      'r1: not verified',
      '  Not verified: its figures, because another program made them (netperf).',
    ]);
  });
});
