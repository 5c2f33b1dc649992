import * as vscode from 'vscode';
import { Problem } from '../core/problem';
import { commands, restrictedModeCommands, views, type CommandId } from '../ids';
import { comparisonId, driftId } from '../core/words/panelIds';
import type { InterruptedRun } from '../store/interruptedRuns';
import { explanationOf, type Explaining } from './editor/explain';
import type { Pushes } from './export/pushes';
import { exportRunFolder, importResults } from './exchange';
import { showProblem } from './problems';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import { choosePolicyOf, documentOf } from './run/choosePolicy';
import { interruptedOf, type InterruptedRuns } from './run/interrupted';
import type { RunServices } from './run/runBenchmark';
import { runOf } from './runCommands';
import type { RunsLook } from './runsLook';
import { headlineText } from './tree/headline';
import { runIdsOf } from './tree/runNodes';
import { askedToRun, retriedNode, type TargetNode } from './tree/targetNode';

/** What the commands act on. */
export interface CommandServices extends RunServices {
  readonly extensionUri: vscode.Uri;
  readonly interrupted: InterruptedRuns;
  readonly explaining: Explaining;
  readonly explanations: ReadOnlyDocuments;
  readonly pushes: () => Promise<Pushes>;
  /** Reads the targets anew, below this node or all of them. */
  readonly refreshTargets: (node?: TargetNode) => void;
  readonly refreshRuns: () => void;
  readonly refreshPolicies: () => void;
  readonly look: RunsLook;
  /** The rows of the Runs view that are selected. */
  readonly selectedRuns: () => readonly unknown[];
}

/** What each command of `ids.ts` does. */
export type CommandHandlers = Readonly<Record<CommandId, (...given: unknown[]) => unknown>>;

/** Makes the handlers; `extension.ts` has registered the commands. */
export function commandHandlers(services: CommandServices): CommandHandlers {
  const { control, interrupted, runs, panels, pushes, log, extensionUri, refreshTargets, refreshRuns, look } =
    services;

  /** Does something with the run that the command was called with, or with one that is picked. */
  const withRun = (act: (runId: string) => unknown) => async (given: unknown) => {
    const runId = await runOf(given, runs, headlineText);
    if (runId !== undefined) await act(runId);
  };
  /** The same with several: those that are selected, or that a menu names. */
  const withRuns =
    (act: (runIds: readonly string[]) => unknown) => async (given: unknown, together: unknown) => {
      const named = runIdsOf(given, together, services.selectedRuns());
      const picked = named ?? [await runOf(undefined, runs, headlineText)].filter((id) => id !== undefined);
      if (picked.length === 0) return;
      await act(picked);
      refreshRuns();
    };
  /** With one alone, whatever else is selected. */
  const withOneRun = (act: (runId: string) => Promise<void>) =>
    withRun(async (runId) => {
      await act(runId);
      refreshRuns();
    });
  const redraw = (ids: readonly string[]): void => {
    refreshRuns();
    ids.forEach((id) => {
      panels.refresh(id);
    });
  };
  const history = () => import('./history/main');
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

  const handlers: CommandHandlers = {
    [commands.runBenchmark]: async (given) => {
      await (await import('./run/main')).runBenchmark(services, askedToRun(given));
    },
    [commands.measureHere]: async () => {
      await (await import('./run/main')).measureHere(services);
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
    [commands.compareRuns]: async (given, together) => {
      const ids = runIdsOf(given, together, services.selectedRuns()) ?? [];
      const names = await (await import('./compare/main')).chooseComparison(runs, ids);
      if (names) panels.show(comparisonId(names));
    },
    [commands.showDrift]: withRun((runId) => {
      panels.show(driftId(runId));
    }),
    [commands.showRun]: (given, variant) =>
      withRun((runId) => {
        panels.show(runId, typeof variant === 'string' ? variant : undefined);
      })(given),
    [commands.openReport]: withRun(async (runId) =>
      (await import('./export/main')).openReport(extensionUri, runs, runId),
    ),
    [commands.exportRun]: withRun(async (runId) =>
      (await import('./export/main')).exportRun(extensionUri, runs, runId, (error) => {
        showProblem(log, error);
      }),
    ),
    [commands.pushRun]: withRun(async (runId) => (await pushes()).push(await runs.store.read(runId))),
    [commands.setPushCredential]: async () => (await pushes()).setCredential(),
    [commands.clearPushCredential]: async () => (await pushes()).clearCredential(),
    [commands.revealRunFolder]: withRun((runId) =>
      vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(runs.store.folderOf(runId))),
    ),
    [commands.importResults]: async () => {
      const ids = await importResults(runs, log);
      const [first] = ids;
      if (first === undefined) return;
      refreshRuns();
      openResults(first);
    },
    [commands.exportRunFolder]: withRun((runId) => exportRunFolder(runs, runId)),
    [commands.deleteRun]: withRuns(async (ids) => {
      await (
        await history()
      ).deleteRuns(runs, ids, control.active?.run.id, {
        onRestored: () => {
          redraw(ids);
        },
        onFailed: (error) => {
          showProblem(log, error);
        },
      });
      redraw(ids);
    }),
    [commands.restoreRuns]: async () => {
      redraw(await (await history()).restoreRuns(runs));
    },
    [commands.emptyTrash]: async () => (await history()).emptyTrash(runs),
    [commands.renameRun]: withOneRun(async (id) => (await history()).renameRun(runs, id)),
    [commands.noteRun]: withOneRun(async (id) => (await history()).editNote(runs, id)),
    [commands.tagRun]: withRuns(async (ids) => (await history()).editTags(runs, ids)),
    [commands.pinRun]: withOneRun((id) => runs.store.pin(id, new Date())),
    [commands.unpinRun]: withOneRun((id) => runs.store.pin(id, null)),
    [commands.filterRuns]: async () => {
      const text = await (await history()).askFilter(look.filter);
      if (text !== undefined) look.filter = text;
    },
    [commands.clearRunFilter]: () => {
      look.filter = '';
    },
    [commands.groupRunsByTarget]: () => {
      look.grouping = 'target';
    },
    [commands.groupRunsByDay]: () => {
      look.grouping = 'day';
    },
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
      await undoThese((await interrupted.look()).interrupted);
    },
    [commands.retryTarget]: (given) => {
      refreshTargets(retriedNode(given));
    },
    [commands.refresh]: () => {
      refreshTargets();
      refreshRuns();
      services.refreshPolicies();
    },
    [commands.showLog]: () => {
      log.show();
    },
  };
  return mapCommands(handlers, (id, handler) =>
    restrictedModeCommands.has(id) ? handler : (...given) => onlyTrusted(() => handler(...given)),
  );
}

type Handler = CommandHandlers[CommandId];

function mapCommands(
  handlers: CommandHandlers,
  change: (id: CommandId, handler: Handler) => Handler,
): CommandHandlers {
  const entries = Object.values(commands).map((id) => [id, change(id, handlers[id])] as const);
  return Object.fromEntries(entries) as Record<CommandId, Handler>;
}

/** VS Code disables these in its menus; lenses and other extensions call commands past them. */
function onlyTrusted(act: () => unknown): unknown {
  if (vscode.workspace.isTrusted) return act();
  throw new Problem(
    'usage',
    'This does not work in Restricted Mode, where no process is started, no cluster asked and no stored run read.',
    'Trust this workspace first.',
  );
}
