import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import type { Plan, Profile } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import { seededNumbers } from '../../../src/core/plan/shuffle';
import { firstLook, type UntilPrecision } from '../../../src/core/plan/untilPrecision';
import { halfWidthPercent } from '../../../src/core/result/precision';
import type { Run } from '../../../src/core/result/run';
import { steadySamples } from '../../../src/core/result/steady';
import { verifyRun, type StoredRun } from '../../../src/core/result/verify/verifyRun';
import { conduct } from '../../../src/core/run/conduct';
import type { RunEvent } from '../../../src/core/run/events';
import { findScenario } from '../../../src/core/scenario/registry';
import {
  everything,
  fakeBench,
  fakeClock,
  fakeTarget,
  fortioOutput,
  memorySink,
  policyChoice,
} from './fakes';

function planOf(until: UntilPrecision, over: Partial<Profile> = {}): Plan {
  return makePlan(findScenario('policy-overhead'), {
    profile: { ...findProfile('quick'), rounds: 30, until, ...over },
    parameters: {},
    policy: policyChoice,
    on: 'lab',
    target: everything,
    seed: 3,
  });
}

interface Ways {
  /** A reading's spread, as a share: uniform from −noise to +noise. */
  readonly noise: number;
  readonly earlier?: Run;
  readonly stopAfter?: number;
  readonly invalid?: boolean;
}

/** Conducts on a bench whose every sample's rate depends on nothing but its id, so that a run taken up again reads the same. */
async function conducted(plan: Plan, { noise, earlier, stopAfter, invalid }: Ways) {
  const clock = fakeClock();
  const stop = new AbortController();
  let policy = 'none';
  const bench = fakeBench({
    clock,
    rps: (now) => {
      policy = now;
      return 20_000;
    },
    run: ({ id, seconds }) => {
      if (!id.includes('saturated')) return {};
      const random = seededNumbers(
        Array.from(id).reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), 7),
      )();
      const level = id.includes('l7') ? 6000 : 20_000;
      const answered = level * seconds * (1 + noise * (2 * random - 1));
      return { stdout: fortioOutput(seconds, answered, invalid ? answered : 0), exitCode: 0 };
    },
  });
  const sink = memorySink();
  const running = conduct(plan, fakeTarget(bench), {
    id: 'r1',
    clock,
    sink,
    signal: stop.signal,
    ...(earlier ? { earlier } : {}),
  });
  const events: RunEvent[] = [];
  for (;;) {
    const next = await running.next();
    if (next.done) {
      const raw = new Map(sink.samples.map(({ sample, raw: output }) => [sample.id, output]));
      return { run: next.value, events, raw, policy };
    }
    events.push(next.value);
    if (next.value.kind === 'sample' && next.value.run.samples.length === stopAfter) stop.abort();
  }
}

const roundsOf = (run: Run): number => Math.max(...run.samples.map(({ block }) => block));
const verified = (stored: StoredRun): readonly string[] =>
  verifyRun(stored).differences.map(({ figure }) => figure);

