import * as vscode from 'vscode';
import type { PolicyChoice } from '../../core/plan/makePlan';
import type { MeasurablePolicy } from '../../core/policy/main';
import { Problem } from '../../core/problem';
import { loadAnalysis } from '../editor/loadAnalysis';
import { mayBeMeasured } from '../editor/manifests';
import { sha256 } from '../editor/sha256';

type Source = { readonly document: vscode.TextDocument } | { readonly kind: 'choose-file' };

/** The manifest to be measured: that of the active editor where it holds a policy, else one that is picked. */
async function chooseManifest(): Promise<vscode.TextDocument | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  if (active && mayBeMeasured(active)) return active;
  const open = vscode.workspace.textDocuments.filter(mayBeMeasured);
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
  const { measurablePolicies, policyChoice } = await loadAnalysis();
  const text = document.getText();
  // Short in titles where the workspace holds it; the panel finds it again in the workspace's folders.
  const file = vscode.workspace.asRelativePath(document.uri, false);
  const all = measurablePolicies(text, { hash: sha256 });
  const named = all.filter((policy) => policy.textHash === textHash);
  const choices = named.length > 0 ? named.slice(0, 1) : all;
  // Without one the choice below says what the text holds instead.
  const chosen = choices.length > 1 ? await pickPolicy(choices) : choices[0];
  if (choices.length > 1 && !chosen) return undefined;
  return policyChoice(text, file, { hash: sha256, ...(chosen ? { textHash: chosen.textHash } : {}) });
}

/** `ingress · 8080`, `egress · every port`. */
function portsOf({ direction, port, namedPort, anyPort }: MeasurablePolicy): string {
  return `${direction} · ${anyPort ? vscode.l10n.t('every port') : (namedPort ?? port)}`;
}

async function pickPolicy(policies: readonly MeasurablePolicy[]): Promise<MeasurablePolicy | undefined> {
  const chosen = await vscode.window.showQuickPick(
    policies.map((policy) => ({
      label: policy.name,
      description: `${portsOf(policy)} · ${policy.http.length > 0 ? 'L7' : 'L3/L4'}`,
      detail: `${policy.kind} · line ${policy.line + 1}`,
      policy,
    })),
    {
      title: vscode.l10n.t('Run Benchmark'),
      placeHolder: vscode.l10n.t('Which policy?'),
      matchOnDescription: true,
    },
  );
  return chosen?.policy;
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
