import * as vscode from 'vscode';
import type { PolicyChoice } from '../../core/plan/makePlan';
import { makePlan } from '../../core/plan/makePlan';
import type { Profile } from '../../core/plan/plan';
import { profiles } from '../../core/plan/profiles';
import { scenarios } from '../../core/scenario/registry';
import { capabilityNames, type Scenario } from '../../core/scenario/scenario';
import type { TargetCapabilities } from '../../core/target';
import type { KubeContext } from '../../kube/kubeContexts';
import { aboutDuration } from '../../core/words/dates';
import { back, pickStep, type Choice, type StepPlace } from './steps';

/** A run as chosen, before anything is asked of the target. Only the lab can be measured so far. */
export interface Chosen {
  readonly scenario: Scenario;
  readonly profile: Profile;
}

const place = (step: number, placeholder: string): StepPlace => ({
  title: vscode.l10n.t('Run Benchmark'),
  step,
  of: 3,
  placeholder,
});

/** A target that can do all that is known, to tell how long a run takes at most. */
const ableTarget: TargetCapabilities = {
  can: new Set(capabilityNames),
  cannot: new Map(),
};
const standInPolicy: PolicyChoice = {
  policy: {
    file: '',
    name: 'policy',
    namespace: null,
    kind: 'CiliumNetworkPolicy',
    direction: 'ingress',
    port: 80,
    http: [{}],
    textHash: '',
    line: 0,
  },
  allowed: { method: 'GET', path: '/', headers: {} },
  denied: { method: 'DELETE', path: '/', headers: {} },
};

/** Expected seconds of a scenario at a profile, at most: on a target that can measure all of it. */
function expectedSeconds(scenario: Scenario, profile: Profile): number {
  const policy = scenario.takesPolicy ? standInPolicy : null;
  return makePlan(scenario, { profile, parameters: {}, policy, on: 'lab', target: ableTarget, seed: 0 })
    .seconds;
}

function scenarioChoices(): Choice<Scenario>[] {
  return scenarios.map((scenario) => ({
    label: scenario.title,
    description: scenario.takesPolicy ? vscode.l10n.t('measures a policy') : '',
    detail: scenario.question,
    value: scenario,
  }));
}

type TargetChoice = { readonly kind: 'lab' } | { readonly kind: 'context'; readonly name: string };

async function targetChoices(
  contexts: () => Promise<readonly KubeContext[]>,
): Promise<Choice<TargetChoice>[]> {
  // A kubeconfig that cannot be read is told in the Targets view; the lab is there all the same.
  const known = await contexts().catch(() => []);
  return [
    {
      label: `$(beaker) ${vscode.l10n.t('Local lab')}`,
      detail: vscode.l10n.t(
        'Network namespaces on this machine, not a cluster. Needs no cluster and no right on one.',
      ),
      value: { kind: 'lab' },
    },
    ...known.map((context): Choice<TargetChoice> => ({
      label: `$(${context.current ? 'circle-filled' : 'circle-outline'}) ${context.name}`,
      description: context.current ? vscode.l10n.t('active context') : '',
      detail: vscode.l10n.t('Cannot run here: this version measures on the local lab only.'),
      value: { kind: 'context', name: context.name },
    })),
  ];
}

function profileChoices(scenario: Scenario): Choice<Profile>[] {
  return profiles.map((profile) => ({
    label: profile.id,
    description: aboutDuration(expectedSeconds(scenario, profile)),
    detail: vscode.l10n.t('{0} rounds of {1} s a load', profile.rounds, profile.secondsPerLoad),
    value: profile,
  }));
}

/**
 * Asks for scenario, target and profile, skipping what is known already. Undefined when the person leaves.
 * A context that cannot be measured yet is said so, and the question stays.
 */
export async function chooseRun(
  known: { readonly scenario?: Scenario; readonly target?: 'lab' },
  contexts: () => Promise<readonly KubeContext[]>,
): Promise<Chosen | undefined> {
  let { scenario } = known;
  let step = scenario ? 2 : 1;
  for (;;) {
    if (step === 1 || !scenario) {
      const answer = await pickStep(place(1, vscode.l10n.t('What is to be measured?')), scenarioChoices());
      if (answer === undefined || answer === back) return undefined;
      scenario = answer;
      step = 2;
    } else if (step === 2) {
      const answer: TargetChoice | typeof back | undefined = known.target
        ? { kind: known.target }
        : await pickStep(place(2, vscode.l10n.t('Where?')), targetChoices(contexts));
      if (answer === undefined || (answer === back && known.scenario)) return undefined;
      if (answer !== back && answer.kind === 'context') {
        await vscode.window.showInformationMessage(
          vscode.l10n.t('This version measures on the local lab only. {0} is left alone.', answer.name),
          { modal: true },
        );
        continue;
      }
      step = answer === back ? 1 : 3;
    } else {
      const answer = await pickStep(place(3, vscode.l10n.t('How thoroughly?')), profileChoices(scenario));
      if (answer === undefined) return undefined;
      if (answer !== back) return { scenario, profile: answer };
      if (known.target) {
        if (known.scenario) return undefined;
        step = 1;
      } else step = 2;
    }
  }
}