describe('a run that goes on until its intervals are narrow', () => {
  const plan = planOf({ percent: 3, budgetSeconds: 7200 });

  it('ends after the first whole round at which all primary effects are, and says so', async () => {
    const { run, raw } = await conducted(plan, { noise: 0.045 });
    const { precision } = run;
    expect(precision).toMatchObject({
      rule: 'fixed-width',
      askedPercent: 3,
      mostRounds: 30,
      ended: 'reached',
    });
    const rounds = roundsOf(run);
    expect(rounds).toBeGreaterThan(firstLook);
    expect(rounds).toBeLessThan(30);
    expect(run.state).toBe('complete');
    const planned = plan.steps.flatMap((step) =>
      step.kind === 'sample' && step.sample.block <= rounds ? [step.sample.id] : [],
    );
    expect(run.samples.map(({ id }) => id).filter((id) => planned.includes(id))).toEqual(planned);
    expect(run.parameters['rounds']).toBe(String(rounds));
    const widths = precision?.looks.map(({ percent }) => percent ?? Infinity) ?? [];
    expect(precision?.looks.map((look) => look.rounds)).toEqual(
      Array.from({ length: rounds - firstLook + 1 }, (_, place) => firstLook + place),
    );
    expect(widths.at(-1)).toBeLessThanOrEqual(3);
    expect(Math.min(...widths.slice(0, -1))).toBeGreaterThan(3);
    const shown = run.effects
      .filter(({ metric }) => metric === 'rps')
      .map(({ ci95 }) => halfWidthPercent(ci95 ?? [0, 0]));
    expect(Math.max(...shown)).toBeCloseTo(widths.at(-1) ?? 0, 9);
    expect(new Set(run.effects.map(({ method }) => method))).toEqual(new Set(['t']));
    expect(verified({ run, plan, raw })).toEqual([]);
  });

  it('takes six rounds even where nothing varies much', async () => {
    const { run } = await conducted(plan, { noise: 0.001 });
    expect(roundsOf(run)).toBe(firstLook);
  });

  it('ends at its most rounds, the precision not reached', async () => {
    const few = planOf({ percent: 3, budgetSeconds: 7200 }, { rounds: 7 });
    const { run } = await conducted(few, { noise: 0.4 });
    expect(run).toMatchObject({ state: 'complete', precision: { ended: 'rounds' } });
    expect(roundsOf(run)).toBe(7);
    expect(run.precision?.looks.every(({ percent }) => percent === null || percent > 3)).toBe(true);
  });

  it('begins no round that would go beyond the budget', async () => {
    const short = planOf({ percent: 3, budgetSeconds: 300 });
    const { run, events } = await conducted(short, { noise: 0.4 });
    expect(run).toMatchObject({ state: 'complete', precision: { ended: 'budget' } });
    const used = run.precision?.secondsUsed ?? 0;
    expect(used).toBeLessThanOrEqual(300);
    expect(used * (1 + 1 / roundsOf(run))).toBeGreaterThan(300);
    const steps = events.flatMap((event) => (event.kind === 'step' ? [event] : []));
    expect(steps.every(({ atMost, secondsLeft }) => atMost === true && secondsLeft <= 300)).toBe(true);
  });

  it('does not go on where nothing can be compared', async () => {
    const { run } = await conducted(plan, { noise: 0.01, invalid: true });
    expect(run.precision?.ended).toBe('nothing-compared');
    expect(roundsOf(run)).toBe(firstLook);
  });

  it.each([9, 80])(
    'interrupted after %i samples it comes to the same looks and the same end',
    async (stopAfter) => {
      const whole = await conducted(plan, { noise: 0.045 });
      const first = await conducted(plan, { noise: 0.045, stopAfter });
      expect(first.run.state).toBe('cancelled');
      expect(verified({ run: first.run, plan, raw: first.raw })).toEqual([]);
      const second = await conducted(plan, { noise: 0.045, earlier: { ...first.run, state: 'partial' } });
      expect(second.run.precision?.looks).toEqual(whole.run.precision?.looks);
      expect(second.run.effects).toEqual(whole.run.effects);
      expect(second.run.samples.map(({ id }) => id)).toEqual(whole.run.samples.map(({ id }) => id));
      expect(second.run.precision?.secondsUsed).toBeGreaterThan(first.run.precision?.secondsUsed ?? Infinity);
    },
  );

  it('is found out where a look was changed, or the run did not end where it should have', async () => {
    const { run, raw } = await conducted(plan, { noise: 0.045 });
    if (!run.precision) throw new Error('it has no precision');
    const [look, ...looks] = run.precision.looks;
    const moved = {
      ...run.precision,
      looks: [{ rounds: 6, effects: 2, percent: (look?.percent ?? 0) + 1 }, ...looks],
    };
    expect(verified({ run: { ...run, precision: moved }, plan, raw })).toEqual([
      'precision, looks, after round 6, percent',
    ]);
    const other = { ...run.precision, ended: 'budget' as const };
    expect(verified({ run: { ...run, precision: other }, plan, raw })).toEqual(['precision, reachedAt']);
  });
});

describe('a plan that may grow', () => {
  const order = (plan: Plan, rounds: number): readonly string[] =>
    plan.steps.flatMap((step) =>
      step.kind === 'sample' && step.sample.block <= rounds ? [step.sample.id] : [],
    );

  it('has the rounds of a seed in the same order however many follow', () => {
    const short = planOf({ percent: 3, budgetSeconds: 7200 }, { rounds: 6 });
    const long = planOf({ percent: 3, budgetSeconds: 7200 }, { rounds: 50 });
    expect(order(long, 6)).toEqual(order(short, 6));
  });

  it('takes no longer than its budget', () => {
    expect(planOf({ percent: 3, budgetSeconds: 200 }).seconds).toBe(200);
  });

  it('is refused where no round fits into its budget, or nothing is compared', () => {
    expect(() => planOf({ percent: 3, budgetSeconds: 10 })).toThrow(
      /A budget of 10 s is shorter than a round of policy-overhead/,
    );
    const resources = () =>
      makePlan(findScenario('resources'), {
        profile: { ...findProfile('quick'), rounds: 30, until: { percent: 3, budgetSeconds: 7200 } },
        parameters: {},
        policy: null,
        on: 'kube',
        target: everything,
        seed: 3,
      });
    expect(resources).toThrow(/resources compares nothing here/);
  });

  it('mirrors its rounds in order abba, with pairs of each baseline', () => {
    const plan = makePlan(findScenario('policy-overhead'), {
      profile: { ...findProfile('quick'), order: 'abba' },
      parameters: {},
      policy: policyChoice,
      on: 'lab',
      target: everything,
      seed: 3,
    });
    const of = (round: number): readonly string[] =>
      plan.steps.flatMap((step) =>
        step.kind === 'sample' && step.sample.block === round && step.sample.load.id === 'saturated'
          ? [`${step.sample.variant}/${step.sample.repeat}`]
          : [],
      );
    expect(of(1)).toEqual(['none/1', 'none/2', 'l3l4/1', 'l7/1']);
    expect(of(2)).toEqual(['l7/1', 'l3l4/1', 'none/2', 'none/1']);
    expect(of(3)).toEqual(of(1));
    expect(of(0)).toHaveLength(3 * steadySamples);
  });
});
