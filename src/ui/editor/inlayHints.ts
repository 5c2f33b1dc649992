import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import { settings } from '../../ids';
import { inlayHintsEnabled } from '../configuration';
import type { Findings } from './findings';
import { manifestSelector } from './manifests';

export interface HintWords {
  readonly label: string;
  readonly tooltip: string;
}

/** Shows the cost at the end of the lines that cause one; `undefined` from `wordsOf` where none belongs to a finding. */
export function showInlayHints(
  findings: Findings,
  wordsOf: (finding: Finding) => Promise<HintWords | undefined>,
  onCostsChanged: vscode.Event<void>,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const fire = (): void => {
    changed.fire();
  };
  const provider = vscode.languages.registerInlayHintsProvider(manifestSelector, {
    onDidChangeInlayHints: changed.event,
    async provideInlayHints(document, range) {
      if (!inlayHintsEnabled(document.uri)) return [];
      const analysis = await findings.of(document);
      const lines = new Map<number, Finding[]>();
      for (const finding of analysis?.findings ?? []) {
        const { line } = finding.range.start;
        if (line >= range.start.line && line <= range.end.line)
          lines.set(line, [...(lines.get(line) ?? []), finding]);
      }
      const hints = [...lines].map(async ([line, found]) => {
        for (const finding of found) {
          const words = await wordsOf(finding);
          if (!words) continue;
          const hint = new vscode.InlayHint(document.lineAt(line).range.end, words.label);
          hint.paddingLeft = true;
          hint.tooltip = words.tooltip;
          return [hint];
        }
        return [];
      });
      return (await Promise.all(hints)).flat();
    },
  });
  return vscode.Disposable.from(
    changed,
    provider,
    findings.onDidChange(fire),
    onCostsChanged(fire),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settings.inlayHints)) fire();
    }),
  );
}
