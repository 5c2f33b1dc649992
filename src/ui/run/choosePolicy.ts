import * as vscode from 'vscode';
import type { PolicyChoice } from '../../core/plan/makePlan';
import { marksHttpRules, type Finding } from '../../core/policy/finding';
import { Problem } from '../../core/problem';
import { mayHoldPolicy } from '../editor/manifests';
import { sha256 } from '../editor/sha256';

type Source = { readonly document: vscode.TextDocument } | { readonly kind: 'choose-file' };

/** The manifest to be measured: that of the active editor where it holds a policy, else one that is picked. */
async function chooseManifest(): Promise<vscode.TextDocument | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  if (active && mayHoldPolicy(active)) return active;
  const open = vscode.workspace.textDocuments.filter(mayHoldPolicy);
  const items: (vscode.QuickPickItem & { readonly source: Source })[] = [
    ...open.map((document) => ({
      label: vscode.workspace.asRelativePath(document.uri),
      source: { document },
    })),
    {
      label: `$(folder-opened) ${vscode.l10n.t('Choose a File...')}`,
      source: { kind: 'choose-file' as const },
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Run Benchmark'),
    placeHolder: vscode.l10n.t('Which manifest holds the policy?'),
  });
  if (!chosen) return undefined;
  if ('document' in chosen.source) return chosen.source.document;
  const [file] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: { [vscode.l10n.t('Manifests')]: ['yaml', 'yml', 'json', 'tpl'] },
      openLabel: vscode.l10n.t('Measure'),
    })) ?? [];
  return file && vscode.workspace.openTextDocument(file);
}

/**
 * Asks for the policy of a manifest where it has several; `textHash` names one of them. Undefined when the person leaves.
 * Throws a usage {@link Problem} where it holds none that can be measured.
 */
export async function choosePolicyOf(
  document: vscode.TextDocument,
  textHash?: string,
): Promise<PolicyChoice | undefined> {
  const { analyse, policyChoice } = await import('../../core/policy/main');
  const text = document.getText();
  // Short in titles where the workspace holds it; the panel finds it again in the workspace's folders.
  const file = vscode.workspace.asRelativePath(document.uri, false);
  const all = policiesIn(analyse(text, { hash: sha256 }).findings);
  const named = all.filter((finding) => finding.textHash === textHash);
  const choices = named.length > 0 ? named : all;
  // Without a finding the choice below says what the text holds instead.
  const chosen = choices.length > 1 ? await pickPolicy(choices) : choices[0];
  if (choices.length > 1 && !chosen) return undefined;
  return policyChoice(text, file, { hash: sha256, ...(chosen ? { textHash: chosen.textHash } : {}) });
}

/** The first HTTP finding of each policy. */
function policiesIn(findings: readonly Finding[]): readonly Finding[] {
  const http = findings.filter(({ code }) => marksHttpRules(code));
  return [...new Map(http.toReversed().map((finding) => [finding.textHash, finding])).values()].toReversed();
}

async function pickPolicy(findings: readonly Finding[]): Promise<Finding | undefined> {
  const chosen = await vscode.window.showQuickPick(
    findings.map((finding) => ({
      label: finding.policy.name,
      description: `${finding.direction ?? ''} · ${finding.ports.join(', ')}`,
      detail: `${finding.policy.kind} · line ${finding.range.start.line + 1}`,
      finding,
    })),
    {
      title: vscode.l10n.t('Run Benchmark'),
      placeHolder: vscode.l10n.t('Which policy?'),
      matchOnDescription: true,
    },
  );
  return chosen?.finding;
}

/** The policy to be measured, from the active editor or a manifest that is picked. */
export async function choosePolicy(): Promise<PolicyChoice | undefined> {
  const document = await chooseManifest();
  return document && choosePolicyOf(document);
}

/** The document that *Measure This Policy* was called on: that of its lens, else the active one. */
export async function documentOf(given: unknown): Promise<vscode.TextDocument> {
  if (given instanceof vscode.Uri) return vscode.workspace.openTextDocument(given);
  const active = vscode.window.activeTextEditor?.document;
  if (!active) throw new Problem('usage', 'No manifest is open.', 'Open the manifest of the policy first.');
  return active;
}
