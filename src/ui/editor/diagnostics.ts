import * as vscode from 'vscode';
import type { Finding, Range, Severity } from '../../core/policy/finding';
import { diagnosticSource, settings } from '../../ids';
import { diagnosticsEnabled } from '../configuration';
import type { Findings } from './findings';

/** A finding's place, as the editor counts. */
export function rangeOf({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
} as const satisfies Record<Severity, vscode.DiagnosticSeverity>;

/** The sentence of a finding, with what it costs. */
export type MessageOf = (finding: Finding) => Promise<string>;

async function diagnosticOf(finding: Finding, messageOf: MessageOf): Promise<vscode.Diagnostic> {
  const diagnostic = new vscode.Diagnostic(
    rangeOf(finding.range),
    await messageOf(finding),
    severities[finding.severity],
  );
  diagnostic.source = diagnosticSource;
  diagnostic.code = { value: finding.code, target: vscode.Uri.parse(finding.docs) };
  return diagnostic;
}

/** Shows every finding of the open manifests, and again when costs or settings change. Never a notification. */
export function showDiagnostics(
  findings: Findings,
  messageOf: MessageOf,
  onCostsChanged: vscode.Event<void>,
): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection(diagnosticSource);

  const refresh = async (document: vscode.TextDocument): Promise<void> => {
    const { version } = document;
    const analysis = diagnosticsEnabled(document.uri) ? await findings.of(document) : undefined;
    const shown = await Promise.all(
      (analysis?.findings ?? []).map((finding) => diagnosticOf(finding, messageOf)),
    );
    // Typed on meanwhile: the next analysis is on its way, and these places are no longer right.
    if (document.isClosed) collection.delete(document.uri);
    else if (document.version === version) collection.set(document.uri, shown);
  };
  const refreshAll = (): void => {
    for (const document of vscode.workspace.textDocuments) void refresh(document);
  };
  return vscode.Disposable.from(
    collection,
    findings.onDidChange((document) => void refresh(document)),
    onCostsChanged(refreshAll),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settings.diagnostics)) refreshAll();
    }),
  );
}
