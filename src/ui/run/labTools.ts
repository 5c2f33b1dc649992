import * as vscode from 'vscode';
import { variantNeeds } from '../../core/plan/needs';
import { fillParameters } from '../../core/scenario/parameters';
import type { Scenario } from '../../core/scenario/scenario';
import { aboutDuration } from '../../core/words/dates';
import { joined } from '../../core/words/phrases';
import type { MissingTool, MissingTools } from '../../lab/tools/missingTools';
import { abortOf } from './abortOf';
import type { LocalLab } from './localLab';

/** The tools that a scenario wants on the lab and that are not there. */
export function missingFor(lab: LocalLab, scenario: Scenario): Promise<MissingTools> {
  return lab.missingTools(scenario.variants(fillParameters(scenario, {}), 'lab').flatMap(variantNeeds));
}

/** What is fetched, how and how much, and what cannot be. */
export function toolLines({ canBring, cannotBring }: MissingTools): string {
  const seconds = canBring.reduce((sum, tool) => sum + tool.seconds, 0);
  const about =
    canBring.length === 0
      ? []
      : [
          vscode.l10n.t(
            'The lab measures with tools that are not here yet. They are fetched first, in about {0}, into the tools folder:',
            aboutDuration(seconds),
          ),
        ];
  return [
    ...about,
    ...canBring.map((tool) => describeTool(tool)),
    ...cannotBring.map(({ name, reason }) => vscode.l10n.t('{0} cannot be had: {1}.', name, reason)),
  ].join('\n');
}

/** Fetches tools, with a word of progress. False where the person stops it. Throws a `Problem` when one cannot be had. */
export async function getTools(lab: LocalLab, tools: readonly MissingTool[]): Promise<boolean> {
  if (tools.length === 0) return true;
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
        await lab.provide(tools, report, abortOf(token));
        return true;
      } catch (error) {
        if (token.isCancellationRequested) return false;
        throw error;
      }
    },
  );
}

/** Asks before anything is fetched. True when the run can go on. */
export async function ensureTools(lab: LocalLab, scenario: Scenario): Promise<boolean> {
  const missing = await missingFor(lab, scenario);
  // What cannot be brought is left out of the plan, which says so with the reason.
  if (missing.canBring.length === 0) return true;
  const get = vscode.l10n.t('Get Tools');
  const goOn = vscode.l10n.t('Go on Without');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Get {0}?', joined(missing.canBring.map(({ name }) => name))),
    { modal: true, detail: toolLines(missing) },
    get,
    goOn,
  );
  if (answer === undefined) return false;
  return answer === goOn || getTools(lab, missing.canBring);
}

const describeTool = ({ how, bytes }: MissingTool): string =>
  vscode.l10n.t('{0} ({1} MB)', how, Math.max(1, Math.round(bytes / 1_000_000)));
