import * as vscode from 'vscode';
import { settingsFileName } from '../../core/policy/settingsFileName';
import { textMayBeMeasured, textMayHoldPolicy } from '../../core/policy/textMayHold';

const languages: ReadonlySet<string> = new Set(['yaml', 'json', 'jsonc', 'helm', 'helm-template']);

/** The documents in which findings are looked for. */
export const manifestSelector: vscode.DocumentSelector = [...languages].map((language) => ({ language }));

/** One that is not shown by this extension itself. */
const isManifest = ({ uri, languageId }: vscode.TextDocument): boolean =>
  !uri.scheme.startsWith('cilium-bench') && languages.has(languageId);

/** Whether a document is worth loading the policy analysis for. */
export function mayHoldPolicy(document: vscode.TextDocument): boolean {
  return isManifest(document) && textMayHoldPolicy(document.getText());
}

/** Whether it may hold a policy that can be measured. */
export function mayBeMeasured(document: vscode.TextDocument): boolean {
  return isManifest(document) && textMayBeMeasured(document.getText());
}

/** A file that says how policies are judged: what is wrong with it is said without a policy beside it. */
const isSettingsFile = ({ uri }: vscode.TextDocument): boolean => uri.path.endsWith(`/${settingsFileName}`);

/**
 * Calls once, as soon as a document that may hold a policy, or the settings for them, is open; never before the caller has
 * returned.
 */
export function whenPolicyMayBeOpen(act: () => void): vscode.Disposable {
  const isOfInterest = (document: vscode.TextDocument): boolean =>
    mayHoldPolicy(document) || isSettingsFile(document);
  const look = (document: vscode.TextDocument): void => {
    if (!isOfInterest(document)) return;
    watching.dispose();
    act();
  };
  const soon = setImmediate(() => {
    const document = vscode.workspace.textDocuments.find(isOfInterest);
    if (document) look(document);
  });
  const watching = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      look(document);
    }),
    new vscode.Disposable(() => {
      clearImmediate(soon);
    }),
  );
  return watching;
}
