import * as vscode from 'vscode';
import { commands, views, type CommandId } from '../ids';
import type { InterruptedRun } from '../store/interruptedRuns';
import { explanationOf, type Explaining } from './editor/explain';
import { openReport } from './openReport';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import { choosePolicyOf, documentOf } from './run/choosePolicy';
import { interruptedOf, type InterruptedRuns } from './run/interrupted';
import type { RunServices } from './run/runBenchmark';
import { deleteRun, runOf } from './runCommands';
import { headlineText } from './tree/headline';
import { askedToRun, retriedNode, type TargetNode } from './tree/targetNode';

/** What the commands act on. */
export interface CommandServices extends RunServices {
  readonly extensionUri: vscode.Uri;
  readonly interrupted: InterruptedRuns;
  readonly explaining: Explaining;
  readonly explanations: ReadOnlyDocuments;
  /** Reads the targets anew, below this node or all of them. */
  readonly refreshTargets: (node?: TargetNode) => void;
  readonly refreshRuns: () => void;
}

/** What each command of `ids.ts` does. */
export type CommandHandlers = Readonly<Record<CommandId, (...given: unknown[]) => unknown>>;

/** Makes the handlers; `extension.ts` has registered the commands. */
export function commandHandlers(services: CommandServices): CommandHandlers {
  const { control, interrupted, runs, panels, log, extensionUri, refreshTargets, refreshRuns } = services;

  /** Does something with the run that the command was called with, or with one that is picked. */
  const withRun = (act: (runId: string) => unknown) => async (given: unknown) => {
    const runId = await runOf(given, runs, headlineText);
    if (runId !== undefined) await act(runId);
  };
  const openResults = (runId: string): void => {
    panels.show(runId);
  };

  const undoThese = async (chosen: readonly InterruptedRun[]): Promise<void> => {
    try {
      await interrupted.undo(chosen);
    } finally {
      refreshRuns();
    }
  };

  return {
    [commands.runBenchmark]: async (given) => {
      await (await import('./run/main')).runBenchmark(services, askedToRun(given));
    },
    [commands.measurePolicy]: async (given, textHash) => {
      control.refuseSecond();
      const document = await documentOf(given);
      const policy = await choosePolicyOf(document, typeof textHash === 'string' ? textHash : undefined);
      if (!policy) return;
      await (await import('./run/main')).measurePolicy(services, policy);
    },
    [commands.explainPolicy]: async (given, line) => {
      const document = await documentOf(given);
      const active = vscode.window.activeTextEditor;
      const at =
        typeof line === 'number'
          ? line
          : active?.document === document
            ? active.selection.active.line
            : undefined;
      const name = document.uri.path.replace(/^.*\//, '');
      const text = await explanationOf(services.explaining, document, at);
      await services.explanations.show(`${name}.md`, text, vscode.ViewColumn.Beside);
    },
    [commands.showTargets]: () => vscode.commands.executeCommand(`${views.targets}.focus`),
    [commands.openResults]: withRun(openResults),
    [commands.showRun]: (given, variant) =>
      withRun((runId) => {
        panels.show(runId, typeof variant === 'string' ? variant : undefined);
      })(given),
    [commands.openReport]: withRun((runId) => openReport(extensionUri, runs, runId)),
    [commands.revealRunFolder]: withRun((runId) =>
      vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(runs.store.folderOf(runId))),
    ),
    [commands.deleteRun]: withRun(async (runId) => {
      if (!(await deleteRun(runs, runId, control.active?.run.id))) return;
      refreshRuns();
      panels.refresh(runId);
    }),
    [commands.goOnRun]: async (given) => {
      const chosen = interruptedOf(given);
      if (!chosen) return;
      try {
        const run = await interrupted.goOn(chosen);
        if (run) panels.show(run.id);
      } finally {
        refreshRuns();
      }
    },
    [commands.undoRun]: async (given) => {
      const chosen = interruptedOf(given);
      if (chosen) await undoThese([chosen]);
    },
    [commands.undoInterrupted]: async () => {
      await undoThese(await interrupted.list());
    },
    [commands.retryTarget]: (given) => {
      refreshTargets(retriedNode(given));
    },
    [commands.refresh]: () => {
      refreshTargets();
      refreshRuns();
    },
    [commands.showLog]: () => {
      log.show();
    },
  };
}
