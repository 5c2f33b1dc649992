import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import type { Plan } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import type { Run } from '../../../src/core/result/run';
import { conduct } from '../../../src/core/run/conduct';
import { remainingSteps } from '../../../src/core/run/remainingSteps';
import { findScenario } from '../../../src/core/scenario/registry';
import type { OpenOptions } from '../../../src/core/target';
import { everything, fakeBench, fakeClock, fakeTarget, memorySink, policyChoice } from './fakes';

const plan: Plan = makePlan(findScenario('policy-overhead'), {
  profile: findProfile('quick'),
  parameters: {},
  policy: policyChoice,
  on: 'lab',
  target: everything,
  seed: 3,
});
const sampleIds = plan.steps.flatMap((step) => (step.kind === 'sample' ? [step.sample.id] : []));

/** The policy in force when each sample is taken, by following the steps. */
function settings(steps: readonly Plan['steps'][number][]): Map<string, string> {
  let policy = 'none';
  const found = new Map<string, string>();
  for (const step of steps) {
    if (step.kind === 'change' && step.change.what === 'policy') policy = step.change.to;
    if (step.kind === 'sample') found.set(step.sample.id, policy);
  }
  return found;
}

async function run(over: {
  signal?: AbortSignal;
  earlier?: Run;
  onSample?: (count: number) => void;
  fingerprint?: Record<string, string>;
}) {
  const clock = fakeClock();
  const bench = fakeBench({ clock });
  const sink = memorySink();
  const opened: OpenOptions[] = [];
  const target = fakeTarget(bench, {
    open: (_, options) => {
      opened.push(options);
      return Promise.resolve(bench);
    },
    ...(over.fingerprint ? { fingerprint: () => Promise.resolve(over.fingerprint ?? {}) } : {}),
  });
  const running = conduct(plan, target, {
    id: 'r1',
    clock,
    sink,
    signal: over.signal ?? new AbortController().signal,
    ...(over.earlier ? { earlier: over.earlier } : {}),
  });
  let samples = 0;
  for (;;) {
    const next = await running.next();
    if (next.done) return { run: next.value, bench, sink, opened };
    if (next.value.kind === 'sample') over.onSample?.(++samples);
  }
}

describe('what is left of a plan', () => {
  it('is all of it where nothing was measured', () => {
    expect(remainingSteps(plan, new Set()).map(({ index }) => index)).toEqual([...plan.steps.keys()]);
  });

  it('is nothing where all was', () => {
    expect(remainingSteps(plan, new Set(sampleIds))).toEqual([]);
  });

  it.each(sampleIds.map((_, count) => count))(
    'after %i samples takes the others, each under the setting of the plan',
    (count) => {
      const rest = remainingSteps(plan, new Set(sampleIds.slice(0, count))).map(({ step }) => step);
      const whole = settings(plan.steps);
      expect([...settings(rest)]).toEqual(sampleIds.slice(count).map((id) => [id, whole.get(id)]));
    },
  );
});

describe('a run that is taken up again', () => {
  it('has every sample of the plan once, and says to the target that it resumes', async () => {
    const stop = new AbortController();
    const first = await run({
      signal: stop.signal,
      onSample: (count) => {
        if (count === 7) stop.abort();
      },
    });
    expect(first.run.state).toBe('cancelled');
    const second = await run({ earlier: { ...first.run, state: 'partial' } });
    expect(second.run.state).toBe('complete');
    expect(second.run.samples.map(({ id }) => id)).toEqual(sampleIds);
    expect(second.run.startedAt).toBe(first.run.startedAt);
    expect(second.opened).toMatchObject([{ runId: 'r1', resume: true }]);
    expect(first.opened[0]).not.toHaveProperty('resume');
    expect(second.sink.begun).toEqual([]);
    expect(second.bench.log.filter((line) => line.startsWith('run'))).toHaveLength(
      sampleIds.length - first.run.samples.length,
    );
  });

  it('is refused where the target is no longer the same, before anything is touched', async () => {
    const { run: whole } = await run({});
    const resumed = run({ earlier: whole, fingerprint: { kernel: '6.19' } });
    await expect(resumed).rejects.toThrow(/changed since the run was interrupted: kernel/);
  });

  it('goes on where only the number of Services differs: the run has left its own standing', async () => {
    const { run: whole } = await run({});
    const resumed = run({ earlier: whole, fingerprint: { kernel: '6.18', services: '7' } });
    await expect(resumed).resolves.toMatchObject({ run: { state: 'complete' } });
  });
});
