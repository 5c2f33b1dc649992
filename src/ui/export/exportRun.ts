import os from 'node:os';
import * as vscode from 'vscode';
import { messageOf, Problem } from '../../core/problem';
import { exportFormats, type ExportFormat } from '../../core/words/exportFormats';
import { exportText } from '../../store/writeReport';
import type { KeptRuns } from '../keptRuns';

async function chooseFormat(): Promise<ExportFormat | undefined> {
  const chosen = await vscode.window.showQuickPick(
    exportFormats.map((format) => ({
      label: format.name,
      description: `.${format.extension}`,
      detail: format.about,
      format,
    })),
    { placeHolder: vscode.l10n.t('Export as'), matchOnDescription: true, matchOnDetail: true },
  );
  return chosen?.format;
}

/** Where the file is proposed: in the first folder that is open, else at home. */
function proposal(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(os.homedir());
  return vscode.Uri.joinPath(folder, name);
}

/** What is read in a browser is opened there, all else in an editor. */
async function open(file: vscode.Uri, format: ExportFormat): Promise<void> {
  if (format.text === null) await vscode.env.openExternal(file);
  else await vscode.commands.executeCommand('vscode.open', file);
}

/** Offers to open or reveal what was written. Not waited for: the file is there whatever is answered. */
async function offer(file: vscode.Uri, format: ExportFormat): Promise<void> {
  const [openIt, revealIt] = [vscode.l10n.t('Open'), vscode.l10n.t('Reveal')];
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Exported to {0}', vscode.workspace.asRelativePath(file)),
    openIt,
    revealIt,
  );
  if (answer === openIt) await open(file, format);
  if (answer === revealIt) await vscode.commands.executeCommand('revealFileInOS', file);
}

/** Writes a run into a file, in a form and at a place that are asked for. Throws a {@link Problem} where it cannot be written. */
export async function exportRun(
  extensionUri: vscode.Uri,
  runs: KeptRuns,
  runId: string,
  onError: (error: unknown) => void,
): Promise<void> {
  const run = await runs.store.read(runId);
  const format = await chooseFormat();
  if (format === undefined) return;
  const file = await vscode.window.showSaveDialog({
    defaultUri: proposal(`${run.id}.${format.extension}`),
    filters: { [format.name]: [format.extension] },
    title: vscode.l10n.t('Export {0}', run.title),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (file === undefined) return;
  const text = await exportText(runs.store, run, format, vscode.Uri.joinPath(extensionUri, 'dist').fsPath);
  try {
    await vscode.workspace.fs.writeFile(file, Buffer.from(text, 'utf8'));
  } catch (error) {
    throw new Problem(
      'usage',
      `${file.fsPath} cannot be written: ${messageOf(error)}.`,
      'Choose another place.',
      {
        cause: error,
      },
    );
  }
  offer(file, format).catch(onError);
}
