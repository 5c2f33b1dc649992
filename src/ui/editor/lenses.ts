import * as vscode from 'vscode';
import { marksHttpRules, type Finding } from '../../core/policy/finding';
import { commands, settings } from '../../ids';
import { codeLensEnabled } from '../configuration';
import { documentStartLine } from './documentStart';
import type { Findings } from './findings';
import { manifestSelector } from './manifests';

/** What a lens says of a policy's cost, and the run it was measured in. */
export interface LensWords {
  readonly title: string;
  /** Absent where nothing was measured on this machine. */
  readonly runId?: string;
  /** The variant of that run whose mark is ringed. */
  readonly variant?: string;
}

/** Shows the cost above every policy with HTTP rules, and the ways to measure it and to see the run. */
export function showLenses(
  findings: Findings,
  wordsOf: (finding: Finding) => Promise<LensWords>,
  onCostsChanged: vscode.Event<void>,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const fire = (): void => {
    changed.fire();
  };
  const provider = vscode.languages.registerCodeLensProvider(manifestSelector, {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document) {
      if (!codeLensEnabled(document.uri)) return [];
      const analysis = await findings.of(document);
      const lines = document.getText().split(/\r?\n/);
      const lenses = onePerPolicy(analysis?.findings ?? []).map(async (finding) => {
        const line = documentStartLine(lines, finding.range.start.line);
        return lensesOf(document.uri, finding, line, await wordsOf(finding));
      });
      return (await Promise.all(lenses)).flat();
    },
  });
  return vscode.Disposable.from(
    changed,
    provider,
    findings.onDidChange(fire),
    onCostsChanged(fire),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settings.codeLens)) fire();
    }),
  );
}

/** The first HTTP finding of each policy: a policy with rules on several ports gets one line of lenses. */
function onePerPolicy(findings: readonly Finding[]): readonly Finding[] {
  const byPolicy = new Map<string, Finding>();
  for (const finding of findings) {
    if (!marksHttpRules(finding.code)) continue;
    const key = JSON.stringify([
      finding.document,
      finding.policy.kind,
      finding.policy.namespace,
      finding.policy.name,
    ]);
    if (!byPolicy.has(key)) byPolicy.set(key, finding);
  }
  return [...byPolicy.values()];
}

function lensesOf(uri: vscode.Uri, finding: Finding, line: number, words: LensWords): vscode.CodeLens[] {
  const place = new vscode.Range(line, 0, line, 0);
  const { title, runId, variant } = words;
  const measure = {
    command: commands.measurePolicy,
    title: vscode.l10n.t('Measure This Policy'),
    tooltip: vscode.l10n.t('Measures {0} on the local lab, or on a cluster', finding.policy.name),
    arguments: [uri, finding.textHash],
  };
  const show = { command: commands.showRun, title: vscode.l10n.t('Show Run'), arguments: [runId, variant] };
  return [
    new vscode.CodeLens(place, runId === undefined ? { ...measure, title } : { ...show, title }),
    new vscode.CodeLens(place, measure),
    ...(runId === undefined ? [] : [new vscode.CodeLens(place, show)]),
  ];
}
