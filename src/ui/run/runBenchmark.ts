import { randomInt } from 'node:crypto';
import * as vscode from 'vscode';
import { refuseBlocked } from '../../core/run/conduct';
import type { PolicyChoice } from '../../core/plan/makePlan';
import { makePlan } from '../../core/plan/makePlan';
import type { Plan } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { variantNeeds } from '../../core/plan/needs';
import { fillParameters } from '../../core/scenario/parameters';
import type { Scenario } from '../../core/scenario/scenario';
import type { Target } from '../../core/target';
import { joined } from '../../core/words/phrases';
import type { KubeContext } from '../../kube/kubeContexts';
import type { MissingTool } from '../../lab/tools/missingTools';
import type { KeptRuns } from '../keptRuns';
import type { ReadOnlyDocuments } from '../readOnlyDocuments';
import type { ResultsPanels } from '../panel/resultsPanels';
import type { RunControl } from './activeRun';
import { chooseRun } from './choose';
import { aboutDuration, clockTime } from '../../core/words/dates';
import type { LocalLab } from './localLab';
import { planText } from '../../core/words/plans';
import { labWords, runQuestion } from '../../core/words/runQuestion';

/** What running needs of the rest of the extension. */
export interface RunServices {
  readonly control: RunControl;
  readonly runs: KeptRuns;
  readonly lab: LocalLab;
  readonly contexts: () => Promise<readonly KubeContext[]>;
  readonly panels: ResultsPanels;
  readonly planDocuments: ReadOnlyDocuments;
  /** The policy to be measured: that of the active editor, or one that is picked. Undefined when the person leaves. */
  readonly choosePolicy: () => Promise<PolicyChoice | undefined>;
  readonly log: vscode.LogOutputChannel;
}

/** What a run was asked for with, where that is known already. */
export interface RunRequest {
  readonly scenario?: Scenario;
  readonly target?: 'lab';
  readonly policy?: PolicyChoice;
}

/** From the choices to a run that is kept. Undefined where the person left before it was begun. */
export async function runBenchmark(services: RunServices, request: RunRequest): Promise<Run | undefined> {
  if (!vscode.workspace.isTrusted) {
    throw new Problem(
      'usage',
      'Nothing is measured in Restricted Mode, since that starts processes.',
      'Trust this workspace first.',
    );
  }
  services.control.refuseSecond();
  const chosen = await chooseRun(request, services.contexts);
  if (!chosen) return undefined;
  const policy = chosen.scenario.takesPolicy ? (request.policy ?? (await services.choosePolicy())) : null;
  if (policy === undefined) return undefined;
  if (!(await ensureTools(services.lab, chosen.scenario))) return undefined;

  const target = await services.lab.target();
  const { plan, checks } = await looking(async (signal) => {
    const capabilities = await target.capabilities(signal);
    const made = makePlan(chosen.scenario, {
      profile: chosen.profile,
      parameters: {},
      policy,
      on: target.kind,
      target: capabilities,
      seed: randomInt(2 ** 31),
    });
    return { plan: made, checks: await target.preflight(made, signal) };
  });
  refuseBlocked(checks);
  const agreed = await ask(plan, () =>
    services.planDocuments.show(`Plan of ${plan.scenario.id}.txt`, planText(plan, target, checks)),
  );
  if (!agreed) return undefined;
  return conductWithProgress(services, plan, target);
}

/** Runs what only reads, with a word of progress, and can be left. */
async function looking<Result>(read: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking at the local lab') },
    () => read(new AbortController().signal),
  );
}

