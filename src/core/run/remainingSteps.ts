import type { Plan, Step } from '../plan/plan';
import type { RemainingSteps } from './runSteps';

/** Where the last step of this kind of change, with the probes right after it, stands before `end`. */
function lastChange(steps: readonly Step[], what: string, end: number): number[] {
  for (let index = end - 1; index >= 0; index--) {
    const step = steps[index];
    if (step?.kind !== 'change' || step.change.what !== what) continue;
    const indices = [index];
    for (let next = index + 1; next < end && steps[next]?.kind === 'probe'; next++) indices.push(next);
    return indices;
  }
  return [];
}

/**
 * What is left of a plan whose run was interrupted after these samples. The setting that the next sample is taken under is
 * put in force anew and probed: what it is on the target now is not known. A sample whose own closing probe was not reached
 * counts as not taken.
 */
export function remainingSteps(plan: Plan, taken: ReadonlySet<string>): RemainingSteps {
  const { steps } = plan;
  const first = steps.findIndex((step) => step.kind === 'sample' && !taken.has(step.sample.id));
  if (first < 0) return [];
  // Changes and probes right before the sample belong to it.
  let begin = first;
  while (begin > 0 && steps[begin - 1]?.kind !== 'sample') begin--;
  const kinds = [
    ...new Set(steps.slice(0, begin).flatMap((step) => (step.kind === 'change' ? [step.change.what] : []))),
  ];
  const again = kinds.flatMap((what) => lastChange(steps, what, begin)).sort((a, b) => a - b);
  const rest = steps.slice(begin).map((_, offset) => begin + offset);
  return [...again, ...rest].flatMap((index) => {
    const step = steps[index];
    return step ? [{ step, index }] : [];
  });
}
