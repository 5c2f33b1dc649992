import path from 'node:path';
import * as vscode from 'vscode';

/** Asks where to save a picture, and saves it. `name` may hold anything; a file is named by what is safe of it. */
export async function savePicture(name: string, base64: string): Promise<void> {
  const file = `${name.replaceAll(/[^\w.-]+/g, '-')}.png`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const place = await vscode.window.showSaveDialog({
    filters: { PNG: ['png'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
  });
  if (!place) return;
  await vscode.workspace.fs.writeFile(place, Buffer.from(base64, 'base64'));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Picture saved as {0}', path.basename(place.fsPath)), 3000);
}
