import * as vscode from 'vscode';
import { variantNeeds } from '../../core/plan/needs';
import { fillParameters } from '../../core/scenario/parameters';
import type { Scenario } from '../../core/scenario/scenario';
import { aboutDuration } from '../../core/words/dates';
import { joined } from '../../core/words/phrases';
import type { MissingTool } from '../../lab/tools/missingTools';
import { abortOf } from './abortOf';
import type { LocalLab } from './localLab';

/** Asks before anything is fetched. True when the run can go on. */
export async function ensureTools(lab: LocalLab, scenario: Scenario): Promise<boolean> {
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
