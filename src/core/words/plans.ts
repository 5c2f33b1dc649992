import type { Plan, Profile } from '../plan/plan';
import type { PolicyUnderTest } from '../policy/policyUnderTest';
import type { Check, Target } from '../target';
import { duration } from './dates';
import { counted } from './numbers';
import { targetName } from './targets';
import { changeText, loadText, stepText } from './steps';

/** `Cost of examples/shop-l7.yaml · local lab · quick (3 rounds)`. */
export function planTitle(plan: Plan, target: Pick<Target, 'kind' | 'name'>): string {
  const what = plan.policy ? `Cost of ${plan.policy.file}` : plan.scenario.title;
  return `${what} · ${targetName(target)} · ${plan.profile.id} (${counted(plan.profile.rounds, 'round')})`;
}

/** `quick (3 rounds of 3 s a load)`. */
export function profileText({ id, rounds, secondsPerLoad }: Profile): string {
  return `${id} (${counted(rounds, 'round')} of ${secondsPerLoad} s a load)`;
}

const marks = { ok: 'ok', warning: 'warning', blocks: 'blocks the run' } as const satisfies Record<
  Check['level'],
  string
>;

export function checkText({ level, text, todo }: Check): string {
  return `${marks[level]}: ${text}${todo === undefined ? '' : ` ${todo}`}`;
}

/** What a plan changes on the target, each once, in the order in which it first happens. */
export function changesOf(plan: Plan): readonly string[] {
  const changes = plan.steps.flatMap((step) => (step.kind === 'change' ? [step.change] : []));
  const made = changes.filter(
    ({ to }) => to !== null && to !== 'none' && to !== 'direct' && to !== 'as-found',
  );
  return [...new Set(made.map(changeText))];
}

function samplesOf(plan: Plan): number {
  return plan.steps.filter((step) => step.kind === 'sample' && !step.sample.discard).length;
}

/** The policies as they are sent, as YAML: JSON is YAML, and needs no writer. */
function policyLines({ policyObjects }: Plan): readonly string[] {
  if (!policyObjects) return [];
  return [...policyObjects.l3l4, ...policyObjects.l7].flatMap((object) => [
    '---',
    ...JSON.stringify(object, null, 2).split('\n'),
  ]);
}

/** `CiliumNetworkPolicy shop, ingress port 8080, in shop.yaml`. */
function policyText({ kind, name, direction, port, namedPort, anyPort, file }: PolicyUnderTest): string {
  const measured = namedPort === undefined ? `port ${port}` : `port ${namedPort} (${port} here)`;
  return `${kind} ${name}, ${direction} ${anyPort ? `every port (${port} here)` : measured}, in ${file}`;
}

/** The whole plan: what, how long, checks, variants, changes, what is left out, every step. */
export function planText(
  plan: Plan,
  target: Pick<Target, 'kind' | 'name'>,
  checks: readonly Check[],
): string {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
  const loads = plan.variants.flatMap((variant) =>
    variant.loads.map((load) => `${load.id}: ${loadText(load)}`),
  );
  const number = (index: number): string => String(index + 1).padStart(String(plan.steps.length).length);
  return [
    planTitle(plan, target),
    plan.scenario.question,
    `About ${duration(plan.seconds)}, ${counted(samplesOf(plan), 'sample')}, ${profileText(plan.profile)}. Nothing has been touched yet.`,
    ...(plan.policy ? [`Policy: ${policyText(plan.policy)}.`] : []),
    ...section('Checks', checks.map(checkText)),
    ...section(
      'Variants',
      plan.variants.map(({ label, baseline, beside }) => {
        const labelOf = (id: string): string =>
          plan.variants.find((variant) => variant.id === id)?.label ?? id;
        if (beside !== undefined) return `${label}, beside ${labelOf(beside)}`;
        return baseline === undefined ? label : `${label}, against ${labelOf(baseline)}`;
      }),
    ),
    ...section('Loads', [...new Set(loads)]),
    ...section('Changes, all undone at the end', changesOf(plan)),
    ...section('The manifest, as the bench has it', plan.policyObjects?.mapped ?? []),
    ...section(
      'Not measured',
      plan.notMeasured.map(({ what, reason }) => `${what}: ${reason}`),
    ),
    ...section(
      'Steps',
      plan.steps.map((step, index) => `${number(index)}  ${stepText(step, plan.variants)}`),
    ),
    ...section('Policies that it creates', policyLines(plan)),
    '',
  ].join('\n');
}
