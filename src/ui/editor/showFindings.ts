import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import { costLabel } from '../../core/words/costs';
import { findingMessage, findingTitle } from '../../core/words/findings';
import type { Costs } from './costs';
import { showDiagnostics } from './diagnostics';
import { createFindings } from './findings';
import { showHovers } from './hover';
import { hoverText } from './hoverText';
import { showLenses, type LensWords } from './lenses';
import { trackPolicyInEditor } from './policyInEditor';

async function lensWords(finding: Finding, costs: Costs): Promise<LensWords> {
  const cost = await costs.of(finding);
  const title = `${findingTitle(finding)} · ${costLabel(cost, new Date())}`;
  return cost.source === 'published' || cost.source === 'none' ? { title } : { title, runId: cost.runId };
}

/** Everything that is said beside a manifest: warnings, lenses and hovers, with the cost that is known. */
export function showFindings(costs: Costs, log: vscode.LogOutputChannel): vscode.Disposable {
  const findings = createFindings(log);
  return vscode.Disposable.from(
    findings,
    showDiagnostics(
      findings,
      async (finding) => findingMessage(finding, await costs.of(finding)),
      costs.onDidChange,
    ),
    showLenses(findings, (finding) => lensWords(finding, costs), costs.onDidChange),
    showHovers(findings, async (finding) => hoverText(finding, await costs.of(finding))),
    trackPolicyInEditor(findings),
  );
}
