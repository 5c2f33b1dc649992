import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/core/plan/makePlan';
import { findProfile } from '../../../src/core/plan/profiles';
import type { Run } from '../../../src/core/result/run';
import {
  endedByUndo,
  interruptedRun,
  notEnded,
  type Interruption,
} from '../../../src/core/run/interruptedRun';
import { findScenario } from '../../../src/core/scenario/registry';
import { aRun, aSample } from '../store/aRun';
import { everything, policyChoice } from './fakes';

const plan = makePlan(findScenario('policy-overhead'), {
  profile: findProfile('quick'),
  parameters: {},
  policy: policyChoice,
  on: 'kube',
  target: { ...everything, policyKind: 'CiliumNetworkPolicy' },
  seed: 7,
});
const planned = plan.steps.flatMap((step) => (step.kind === 'sample' ? [step.sample] : []));

function runAfter(samples: number): Run {
  return aRun({
    state: 'partial',
    stateReason: notEnded,
    parameters: { seed: '7' },
    target: { kind: 'kube', name: 'prod-eu-1', fingerprint: {} },
    samples: planned.slice(0, samples).map(({ id, block }) => aSample({ id, block })),
  });
}

const facts: Interruption = {
  run: runAfter(5),
  plan,
  context: 'prod-eu-1',
  journal: { life: 'dead', contexts: ['prod-eu-1'] },
};

describe('a run that was interrupted', () => {
  it('offers the samples that are missing, and how long they take', () => {
    const measured = planned.filter(({ discard }) => !discard);
    const taken = planned.slice(0, 5).filter(({ discard }) => !discard);
    const offer = interruptedRun(facts);
    expect(offer).toMatchObject({ canResume: true, samplesLeft: measured.length - taken.length });
    const secondsLeft = offer.canResume ? offer.secondsLeft : Number.NaN;
    expect(secondsLeft).toBeGreaterThan((measured.length - taken.length) * 10);
    expect(secondsLeft).toBeLessThan(plan.seconds);
  });

  it('can go on to its end alone where every sample is there', () => {
    const offer = interruptedRun({ ...facts, run: runAfter(planned.length) });
    expect(offer).toEqual({ canResume: true, samplesLeft: 0, secondsLeft: 0 });
  });

  const journal = { life: 'dead', contexts: ['prod-eu-1'] } as const;
  it.each<[string, Partial<Interruption>, RegExp]>([
    ['without a run', { run: null }, /no readable run\.json/],
    ['in the lab', { run: aRun() }, /local lab/],
    ['that ended', { run: { ...runAfter(5), state: 'complete' } }, /has ended \(complete\)/],
    ['that ended with less than planned', { run: { ...runAfter(5), stateReason: '5 of 15.' } }, /has ended/],
    ['without a journal', { journal: null }, /no journal here/],
    ['that goes on', { journal: { ...journal, life: 'alive' } }, /still goes on\.$/],
    ['that perhaps goes on', { journal: { ...journal, life: 'unsure' } }, /cannot be seen/],
    ['without a plan', { plan: null }, /plan cannot be read/],
    ['with the plan of another seed', { plan: { ...plan, seed: 8 } }, /belongs to another run/],
    ['without a context', { context: null }, /was not stored/],
    ['whose journal is about another cluster', { context: 'staging' }, /about prod-eu-1, .* on staging/],
  ])('%s cannot go on, and says why', (_what, changed, reason) => {
    const offer = interruptedRun({ ...facts, ...changed });
    expect(offer.canResume).toBe(false);
    expect(offer.canResume ? '' : offer.reason).toMatch(reason);
  });
});

describe('a run whose changes were undone without it', () => {
  const changes = [{ what: 'namespace', old: 'none', new: 'made', undone: true }];

  it('has ended, with its valid samples', () => {
    expect(endedByUndo(runAfter(20), changes, [])).toMatchObject({
      state: 'partial',
      stateReason: 'The run was interrupted; everything that it had changed was undone.',
      changes,
    });
  });

  it('has failed where it has no valid sample', () => {
    expect(endedByUndo(runAfter(0), changes, [])?.state).toBe('failed');
  });

  it('says what is left, until that is undone as well', () => {
    const half = endedByUndo(runAfter(20), changes, ['a namespace']);
    expect(half?.stateReason).toBe('The run was interrupted; not undone: a namespace.');
    expect(half && endedByUndo(half, changes, [])?.stateReason).toMatch(/everything/);
  });

  it('stays as it is where it ended by itself', () => {
    expect(endedByUndo(aRun(), changes, [])).toBeNull();
  });
});
