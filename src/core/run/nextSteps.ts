import type { Plan, SamplePlan, Step } from '../plan/plan';
import { sampleSeconds } from '../plan/expectedSeconds';
import type { Sample } from '../result/run';
import { mostWarmUpSamples, stillWarmsUp, warmUpValues } from '../result/steady';
import type { TargetKind } from '../scenario/scenario';
import type { PlacedStep, RemainingSteps } from './runSteps';

function furtherWarmUp(sample: SamplePlan, repeat: number): SamplePlan {
  return { ...sample, repeat, id: `b0-${sample.variant}-${sample.load.id}-${repeat}` };
}

/** The block of the first sample at or after a place in the plan; beyond the last one the number after it. */
function blockAt(steps: readonly Step[], index: number): number {
  for (let at = index; at < steps.length; at += 1) {
    const step = steps[at];
    if (step?.kind === 'sample') return step.sample.block;
  }
  const last = steps.findLast((step) => step.kind === 'sample');
  return last?.kind === 'sample' ? last.sample.block + 1 : 1;
}

/** Whether a step is a probe that closes the sample before it: the round goes on until it was asked. */
function closesSample(steps: readonly Step[], index: number): boolean {
  let at = index;
  while (steps[at]?.kind === 'probe') at -= 1;
  return at < index && steps[at]?.kind === 'sample';
}

export interface Deciding {
  /** What has been taken so far. */
  readonly samples: () => readonly Sample[];
  readonly on: TargetKind;
  /** Called between two rounds with the number of those that are complete; true ends the run there. */
  readonly endsAfter: (rounds: number) => boolean;
}

/**
 * What is left of a plan, one step at a time, with what depends on the samples so far: a variant that still warms up gets further
 * warm-up samples, not in the plan, and the run ends after the round that `endsAfter` names.
 */
export function* nextSteps(
  plan: Plan,
  remaining: RemainingSteps,
  { samples, on, endsAfter }: Deciding,
): Generator<PlacedStep, void> {
  let asked = 0;
  const begun = (): number => Math.max(0, ...samples().map(({ block }) => block));
  for (const placed of remaining) {
    const { step, index } = placed;
    const complete = blockAt(plan.steps, index) - 1;
    // Where a run is taken up again, changes from earlier rounds are made anew: between those no round ends.
    if (complete > asked && complete >= begun() && !closesSample(plan.steps, index)) {
      asked = complete;
      if (endsAfter(complete)) return;
    }
    yield placed;
    if (step.kind !== 'sample' || !step.sample.discard) continue;
    const { variant } = step.sample;
    const next = plan.steps[index + 1];
    if (next?.kind === 'sample' && next.sample.discard && next.sample.variant === variant) continue;
    for (let repeat = step.sample.repeat + 1; repeat <= mostWarmUpSamples; repeat += 1) {
      if (!stillWarmsUp(warmUpValues(samples(), variant, step.sample.load.metrics[0]))) break;
      const sample = furtherWarmUp(step.sample, repeat);
      yield { index, step: { kind: 'sample', sample, seconds: sampleSeconds(sample.seconds, on) } };
    }
  }
  const complete = blockAt(plan.steps, plan.steps.length) - 1;
  if (complete > asked) endsAfter(complete);
}
