import * as vscode from 'vscode';
import { seenPlaces } from '../../core/words/explainPolicy';
import { schemes } from '../../ids';

/** The file that a path on the page names, as `asRelativePath` writes it: with its folder where the workspace has several. */
function fileNamed(name: string): vscode.Uri | undefined {
  const candidates = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri, name: folder }) => [
    vscode.Uri.joinPath(uri, name),
    ...(name.startsWith(`${folder}/`) ? [vscode.Uri.joinPath(uri, name.slice(folder.length + 1))] : []),
  ]);
  // A manifest from elsewhere, by its whole path.
  return [...candidates, vscode.Uri.file(name)].find((uri) => vscode.workspace.asRelativePath(uri) === name);
}

/** Makes links of the other files that a page about a policy names. The page itself keeps their short paths, to be shared. */
export function linkExplanations(): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(
    { scheme: schemes.explanation },
    {
      provideDocumentLinks: (document) =>
        seenPlaces(document.getText()).flatMap(({ start, end, file, line }) => {
          const target = fileNamed(file)?.with({ fragment: `L${line}` });
          const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
          return target ? [new vscode.DocumentLink(range, target)] : [];
        }),
    },
  );
}
