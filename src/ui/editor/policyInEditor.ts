import * as vscode from 'vscode';
import { contextKeys } from '../../ids';
import type { Findings } from './findings';
import { mayBeMeasured } from './manifests';

/** Keeps the context key that says whether the active editor shows a policy that can be measured. */
export function trackPolicyInEditor(findings: Findings): vscode.Disposable {
  let told: boolean | undefined;
  const tell = async (): Promise<void> => {
    const editor = vscode.window.activeTextEditor;
    const analysis = editor && (await findings.of(editor.document));
    if (vscode.window.activeTextEditor !== editor) return;
    const holdsPolicy = analysis
      ? analysis.policies > 0
      : editor !== undefined && mayBeMeasured(editor.document);
    if (told === holdsPolicy) return;
    told = holdsPolicy;
    await vscode.commands.executeCommand('setContext', contextKeys.policyInEditor, holdsPolicy);
  };
  void tell();
  return vscode.Disposable.from(
    findings.onDidChange(() => void tell()),
    vscode.window.onDidChangeActiveTextEditor(() => void tell()),
  );
}
