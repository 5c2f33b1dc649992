import type { Plan, Profile, Step } from '../plan/plan';
import type { PolicyUnderTest } from '../policy/policyUnderTest';
import { mostWarmUpSamples, steadySamples } from '../result/steady';
import type { Check, Target } from '../target';
import { duration } from './dates';
import { counted } from './numbers';
import { untilWords } from './precision';
import { targetName } from './targets';
import { changeText, loadText, stepText } from './steps';

/** `Cost of examples/shop-l7.yaml · local lab · quick (3 rounds)`. */
export function planTitle(plan: Plan, target: Pick<Target, 'kind' | 'name'>): string {
  const what = plan.policy ? `Cost of ${plan.policy.file}` : plan.scenario.title;
  return `${what} · ${targetName(target)} · ${plan.profile.id} (${roundsWords(plan.profile)})`;
}

function roundsWords({ rounds, until }: Profile): string {
  return until ? `up to ${counted(rounds, 'round')}` : counted(rounds, 'round');
}

/** `quick (3 rounds of 3 s a load)`, and when it ends where that is not the number of rounds. */
export function profileText(profile: Profile): string {
  const { id, rounds, secondsPerLoad, until } = profile;
  const text = `${id} (${roundsWords(profile)} of ${secondsPerLoad} s a load)`;
  return until ? `${text}, ${untilWords(until, rounds)}` : text;
}

/** How long a plan takes, as it begins a sentence. */
export function planDuration({ seconds, profile }: Plan, words: (seconds: number) => string): string {
  return profile.until ? `At most ${words(seconds)}` : `About ${words(seconds)}`;
}

/** The steps of a plan as lines. Of one that may end after any round the warm-up and the first round stand for all. */
function stepLines({ steps, variants, profile, seed }: Plan): readonly string[] {
  const width = String(steps.length).length;
  const line = (step: Step, index: number): string =>
    `${String(index + 1).padStart(width)}  ${stepText(step, variants)}`;
  const warms = steps.some((step) => step.kind === 'sample' && step.sample.discard && step.sample.repeat > 1);
  const note = warms
    ? [
        `A variant whose last ${steadySamples} warm-up samples still change warms up longer, ${mostWarmUpSamples} samples at most.`,
      ]
    : [];
  if (!profile.until) return [...steps.map(line), ...note];
  const last = steps.findLastIndex((step) => step.kind === 'sample' && step.sample.block === 1);
  const order =
    profile.order === 'abba'
      ? 'each in the mirrored order of the one before it'
      : `each in an order of its own, drawn from the seed ${seed}`;
  return [
    ...steps.slice(0, last + 1).map(line),
    `Then up to ${counted(profile.rounds - 1, 'round')} more like it, ${order}.`,
    ...note,
  ];
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
  return [
    planTitle(plan, target),
    plan.scenario.question,
    `${planDuration(plan, duration)}, ${plan.profile.until ? 'up to ' : ''}${counted(samplesOf(plan), 'sample')}, ${profileText(plan.profile)}. Nothing has been touched yet.`,
    ...(plan.profile.order === 'abba'
      ? ['Variants in mirrored order (ABBA), each baseline twice in a row.']
      : []),
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
    ...section('Steps', stepLines(plan)),
    ...section('Policies that it creates', policyLines(plan)),
    '',
  ].join('\n');
}
