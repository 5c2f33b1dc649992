import * as vscode from 'vscode';
import { ablePlan } from '../../core/plan/ablePlan';
import type { Profile } from '../../core/plan/plan';
import { findProfile, profileOn, profiles, untilPrecise } from '../../core/plan/profiles';
import { defaultBudgetSeconds, firstLook, offeredPercent } from '../../core/plan/untilPrecision';
import { Problem } from '../../core/problem';
import { comparesSomething } from '../../core/result/precision';
import { scenarios } from '../../core/scenario/registry';
import type { Scenario, TargetKind } from '../../core/scenario/scenario';
import type { KubeContext } from '../../kube/kubeContexts';
import { aboutDuration } from '../../core/words/dates';
import type { Place } from './place';
import { back, pickStep, type Choice, type StepPlace } from './steps';

/** A run as chosen, before anything is asked of the target. */
export interface Chosen {
  readonly scenario: Scenario;
  readonly place: Place;
  readonly profile: Profile;
}

type Contexts = () => Promise<readonly KubeContext[]>;

const stepAt = (step: number, placeholder: string): StepPlace => ({
  title: vscode.l10n.t('Run Benchmark'),
  step,
  of: 3,
  placeholder,
});

/** Expected seconds of a scenario at a profile, at most: on a target that can measure all of it. */
function expectedSeconds(scenario: Scenario, profile: Profile, on: TargetKind): number {
  return ablePlan(scenario, profile, on).seconds;
}

function scenarioChoices(place: Place | undefined): Choice<Scenario>[] {
  return scenarios
    .filter(({ runsOn }) => !place || runsOn.includes(place.kind))
    .map((scenario) => ({
      label: scenario.title,
      description: [
        ...(scenario.takesPolicy ? [vscode.l10n.t('measures a policy')] : []),
        ...(scenario.runsOn.includes('lab') ? [] : [vscode.l10n.t('on a cluster')]),
      ].join(' · '),
      detail: scenario.question,
      value: scenario,
    }));
}

const labChoice = (): Choice<Place> => ({
  label: `$(beaker) ${vscode.l10n.t('Local lab')}`,
  detail: vscode.l10n.t(
    'Network namespaces on this machine, not a cluster. Needs no cluster and no right on one.',
  ),
  value: { kind: 'lab' },
});

const contextChoice = ({ name, current, server }: KubeContext): Choice<Place> => ({
  label: `$(${current ? 'circle-filled' : 'circle-outline'}) ${name}`,
  description: current ? vscode.l10n.t('active context') : '',
  detail: vscode.l10n.t(
    '{0}. It is only read before you have been asked.',
    server ?? vscode.l10n.t('no server'),
  ),
  value: { kind: 'kube', context: name },
});

/** Where the scenario can be measured. Throws a usage {@link Problem} where there is no such place. */
async function placeChoices({ runsOn, title }: Scenario, contexts: Contexts): Promise<Choice<Place>[]> {
  // A kubeconfig that cannot be read is told in the Targets view; the lab is there all the same.
  const known = runsOn.includes('kube') ? await contexts().catch(() => []) : [];
  const choices = [...(runsOn.includes('lab') ? [labChoice()] : []), ...known.map(contextChoice)];
  if (choices.length > 0) return choices;
  throw new Problem(
    'usage',
    `${title} is measured on a cluster, and no kubeconfig has a context.`,
    'Set KUBECONFIG, or choose what can be measured on the local lab.',
  );
}

function profileChoices(scenario: Scenario, on: TargetKind): Choice<Profile>[] {
  const fixed = profiles.map((profile) => ({
    label: profile.id,
    description: aboutDuration(expectedSeconds(scenario, profile, on)),
    detail: vscode.l10n.t('{0} rounds of {1} s a load', profile.rounds, profile.secondsPerLoad),
    value: profile,
  }));
  return [...fixed, ...untilPreciseChoice(scenario, on)];
}

/** Going on until the intervals are narrow; not offered where nothing is compared. */
function untilPreciseChoice(scenario: Scenario, on: TargetKind): Choice<Profile>[] {
  const standard = findProfile('standard');
  if (!comparesSomething(ablePlan(scenario, standard, on).variants)) return [];
  const until = { percent: offeredPercent, budgetSeconds: defaultBudgetSeconds };
  const profile = untilPrecise(standard, until);
  return [
    {
      label: vscode.l10n.t('Until the interval is ±{0} %', until.percent),
      description: vscode.l10n.t('at most {0}', aboutDuration(until.budgetSeconds)),
      detail: vscode.l10n.t(
        '{0} to {1} rounds of {2} s a load, as the noise asks for',
        firstLook,
        profile.rounds,
        profileOn(profile, on).secondsPerLoad,
      ),
      value: profile,
    },
  ];
}

/** Asks for scenario, target and profile, skipping what is known already. Undefined when the person leaves. */
export async function chooseRun(
  known: { readonly scenario?: Scenario; readonly place?: Place },
  contexts: Contexts,
): Promise<Chosen | undefined> {
  let { scenario, place } = known;
  let step = scenario ? 2 : 1;
  for (;;) {
    if (step === 1 || !scenario) {
      const placeholder = vscode.l10n.t('What is to be measured?');
      const answer = await pickStep(stepAt(1, placeholder), scenarioChoices(known.place));
      if (answer === undefined || answer === back) return undefined;
      scenario = answer;
      step = 2;
    } else if (step === 2 || !place) {
      const answer: Place | typeof back | undefined =
        known.place ?? (await pickStep(stepAt(2, vscode.l10n.t('Where?')), placeChoices(scenario, contexts)));
      if (answer === undefined || (answer === back && known.scenario)) return undefined;
      if (answer === back) step = 1;
      else {
        place = answer;
        step = 3;
      }
    } else {
      const placeholder = vscode.l10n.t('How thoroughly?');
      const answer = await pickStep(stepAt(3, placeholder), profileChoices(scenario, place.kind));
      if (answer === undefined) return undefined;
      if (answer !== back) return { scenario, place, profile: answer };
      if (known.place && known.scenario) return undefined;
      step = known.place ? 1 : 2;
    }
  }
}

/** Asks where a policy is to be measured: the lab stands first. It is not asked where there is no context. */
export async function choosePolicyPlace(contexts: Contexts): Promise<Place | undefined> {
  const known = await contexts().catch(() => []);
  if (known.length === 0) return { kind: 'lab' };
  const answer = await pickStep(
    { title: vscode.l10n.t('Measure This Policy'), step: 1, of: 2, placeholder: vscode.l10n.t('Where?') },
    [labChoice(), ...known.map(contextChoice)],
  );
  return answer === back ? undefined : answer;
}
