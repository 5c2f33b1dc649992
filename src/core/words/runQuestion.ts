import { consents, type Consent } from '../plan/consents';
import type { Plan } from '../plan/plan';
import { aboutDuration } from './dates';
import { joined } from './phrases';
import { changesOf, planDuration, profileText } from './plans';

/** Where a plan is about to run, in words. */
export interface TargetWords {
  /** `the local lab`, `prod-eu-1`. */
  readonly name: string;
  /** What is built there for the run, in sentences. */
  readonly builds: readonly string[];
  /** As it begins the sentence about changes, e.g. `Inside them`. */
  readonly inside: string;
}

export const labWords: TargetWords = {
  name: 'the local lab',
  builds: ['Builds five network namespaces on this machine, and takes them down afterwards.'],
  inside: 'Inside them',
};

/** A cluster, named by its context. `namespace` is null where the run makes one of its own. */
export function clusterWords(
  context: string,
  namespace: string | null,
  allow: ReadonlySet<Consent>,
): TargetWords {
  const agreed = [...allow].map((consent) => consents[consent]);
  return {
    name: context,
    builds: [
      namespace === null
        ? 'Creates a namespace of its own with the pods and the Service that are measured, and deletes it afterwards.'
        : `Creates pods and a Service in the namespace ${namespace}, and deletes them afterwards.`,
      ...(agreed.length > 0 ? [`As agreed it also ${joined(agreed)}.`] : []),
    ],
    inside: 'There',
  };
}

/** The one question before a run: what runs where, what it changes, how long it takes. */
export function runQuestion(
  plan: Plan,
  target: TargetWords,
): { readonly title: string; readonly detail: string } {
  const changes = changesOf(plan);
  return {
    title: `Run ${plan.scenario.id} on ${target.name}?`,
    detail: [
      ...target.builds,
      ...(changes.length > 0 ? [`${target.inside} the run will ${changes.join('; ')}.`] : []),
      ...(plan.policyObjects?.mapped ?? []),
      'Changes nothing else.',
      `${planDuration(plan, aboutDuration)}, ${profileText(plan.profile)}.`,
    ].join(' '),
  };
}
