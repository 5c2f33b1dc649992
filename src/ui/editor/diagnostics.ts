import * as vscode from 'vscode';
import type { Finding, FindingCode, Range, Note, RelatedPlace, Severity } from '../../core/policy/finding';
import { policyName } from '../../core/words/findingPhrases';
import { noteSentence } from '../../core/words/templateWords';
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

/** How the marked text is drawn: faded, as what has no effect, or struck out, as what is gone. */
const tagsOf: Readonly<Partial<Record<FindingCode, vscode.DiagnosticTag>>> = {
  'l7-empty': vscode.DiagnosticTag.Unnecessary,
  'l7-shadowed': vscode.DiagnosticTag.Unnecessary,
  'l7-pruned': vscode.DiagnosticTag.Unnecessary,
  'annotation-dead': vscode.DiagnosticTag.Unnecessary,
  'field-removed': vscode.DiagnosticTag.Deprecated,
};

/** Another place in the file, or in one that is named by its address. */
function relatedOf(
  document: vscode.Uri,
  { file, range, policy }: RelatedPlace,
): vscode.DiagnosticRelatedInformation {
  const uri = file === undefined ? document : vscode.Uri.parse(file);
  return new vscode.DiagnosticRelatedInformation(
    new vscode.Location(uri, rangeOf(range)),
    policyName(policy),
  );
}

/** The sentence of a finding, with what it costs. */
export type MessageOf = (finding: Finding) => Promise<string>;

async function diagnosticOf(
  document: vscode.Uri,
  finding: Finding,
  messageOf: MessageOf,
): Promise<vscode.Diagnostic> {
  const diagnostic = new vscode.Diagnostic(
    rangeOf(finding.range),
    await messageOf(finding),
    severities[finding.severity],
  );
  diagnostic.source = diagnosticSource;
  diagnostic.code = { value: finding.code, target: vscode.Uri.parse(finding.docs) };
  const tag = tagsOf[finding.code];
  // Where some peers are still restricted, not all of it is without effect.
  if (tag !== undefined && !finding.tags.includes('some-peers')) diagnostic.tags = [tag];
  if (finding.related?.length)
    diagnostic.relatedInformation = finding.related.map((place) => relatedOf(document, place));
  return diagnostic;
}

/** What a template leaves open: a hint, since nothing is wrong with it. */
function hintOf(note: Note): vscode.Diagnostic {
  const { start } = rangeOf(note.range);
  const hint = new vscode.Diagnostic(
    new vscode.Range(start, start.translate(0, 2)),
    noteSentence(note),
    vscode.DiagnosticSeverity.Hint,
  );
  hint.source = diagnosticSource;
  hint.code = note.reason;
  return hint;
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
      (analysis?.findings ?? []).map((finding) => diagnosticOf(document.uri, finding, messageOf)),
    );
    // Typed on meanwhile: the next analysis is on its way, and these places are no longer right.
    if (document.isClosed) collection.delete(document.uri);
    else if (document.version === version)
      collection.set(document.uri, [...shown, ...(analysis?.notes ?? []).map(hintOf)]);
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
