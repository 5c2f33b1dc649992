import * as vscode from 'vscode';
import { noSettings, settingsFileName, type AnalysisSettings } from '../../core/policy/analysisSettings';
import { messageOf } from '../../core/problem';
import type { Disposable } from '../disposable';

/** What the `.cilium-bench.yaml` files of the workspace say. Read through VS Code, so that folders elsewhere work as well. */
export interface WorkspaceSettings extends Disposable {
  /** A settings file came, changed or went. */
  readonly onDidChange: vscode.Event<void>;
  /** What holds for a document: the nearest file at its folder or above, no further up than its workspace folder. Never fails. */
  of(document: vscode.Uri): Promise<AnalysisSettings>;
}

export function createWorkspaceSettings(log: vscode.LogOutputChannel): WorkspaceSettings {
  const changed = new vscode.EventEmitter<void>();
  const known = new Map<string, Promise<AnalysisSettings | null>>();

  /** Null where there is no such file. */
  const readFile = async (file: vscode.Uri): Promise<AnalysisSettings | null> => {
    let bytes: Uint8Array;
    try {
      bytes = await vscode.workspace.fs.readFile(file);
    } catch {
      return null;
    }
    const shown = vscode.workspace.asRelativePath(file);
    try {
      const { readAnalysisSettings } = await import('../../core/policy/main');
      return readAnalysisSettings(new TextDecoder().decode(bytes), shown);
    } catch (error) {
      // Findings as if there was none: the file may be half typed.
      log.warn(`${shown} does not hold: ${messageOf(error)}`);
      return noSettings;
    }
  };
  const at = (folder: vscode.Uri): Promise<AnalysisSettings | null> => {
    const file = vscode.Uri.joinPath(folder, settingsFileName);
    const key = file.toString();
    const found = known.get(key) ?? readFile(file);
    known.set(key, found);
    return found;
  };
  const forget = (): void => {
    known.clear();
    changed.fire();
  };
  const watcher = vscode.workspace.createFileSystemWatcher(`**/${settingsFileName}`);
  const subscriptions = vscode.Disposable.from(
    changed,
    watcher,
    watcher.onDidCreate(forget),
    watcher.onDidChange(forget),
    watcher.onDidDelete(forget),
    vscode.workspace.onDidChangeWorkspaceFolders(forget),
  );

  return {
    onDidChange: changed.event,
    async of(document) {
      const root = vscode.workspace.getWorkspaceFolder(document)?.uri;
      if (!root) return noSettings;
      for (let folder = vscode.Uri.joinPath(document, '..'); ; folder = vscode.Uri.joinPath(folder, '..')) {
        const settings = await at(folder);
        if (settings) return settings;
        if (folder.path.length <= root.path.length) return noSettings;
      }
    },
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
