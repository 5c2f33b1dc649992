import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { views } from '../ids';
import type { KeptRuns } from './keptRuns';

/** Asked first: on Linux and Windows one dialog opens files or folders, never both. */
async function chooseSource(): Promise<vscode.Uri | undefined> {
  const file = { label: vscode.l10n.t('File or archive...'), isFolder: false };
  const folder = { label: vscode.l10n.t('Folder...'), isFolder: true };
  const kind = await vscode.window.showQuickPick([file, folder], {
    placeHolder: vscode.l10n.t('What holds the results?'),
  });
  if (!kind) return undefined;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: !kind.isFolder,
    canSelectFolders: kind.isFolder,
    openLabel: vscode.l10n.t('Import'),
    title: vscode.l10n.t('Results of other tools, or an exported run'),
  });
  return chosen?.[0];
}

/** Takes results over and returns the ids of the runs; none when the person leaves. What was left out goes to the log. */
export async function importResults(
  runs: KeptRuns,
  log: vscode.LogOutputChannel,
): Promise<readonly string[]> {
  const source = await chooseSource();
  if (!source) return [];
  const { importInto, leftOutLine } = await import('../store/exchange/main');
  const { ids, known, leftOut } = await vscode.window.withProgress({ location: { viewId: views.runs } }, () =>
    importInto(runs.store, source.fsPath, { now: new Date() }),
  );
  for (const one of leftOut) log.warn(`Import of ${source.fsPath}: left out: ${leftOutLine(one)}`);
  if (leftOut.length > 0) void tellLeftOut(leftOut.length, log);
  return [...ids, ...known];
}

async function tellLeftOut(count: number, log: vscode.LogOutputChannel): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const text = vscode.l10n.t('Parts of the results were left out: {0}. The log says which, and why.', count);
  if ((await vscode.window.showInformationMessage(text, showLog)) === showLog) log.show();
}

/** Writes the run's folder as a zip archive to where the person says. */
export async function exportRunFolder(runs: KeptRuns, runId: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(path.join(folder, `${runId}.zip`)),
    filters: { [vscode.l10n.t('Zip archive')]: ['zip'] },
    title: vscode.l10n.t('Export Run Folder'),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!target) return;
  const { exportRun } = await import('../store/exchange/main');
  const missing = await exportRun(runs.store, runId, target.fsPath);
  if (missing.length > 0) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The archive lacks raw output that cannot be read: {0}', missing.join(', ')),
    );
  }
}
