import * as vscode from 'vscode';
import { findScenario } from '../core/scenario/registry';
import { commands } from '../ids';
import { openReport } from './openReport';
import { registerCommand } from './problems';
import { choosePolicyOf, documentOf } from './run/choosePolicy';
import { runBenchmark, type RunServices } from './run/runBenchmark';
import { deleteRun, runOf } from './runCommands';
import { headlineText } from './tree/headline';
import { isLabNode, retriedNode, type TargetNode } from './tree/targetNodes';

/** What the commands act on. */
export interface CommandServices extends RunServices {
  readonly extensionUri: vscode.Uri;
  /** Reads the targets anew, below this node or all of them. */
  readonly refreshTargets: (node?: TargetNode) => void;
  readonly refreshRuns: () => void;
}

/** Registers every command of `ids.ts`. */
export function registerCommands(services: CommandServices): vscode.Disposable {
  const { control, runs, panels, log, extensionUri, refreshTargets, refreshRuns } = services;

  /** Does something with the run that the command was called with, or with one that is picked. */
  const withRun = (act: (runId: string) => unknown) => async (given: unknown) => {
    const runId = await runOf(given, runs, headlineText);
    if (runId !== undefined) await act(runId);
  };
  const openResults = (runId: string): void => {
    panels.show(runId);
  };

  return vscode.Disposable.from(
    registerCommand(log, commands.runBenchmark, async (given) => {
      await runBenchmark(services, isLabNode(given) ? { target: 'lab' } : {});
    }),
    registerCommand(log, commands.measurePolicy, async (given, textHash) => {
      control.refuseSecond();
      const document = await documentOf(given);
      const policy = await choosePolicyOf(document, typeof textHash === 'string' ? textHash : undefined);
      if (!policy) return;
      await runBenchmark(services, { scenario: findScenario('policy-overhead'), policy });
    }),
    registerCommand(log, commands.openResults, withRun(openResults)),
    registerCommand(log, commands.showRun, withRun(openResults)),
    registerCommand(
      log,
      commands.openReport,
      withRun((runId) => openReport(extensionUri, runs, runId)),
    ),
    registerCommand(
      log,
      commands.revealRunFolder,
      withRun((runId) =>
        vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(runs.store.folderOf(runId))),
      ),
    ),
    registerCommand(
      log,
      commands.deleteRun,
      withRun(async (runId) => {
        if (!(await deleteRun(runs, runId, control.active?.run.id))) return;
        refreshRuns();
        panels.refresh(runId);
      }),
    ),
    registerCommand(log, commands.retryTarget, (given) => {
      refreshTargets(retriedNode(given));
    }),
    registerCommand(log, commands.refresh, () => {
      refreshTargets();
      refreshRuns();
    }),
    registerCommand(log, commands.showLog, () => {
      log.show();
    }),
  );
}
