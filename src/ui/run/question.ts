import type { Change, Plan, Profile, Step } from '../../core/plan/plan';
import type { Check } from '../../core/target';
import { aboutDuration } from './duration';

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

/** `quick (3 rounds of 3 s)`. */
export function profileWords({ id, rounds, secondsPerLoad }: Profile): string {
  return `${id} (${rounds} rounds of ${secondsPerLoad} s a load)`;
}

function changeWords(change: Change, plan: Plan): string {
  switch (change.what) {
    case 'wire':
      return change.to === 'vxlan' ? 'sends packets through a VXLAN tunnel' : 'sends packets directly';
    case 'policy': {
      const name = plan.policy?.name ?? 'the policy';
      if (change.to === 'l7') return `puts ${name} in force, its HTTP rules included`;
      return change.to === 'l3l4' ? `puts the peers and ports of ${name} in force` : `takes ${name} away`;
    }
    case 'services':
      return change.to === null
        ? 'takes the Services away'
        : `programs ${change.to.count} Services with ${change.to.rules}`;
  }
}

/** What a plan changes, each once, in the order in which it first happens. Never an undoing. */
export function changesOf(plan: Plan): readonly string[] {
  const changes = plan.steps.flatMap((step) => (step.kind === 'change' ? [step.change] : []));
  const made = changes.filter(
    (change) => change.to !== null && change.to !== 'none' && change.to !== 'direct',
  );
  return [...new Set(made.map((change) => changeWords(change, plan)))];
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
      target.builds,
      ...(changes.length > 0 ? [`Inside them: ${changes.join('; ')}.`] : []),
      'Changes nothing else.',
      `About ${aboutDuration(plan.seconds)}, ${profileWords(plan.profile)}.`,
    ].join(' '),
  };
}

function stepWords(step: Step, plan: Plan): string {
  switch (step.kind) {
    case 'change':
      return `Change: ${changeWords(step.change, plan)}`;
    case 'probe':
      return step.probe.kind === 'services'
        ? 'Probe: the first, middle and last Service answer'
        : `Probe: \`${step.probe.request.method} ${step.probe.request.path}\` from ${step.probe.from} gets ${step.probe.expect === 'blocked' ? 'no answer' : step.probe.expect}`;
    case 'sample':
      return `Measure: ${step.sample.variant}, ${step.sample.load.id}, ${step.sample.seconds} s${step.sample.discard ? ' (warm-up, not counted)' : `, round ${step.sample.block}`}`;
  }
}

const marks = { ok: 'ok', warning: 'warning', blocks: 'blocks the run' } as const satisfies Record<
  Check['level'],
  string
>;

/** The whole plan as Markdown: checks, changes, what is not measured, steps, undo. Nothing of it has been done. */
export function planDocument(plan: Plan, target: TargetWords, checks: readonly Check[]): string {
  const list = (lines: readonly string[], none: string): string[] =>
    lines.length > 0 ? lines.map((line) => `- ${line}`) : [none];
  return [
    `# ${plan.scenario.title}`,
    '',
    plan.scenario.question,
    '',
    `On ${target.name}, ${profileWords(plan.profile)}, about ${aboutDuration(plan.seconds)}. Nothing has been touched yet.`,
    ...(plan.policy
      ? [
          '',
          `Policy: ${plan.policy.kind} \`${plan.policy.name}\`, ${plan.policy.direction} port ${plan.policy.port}, in ${plan.policy.file}.`,
        ]
      : []),
    '',
    '## Checks',
    '',
    ...list(
      checks.map(
        ({ level, text, todo }) => `${marks[level]}: ${text}${todo === undefined ? '' : ` ${todo}`}`,
      ),
      'None.',
    ),
    '',
    '## Changes',
    '',
    ...list(
      [
        target.builds,
        ...changesOf(plan).map((change) => `${change[0]?.toUpperCase() ?? ''}${change.slice(1)}.`),
      ],
      'None.',
    ),
    '',
    '## Not measured',
    '',
    ...list(
      plan.notMeasured.map(({ what, reason }) => `${what}: ${reason}`),
      'Everything the scenario asks for is measured.',
    ),
    '',
    '## Steps',
    '',
    ...plan.steps.map((step, index) => `${index + 1}. ${stepWords(step, plan)}`),
    '',
    '## Undo',
    '',
    'Every change is undone when the run ends, is cancelled or breaks off. Nothing is deleted that the run did not create.',
    '',
  ].join('\n');
}
