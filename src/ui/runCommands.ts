import * as vscode from 'vscode';
import { Problem } from '../core/problem';
import type { RunListing } from '../store/runListing';
import type { KeptRuns } from './keptRuns';
import { runIdOf } from './tree/runNodes';

/** The run that a command was called with, else the one that is picked. Undefined when the person leaves. */
export async function runOf(
  given: unknown,
  runs: KeptRuns,
  headline: (run: RunListing) => string,
): Promise<string | undefined> {
  const named = runIdOf(given);
  if (named !== undefined) return named;
  const { runs: kept } = await runs.list();
  if (kept.length === 0) {
    throw new Problem('usage', `No run is kept in ${runs.store.folder}.`, 'Run a benchmark first.');
  }
  const started = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const chosen = await vscode.window.showQuickPick(
    kept.map((run) => ({
      label: run.title,
      description: started.format(run.startedAt),
      detail: `${run.state} · ${headline(run)}`,
      id: run.id,
    })),
    { placeHolder: vscode.l10n.t('Which run?'), matchOnDescription: true, matchOnDetail: true },
  );
  return chosen?.id;
}

/** Deletes a run after asking. False when the person keeps it. */
export async function deleteRun(
  runs: KeptRuns,
  runId: string,
  activeRunId: string | undefined,
): Promise<boolean> {
  if (runId === activeRunId) {
    throw new Problem('usage', `Run ${runId} is going on.`, 'Cancel it first.');
  }
  const confirm = vscode.l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete run {0}?', runId),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Its numbers and raw output are deleted from {0}. This cannot be undone.',
        runs.store.folderOf(runId),
      ),
    },
    confirm,
  );
  if (answer !== confirm) return false;
  await runs.store.remove(runId, new Date());
  return true;
}
