import path from 'node:path';
import { readFile, stat } from 'node:fs/promises';
import type { PlanChoices, PolicyChoice } from '../core/plan/makePlan';
import type { Profile } from '../core/plan/plan';
import { findProfile, profiles } from '../core/plan/profiles';
import { messageOf, Problem } from '../core/problem';
import { scenarios } from '../core/scenario/registry';
import type { Scenario } from '../core/scenario/scenario';
import { parsePairs, type OptionSpecs, type ParsedArguments } from './arguments';
import type { CommandContext } from './commands/command';
import { suggestion } from './didYouMean';
import { asksForCluster } from './kube';
import { givenKubeOptions, kubeOptions } from './kubeOptions';
import { mostRoundsFrom, precisionOptions, untilPrecisionFrom } from './precisionOptions';

/** What `run` and `plan` have in common. */
export const runOptions = {
  target: {
    value: 'TARGET',
    choices: ['lab', 'kube'],
    help: 'where to measure; the local lab unless said otherwise',
  },
  context: { value: 'NAME', help: 'kube context of the cluster; the current one with --target kube alone' },
  profile: {
    value: 'PROFILE',
    choices: profiles.map((profile) => profile.id),
    help: `how long: ${profiles.map(({ id, rounds, secondsPerLoad }) => `${id} is ${rounds} rounds of ${secondsPerLoad} s a load`).join(', ')}; quick unless said otherwise`,
  },
  rounds: { value: 'N', help: 'rounds, instead of the profile’s; with --until-precision the most' },
  seconds: { value: 'N', help: 'seconds of a load, instead of the profile’s' },
  ...precisionOptions,
  order: {
    value: 'ORDER',
    choices: ['shuffled', 'abba'],
    help: 'of the variants within a round: drawn anew for each, or mirrored from round to round; shuffled unless said otherwise',
  },
  set: { value: 'name=value', many: true, help: 'a parameter of the scenario; may be repeated' },
  policy: { value: 'FILE', help: 'manifest of the policy to be measured' },
  ...kubeOptions,
} as const satisfies OptionSpecs;

/** What `run` and `plan` were asked for, checked as far as that goes without a target. */
export interface RunChoices {
  readonly scenarios: readonly Scenario[];
  readonly profile: Profile;
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: PolicyChoice | null;
  /** The manifest as the user named it. */
  readonly policyFile: string | null;
}

function findScenario(id: string): Scenario {
  const found = scenarios.find((scenario) => scenario.id === id);
  if (found) return found;
  const ids = scenarios.map((scenario) => scenario.id);
  throw new Problem(
    'usage',
    `There is no scenario "${id}".`,
    suggestion(id, ids, `The scenarios are ${ids.join(', ')}.`),
  );
}

/** With several scenarios a parameter goes to those that have it; one of them must. */
function checkParameters(chosen: readonly Scenario[], parameters: Readonly<Record<string, string>>): void {
  const names = chosen.flatMap((scenario) => scenario.parameters.map((parameter) => parameter.name));
  const ids = chosen.map((scenario) => scenario.id).join(', ');
  for (const name of Object.keys(parameters)) {
    if (names.includes(name)) continue;
    throw new Problem(
      'usage',
      `${ids} ${chosen.length > 1 ? 'have' : 'has'} no parameter "${name}".`,
      suggestion(name, names, names.length > 0 ? `There is ${names.join(', ')}.` : 'There is none.'),
    );
  }
}

/** Options of a cluster say nothing in the lab: they are refused, not passed over. */
function refuseMixed(args: ParsedArguments): void {
  if (asksForCluster(args)) return;
  const [given] = [...(args.text('context') === undefined ? [] : ['--context']), ...givenKubeOptions(args)];
  if (given === undefined) return;
  throw new Problem(
    'usage',
    `${given} belongs to --target kube, and the target is the local lab.`,
    `Leave ${given} out, or name a cluster: --context NAME.`,
  );
}

/** The profile with its rounds and seconds as asked for. */
function profileFrom(args: ParsedArguments): Profile {
  const profile = findProfile(args.text('profile') ?? 'quick');
  const number = (name: 'rounds' | 'seconds', least: number, most: number): number | undefined => {
    const text = args.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new Problem(
      'usage',
      `--${name} cannot be "${text}".`,
      `Give a whole number from ${least} to ${most}.`,
    );
  };
  const until = untilPrecisionFrom(args);
  const asked = number('rounds', 1, 1000);
  const rounds = until ? mostRoundsFrom(asked) : asked;
  const seconds = number('seconds', 1, 3600);
  return {
    ...profile,
    ...(rounds === undefined ? {} : { rounds }),
    ...(seconds === undefined ? {} : { askedSeconds: seconds }),
    ...(until ? { until } : {}),
    ...(args.text('order') === 'abba' ? { order: 'abba' } : {}),
  };
}

const largestManifestBytes = 5_000_000;

async function readManifest(file: string, cwd: string): Promise<string> {
  const full = path.resolve(cwd, file);
  try {
    const found = await stat(full);
    if (found.isDirectory()) throw new Problem('usage', `${file} is a folder.`, 'Name the manifest in it.');
    if (found.size > largestManifestBytes) {
      throw new Problem(
        'usage',
        `${file} has more than ${largestManifestBytes / 1e6} MB.`,
        'Name the manifest of one policy.',
      );
    }
    return await readFile(full, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    const there = await stat(full).then(
      () => true,
      () => false,
    );
    throw new Problem(
      'usage',
      there ? `${file} cannot be read: ${messageOf(error)}.` : `There is no file ${file}.`,
      'Name a manifest that can be read with --policy FILE.',
      { cause: error },
    );
  }
}

async function loadPolicy(
  file: string,
  cwd: string,
  { path: requestPath = '', method = '', policy: name }: Readonly<Record<string, string>>,
): Promise<PolicyChoice> {
  const text = await readManifest(file, cwd);
  const { policyChoice } = await import('../core/policy/main');
  return policyChoice(text, file, { request: { path: requestPath, method }, ...(name ? { name } : {}) });
}

/**
 * Reads what `run` and `plan` were asked for. Throws a usage {@link Problem} for a scenario, parameter or manifest that
 * cannot be used, and a target one for a target that this release cannot measure on.
 */
export async function readChoices(
  args: ParsedArguments,
  context: Pick<CommandContext, 'cwd'>,
): Promise<RunChoices> {
  refuseMixed(args);
  const chosen = args.positionals.map(findScenario);
  const parameters = parsePairs(args.texts('set'), 'set');
  checkParameters(chosen, parameters);
  const policyFile = args.text('policy') ?? null;
  return {
    scenarios: chosen,
    profile: profileFrom(args),
    parameters,
    policy: policyFile === null ? null : await loadPolicy(policyFile, context.cwd, parameters),
    policyFile,
  };
}

/** The choices as far as they belong to one of the scenarios. */
export function choicesFor(
  scenario: Scenario,
  choices: RunChoices,
): Pick<PlanChoices, 'profile' | 'parameters' | 'policy'> {
  const names = new Set(scenario.parameters.map((parameter) => parameter.name));
  // A policy that no scenario takes is handed on all the same: planning then says so.
  const isForAnother = !scenario.takesPolicy && choices.scenarios.some((other) => other.takesPolicy);
  return {
    profile: choices.profile,
    parameters: Object.fromEntries(Object.entries(choices.parameters).filter(([name]) => names.has(name))),
    policy: isForAnother ? null : choices.policy,
  };
}