/** Asks before anything is fetched. True when the run can go on. */
async function ensureTools(lab: LocalLab, scenario: Scenario): Promise<boolean> {
  const needs = scenario.variants(fillParameters(scenario, {}), 'lab').flatMap(variantNeeds);
  const { canBring, cannotBring } = await lab.missingTools(needs);
  // What cannot be brought is left out of the plan, which says so with the reason.
  if (canBring.length === 0) return true;
  const get = vscode.l10n.t('Get Tools');
  const goOn = vscode.l10n.t('Go on Without');
  const seconds = canBring.reduce((sum, tool) => sum + tool.seconds, 0);
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Get {0}?', joined(canBring.map(({ name }) => name))),
    {
      modal: true,
      detail: [
        vscode.l10n.t(
          'The lab measures with them. About {0}, into the tools folder:',
          aboutDuration(seconds),
        ),
        ...canBring.map((tool) => describeTool(tool)),
        ...cannotBring.map(({ name, reason }) => vscode.l10n.t('{0} cannot be had: {1}.', name, reason)),
      ].join('\n'),
    },
    get,
    goOn,
  );
  if (answer === undefined) return false;
  if (answer === goOn) return true;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: vscode.l10n.t('Getting tools'),
    },
    async (progress, token) => {
      const report = (message: string): void => {
        progress.report({ message });
      };
      try {
        await lab.provide(canBring, report, abortOf(token));
        return true;
      } catch (error) {
        if (token.isCancellationRequested) return false;
        throw error;
      }
    },
  );
}

const describeTool = ({ how, bytes }: MissingTool): string =>
  vscode.l10n.t('{0} ({1} MB)', how, Math.max(1, Math.round(bytes / 1_000_000)));

function abortOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}

/** The one question. After the plan was shown it is asked again, without covering the plan. */
async function ask(plan: Plan, showPlan: () => Promise<void>): Promise<boolean> {
  const { title, detail } = runQuestion(plan, labWords);
  const run = vscode.l10n.t('Run');
  const show = vscode.l10n.t('Show Plan');
  const answer = await vscode.window.showInformationMessage(title, { modal: true, detail }, run, show);
  if (answer !== show) return answer === run;
  await showPlan();
  return (await vscode.window.showInformationMessage(title, run, vscode.l10n.t('Cancel'))) === run;
}

async function conductWithProgress(services: RunServices, plan: Plan, target: Target): Promise<Run> {
  const { control, runs, panels, log } = services;
  const { store } = runs;
  // Asked again: another run may have begun while the question stood.
  control.refuseSecond();
  const id = await store.newRunId(plan.scenario.id, new Date());
  log.info(
    `Run ${id}: ${plan.scenario.id} on ${target.name}, ${plan.profile.id}, into ${store.folderOf(id)}`,
  );
  const run = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title: plan.scenario.title },
    async (progress, token) => {
      let shown = 0;
      let isOpen = false;
      const following = control.onDidChange(({ run: soFar, progress: at }) => {
        if (!isOpen && soFar.id === id) {
          isOpen = true;
          panels.show(id);
        }
        if (!at) return;
        const done = at.samples > 0 ? (100 * at.samplesDone) / at.samples : 0;
        progress.report({
          increment: done - shown,
          message: token.isCancellationRequested
            ? vscode.l10n.t('taking the lab down')
            : vscode.l10n.t('{0} of {1} · {2} left', at.samplesDone, at.samples, clockTime(at.secondsLeft)),
        });
        shown = done;
      });
      token.onCancellationRequested(() => {
        progress.report({ message: vscode.l10n.t('taking the lab down') });
      });
      progress.report({ message: vscode.l10n.t('building the lab') });
      try {
        return await control.conduct({ id, plan, target, sink: store.sink(), signal: abortOf(token) });
      } catch (error) {
        // Cancelled while the lab was being built: nothing was measured, so nothing is kept and nothing went wrong.
        if (token.isCancellationRequested) throw new vscode.CancellationError();
        throw error;
      } finally {
        following.dispose();
      }
    },
  );
  log.info(`Run ${id} ended: ${run.state}${run.stateReason === undefined ? '' : `. ${run.stateReason}`}`);
  if (run.state === 'failed') {
    throw new Problem(
      'no-result',
      `The run failed. ${run.stateReason ?? ''}`.trim(),
      'The samples so far are kept. The log says more.',
    );
  }
  return run;
}
