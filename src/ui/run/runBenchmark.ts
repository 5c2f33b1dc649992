import { randomInt } from 'node:crypto';
import * as vscode from 'vscode';
import type { PolicyChoice } from '../../core/plan/makePlan';
import { makePlan } from '../../core/plan/makePlan';
import type { Plan } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { findScenario } from '../../core/scenario/registry';
import type { Check, Target } from '../../core/target';
import { checkText, planText } from '../../core/words/plans';
import { runQuestion } from '../../core/words/runQuestion';
import type { KubeContext } from '../../kube/kubeContexts';
import type { ReadOnlyDocuments } from '../readOnlyDocuments';
import { choosePolicyPlace, chooseRun, type Chosen } from './choose';
import { conductWithProgress, type ConductServices } from './conductWithProgress';
import type { LocalLab } from './localLab';
import { openPlace } from './openPlace';
import type { OpenPlace, Place } from './place';

/** What running needs of the rest of the extension. */
export interface RunServices extends ConductServices {
  readonly lab: LocalLab;
  readonly contexts: () => Promise<readonly KubeContext[]>;
  readonly planDocuments: ReadOnlyDocuments;
  /** The policy to be measured: that of the active editor, or one that is picked. Undefined when the person leaves. */
  readonly choosePolicy: () => Promise<PolicyChoice | undefined>;
}

/** What a run was asked for with, where that is known already. */
export interface RunRequest {
  /** Its id. */
  readonly scenario?: string;
  readonly place?: Place;
  readonly policy?: PolicyChoice;
}

/** Throws a usage {@link Problem} in Restricted Mode. */
export function refuseUntrusted(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Problem(
    'usage',
    'Nothing is measured in Restricted Mode, since that starts processes.',
    'Trust this workspace first.',
  );
}

/** From the choices to a run that is kept. Undefined where the person left before it was begun. */
export async function runBenchmark(services: RunServices, request: RunRequest): Promise<Run | undefined> {
  refuseUntrusted();
  services.control.refuseSecond();
  const { scenario, place: where } = request;
  const known = {
    ...(scenario === undefined ? {} : { scenario: findScenario(scenario) }),
    ...(where ? { place: where } : {}),
  };
  const chosen = await chooseRun(known, services.contexts);
  if (!chosen) return undefined;
  const policy = chosen.scenario.takesPolicy ? (request.policy ?? (await services.choosePolicy())) : null;
  if (policy === undefined) return undefined;
  const opened = await openPlace(chosen.place, chosen.scenario, services.lab, (target, signal) =>
    planOn(target, chosen, policy, signal),
  );
  if (!opened) return undefined;
  const { place, prepared } = opened;
  try {
    if (!(await agreedTo(services.planDocuments, place, prepared))) return undefined;
    return await conductWithProgress(services, prepared.plan, place);
  } finally {
    place.close();
  }
}

/** A plan and what the target says to it. Nothing has been touched yet. */
interface Planned {
  readonly plan: Plan;
  readonly checks: readonly Check[];
}

/** Plans a run on a target and asks what it says to it; both only read. */
export async function planOn(
  target: Target,
  { scenario, profile }: Chosen,
  policy: PolicyChoice | null,
  signal: AbortSignal,
): Promise<Planned> {
  const plan = makePlan(scenario, {
    profile,
    parameters: {},
    policy,
    on: target.kind,
    target: await target.capabilities(signal),
    seed: randomInt(2 ** 31),
  });
  return { plan, checks: await target.preflight(plan, signal) };
}

/** Measures a policy where the person says: on a cluster as it is written, in the lab by its measured rule. */
export async function measurePolicy(services: RunServices, policy: PolicyChoice): Promise<Run | undefined> {
  const place = await choosePolicyPlace(services.contexts);
  if (!place) return undefined;
  // What has templates is measured by its measured rule everywhere: what it says as written is not known.
  const scenario = place.kind === 'kube' && policy.manifest ? 'this-policy' : 'policy-overhead';
  return runBenchmark(services, { scenario, place, policy });
}

/** Whether the person wants it run; what cannot be run is refused. */
export async function agreedTo(
  planDocuments: ReadOnlyDocuments,
  { target, words }: OpenPlace,
  { plan, checks }: Planned,
): Promise<boolean> {
  const showPlan = (): Promise<void> =>
    planDocuments.show(`Plan of ${plan.scenario.id}.txt`, planText(plan, target, checks));
  return checks.some(({ level }) => level === 'blocks')
    ? refuse(plan, words.name, checks, showPlan)
    : ask(runQuestion(plan, words), checks, showPlan);
}

const show = (): string => vscode.l10n.t('Show Plan');

/** Says what stands in the way, all of it at once. */
async function refuse(
  { scenario }: Plan,
  where: string,
  checks: readonly Check[],
  showPlan: () => Promise<void>,
): Promise<false> {
  const blocking = checks
    .filter(({ level }) => level === 'blocks')
    .map(({ text, todo }) => (todo === undefined ? text : `${text} ${todo}`));
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} cannot run on {1}. Nothing was touched.', scenario.id, where),
    {
      modal: true,
      // Two checks may stumble over the same thing.
      detail: [...new Set(blocking)].join('\n\n'),
    },
    show(),
  );
  if (answer === show()) await showPlan();
  return false;
}

/** The one question. After the plan was shown it is asked again, without covering the plan. */
async function ask(
  { title, detail }: ReturnType<typeof runQuestion>,
  checks: readonly Check[],
  showPlan: () => Promise<void>,
): Promise<boolean> {
  const run = vscode.l10n.t('Run');
  const warnings = checks.filter(({ level }) => level === 'warning').map(checkText);
  const all = [detail, ...warnings].join('\n\n');
  const answer = await vscode.window.showInformationMessage(title, { modal: true, detail: all }, run, show());
  if (answer !== show()) return answer === run;
  await showPlan();
  return (await vscode.window.showInformationMessage(title, run, vscode.l10n.t('Cancel'))) === run;
}
