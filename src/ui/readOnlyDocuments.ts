import * as vscode from 'vscode';
import type { Disposable } from './disposable';

/** Shows texts that are made when asked for, as documents that cannot be edited. */
export interface ReadOnlyDocuments extends Disposable {
  /** `path` names the document on its tab; its ending decides the language. */
  show(path: string, text: string, column?: vscode.ViewColumn): Promise<void>;
}

/** Documents of one URI scheme, kept while they are open. */
export function createReadOnlyDocuments(scheme: string): ReadOnlyDocuments {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registrations = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      texts.delete(document.uri.toString());
    }),
  );
  return {
    async show(path, text, column) {
      const uri = vscode.Uri.from({ scheme, path: `/${path}` });
      texts.set(uri.toString(), text);
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, {
        preview: true,
        viewColumn: column ?? vscode.ViewColumn.Active,
      });
    },
    dispose: () => {
      registrations.dispose();
    },
  };
}
