import * as vscode from 'vscode';
import { noSettings, type AnalysisSettings } from '../../core/policy/analysisSettings';
import { settingsFileName } from '../../core/policy/settingsFileName';
import type { Disposable } from '../disposable';
import { showSettingsFaults } from './settingsFaults';
import { loadAnalysis } from './loadAnalysis';

/** What the `.cilium-bench.yaml` files of the workspace say. Read through VS Code, so that folders elsewhere work as well. */
export interface WorkspaceSettings extends Disposable {
  /** A settings file came, changed or went. */
  readonly onDidChange: vscode.Event<void>;
  /** What holds for a document: the nearest file at its folder or above, no further up than its workspace folder. Never fails. */
  of(document: vscode.Uri): Promise<AnalysisSettings>;
}

export function createWorkspaceSettings(): WorkspaceSettings {
  const faultsShown = showSettingsFaults();
  const changed = new vscode.EventEmitter<void>();
  const known = new Map<string, Promise<AnalysisSettings | null>>();

  /** Null where there is no such file. */
  const readFile = async (file: vscode.Uri): Promise<AnalysisSettings | null> => {
    let bytes: Uint8Array;
    try {
      bytes = await vscode.workspace.fs.readFile(file);
    } catch {
      faultsShown.gone(file);
      return null;
    }
    const { analysisSettingsIn } = await loadAnalysis();
    const { settings, faults } = analysisSettingsIn(new TextDecoder().decode(bytes));
    faultsShown.set(file, faults);
    // What holds of it counts: the rest may be half typed.
    return settings;
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
    // What was shown of it may have been of a text that was not saved.
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (known.delete(uri.toString())) changed.fire();
    }),
    faultsShown,
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
