import * as vscode from 'vscode';
import { commands } from '../../ids';
import type { Disposable } from '../disposable';
import type { Findings } from './findings';
import { mayHoldPolicy } from './manifests';

export interface ActiveTargetMeans {
  /** The current context; null where there is none, and the lab is where things are measured. */
  readonly context: () => Promise<string | null>;
  /** What is known of an open cluster in a few words. */
  readonly summary: (context: string) => string | undefined;
  readonly onDidChange: vscode.Event<void>;
}

/** Names the active target in the status bar while a manifest with a policy is looked at. A click opens the targets. */
export function showActiveTarget(
  findings: Findings,
  { context, summary, onDidChange }: ActiveTargetMeans,
): Disposable & { readonly item: vscode.StatusBarItem; readonly isShown: () => boolean } {
  const item = vscode.window.createStatusBarItem('ciliumBench.target', vscode.StatusBarAlignment.Right, 50);
  item.name = vscode.l10n.t('Cilium Bench: Target');
  item.command = commands.showTargets;
  let isShown = false;

  const holdsPolicy = async (document: vscode.TextDocument): Promise<boolean> =>
    mayHoldPolicy(document) && ((await findings.of(document))?.policies ?? 0) > 0;
  const tell = async (): Promise<void> => {
    const editor = vscode.window.activeTextEditor;
    const isOfInterest = vscode.workspace.isTrusted && editor && (await holdsPolicy(editor.document));
    const name = isOfInterest ? await context() : null;
    if (vscode.window.activeTextEditor !== editor) return;
    isShown = isOfInterest === true;
    if (!isShown) {
      item.hide();
      return;
    }
    const known = name === null ? undefined : summary(name);
    item.text = name === null ? `$(beaker) ${vscode.l10n.t('Local lab')}` : `$(server) ${name}`;
    item.tooltip =
      name === null
        ? vscode.l10n.t('No kube context is current: policies are measured on the local lab.')
        : vscode.l10n.t('The current kube context: {0}', known ?? vscode.l10n.t('not asked yet'));
    item.show();
  };
  const refresh = (): void => {
    void tell();
  };
  refresh();
  const subscriptions = vscode.Disposable.from(
    item,
    findings.onDidChange(refresh),
    onDidChange(refresh),
    vscode.window.onDidChangeActiveTextEditor(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
  );
  return {
    item,
    isShown: () => isShown,
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
