import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import { policyVariant, type Cost } from '../../core/result/cost';
import { costLabel, costSentence } from '../../core/words/costs';
import { findingMessage, findingTitle } from '../../core/words/findings';
import { commands } from '../../ids';
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
  const runId = measuredIn(cost);
  return runId === undefined ? { title } : { title, runId, variant: policyVariant };
}

/** The run that a cost was measured in, on this machine. */
function measuredIn(cost: Cost): string | undefined {
  return cost.source === 'published' || cost.source === 'none' ? undefined : cost.runId;
}

/** A link to the mark of the measured cost, in Markdown that may call that one command. */
function showRunLink(cost: Cost): string {
  const runId = measuredIn(cost);
  if (runId === undefined) return '';
  const given = encodeURIComponent(JSON.stringify([runId, policyVariant]));
  return `\n\n[${vscode.l10n.t('Show Run')}](command:${commands.showRun}?${given})`;
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
      return hoverText(finding, cost, where) + showRunLink(cost);
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
