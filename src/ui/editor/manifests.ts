import * as vscode from 'vscode';

const languages: ReadonlySet<string> = new Set(['yaml', 'json', 'jsonc', 'helm', 'helm-template']);

/** The documents in which findings are looked for. */
export const manifestSelector: vscode.DocumentSelector = [...languages].map((language) => ({ language }));

/** Everything that findings are about names one of these; the analysis itself looks closer. */
const mayHold = /cilium|istio\.io|toPorts/;

/** Whether a text is worth analysing. */
export const textMayHoldPolicy = (text: string): boolean => mayHold.test(text);

/** Whether a document is worth loading the policy analysis for. */
export function mayHoldPolicy(document: vscode.TextDocument): boolean {
  const ours = !document.uri.scheme.startsWith('cilium-bench');
  return ours && languages.has(document.languageId) && mayHold.test(document.getText());
}

/** Whether it may hold a policy that can be measured: one of Cilium, or a NetworkPolicy, of which nothing is said in the editor. */
export function mayBeMeasured(document: vscode.TextDocument): boolean {
  if (mayHoldPolicy(document)) return true;
  const ours = !document.uri.scheme.startsWith('cilium-bench');
  return (
    ours &&
    languages.has(document.languageId) &&
    /\bkind["']?\s*:\s*["']?NetworkPolicy\b/.test(document.getText())
  );
}

/** Calls once, as soon as a document that may hold a policy is open; never before the caller has returned. */
export function whenPolicyMayBeOpen(act: () => void): vscode.Disposable {
  const look = (document: vscode.TextDocument): void => {
    if (!mayHoldPolicy(document)) return;
    watching.dispose();
    act();
  };
  const soon = setImmediate(() => {
    const document = vscode.workspace.textDocuments.find(mayHoldPolicy);
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
