import path from 'node:path';
import * as vscode from 'vscode';

/**
 * Calls back when one of these changes, appears or goes, at most once in `quietMs`. A path that ends in a separator
 * stands for what is directly in that folder. Nothing needs to exist yet.
 */
export function watchFiles(
  paths: readonly string[],
  quietMs: number,
  onChange: () => void,
): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, quietMs);
  };
  const watchers = paths.map((watched) => {
    const isFolder = watched.endsWith(path.sep);
    const folder = vscode.Uri.file(isFolder ? watched : path.dirname(watched));
    const pattern = new vscode.RelativePattern(folder, isFolder ? '*' : path.basename(watched));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(soon),
      watcher.onDidCreate(soon),
      watcher.onDidDelete(soon),
    );
  });
  return vscode.Disposable.from(...watchers, {
    dispose: () => {
      clearTimeout(timer);
    },
  });
}
