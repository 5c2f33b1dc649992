import * as vscode from 'vscode';
import { contextKeys } from '../../ids';
import type { Findings } from './findings';
import { mayBeMeasured } from './manifests';

/** Keeps the context keys that say whether the active editor shows a policy, and whether one that can be measured. */
export function trackPolicyInEditor(findings: Findings): vscode.Disposable {
  const told = new Map<string, boolean>();
  const set = async (key: string, holds: boolean): Promise<void> => {
    if (told.get(key) === holds) return;
    told.set(key, holds);
    await vscode.commands.executeCommand('setContext', key, holds);
  };
  const tell = async (): Promise<void> => {
    const editor = vscode.window.activeTextEditor;
    const analysis = editor && (await findings.of(editor.document));
    if (vscode.window.activeTextEditor !== editor) return;
    const canMeasure = editor !== undefined && mayBeMeasured(editor.document);
    await set(contextKeys.policyInEditor, (analysis?.policies ?? 0) > 0);
    // A NetworkPolicy is not analysed while nothing beside it is.
    await set(contextKeys.measurableInEditor, canMeasure && (analysis ? analysis.policies > 0 : true));
  };
  void tell();
  return vscode.Disposable.from(
    findings.onDidChange(() => void tell()),
    vscode.window.onDidChangeActiveTextEditor(() => void tell()),
  );
}
