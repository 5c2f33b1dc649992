import type { Plan } from '../../core/plan/plan';
import { aboutDuration } from '../../core/words/dates';
import { changesOf, profileText } from '../../core/words/plans';

/** Where a plan is about to run, in words. */
export interface TargetWords {
  /** `the local lab`, `prod-eu-1`. */
  readonly name: string;
  /** What is built there for the run, as a sentence. */
  readonly builds: string;
}

export const labWords: TargetWords = {
  name: 'the local lab',
  builds: 'Builds five network namespaces on this machine, and takes them down afterwards.',
};

/** The one question before a run: what runs where, what it changes, how long it takes. */
export function runQuestion(
  plan: Plan,
  target: TargetWords,
): { readonly title: string; readonly detail: string } {
  const changes = changesOf(plan);
  return {
    title: `Run ${plan.scenario.id} on ${target.name}?`,
    detail: [
      target.builds,
      ...(changes.length > 0 ? [`Inside them the run will ${changes.join('; ')}.`] : []),
      'Changes nothing else.',
      `About ${aboutDuration(plan.seconds)}, ${profileText(plan.profile)}.`,
    ].join(' '),
  };
}
