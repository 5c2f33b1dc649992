import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import { costLabel, costSentence } from '../../core/words/costs';
import { findingMessage, findingTitle } from '../../core/words/findings';
import type { Disposable } from '../disposable';
import { offerFixes } from './codeActions';
import type { Costs } from './costs';
import { showDiagnostics } from './diagnostics';
import type { Explaining } from './explain';
import { createFindings, type Findings } from './findings';
import type { JudgedTarget } from './judgedTarget';
import { createPolicyFiles, type PolicyFiles } from './policyFiles';
import { createPolicyIndex } from './policyIndex';
import { showHovers } from './hover';
import { hoverText } from './hoverText';
import { showInlayHints, type HintWords } from './inlayHints';
import { showLenses, type LensWords } from './lenses';
import { trackPolicyInEditor } from './policyInEditor';
import { createWorkspaceSettings } from './workspaceSettings';

async function lensWords(finding: Finding, costs: Costs): Promise<LensWords> {
  const cost = await costs.of(finding);
  const title = `${findingTitle(finding)} · ${costLabel(cost, new Date())}`;
  return cost.source === 'published' || cost.source === 'none' ? { title } : { title, runId: cost.runId };
}

async function hintWords(finding: Finding, costs: Costs): Promise<HintWords | undefined> {
  const cost = await costs.of(finding);
  return cost.source === 'none'
    ? undefined
    : { label: costLabel(cost, new Date()), tooltip: costSentence(cost) };
}

/** Everything that is said beside a manifest: warnings with what mends them, lenses, hints and hovers, with the cost that is known. */
export function showFindings(
  costs: Costs,
  touched: Explaining['touched'],
  target: JudgedTarget,
  log: vscode.LogOutputChannel,
): Disposable & { readonly findings: Findings; readonly policyFiles: PolicyFiles } {
  const settings = createWorkspaceSettings();
  const index = createPolicyIndex(log);
  const findings = createFindings(log, settings, index, target);
  const policyFiles = createPolicyFiles(findings, index, log);
  const shown = vscode.Disposable.from(
    policyFiles,
    settings,
    index,
    findings,
    showDiagnostics(
      findings,
      async (finding) => findingMessage(finding, await costs.of(finding)),
      costs.onDidChange,
    ),
    offerFixes(findings),
    showLenses(findings, (finding) => lensWords(finding, costs), costs.onDidChange),
    showInlayHints(findings, (finding) => hintWords(finding, costs), costs.onDidChange),
    showHovers(findings, async (finding) => {
      const [cost, where] = await Promise.all([costs.of(finding), touched(finding)]);
      return hoverText(finding, cost, where);
    }),
    trackPolicyInEditor(findings),
  );
  return {
    findings,
    policyFiles,
    dispose: () => {
      shown.dispose();
    },
  };
}
