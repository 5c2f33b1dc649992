import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import type { Fix, TextEdit } from '../../core/policy/fixes/fix';
import { diagnosticSource, fixAllKind } from '../../ids';
import { rangeOf } from './diagnostics';
import type { Findings } from './findings';
import { manifestSelector } from './manifests';
import { loadAnalysis } from './loadAnalysis';

const fixAllOfOurs = vscode.CodeActionKind.SourceFixAll.append(fixAllKind);

type Entry = [vscode.TextEdit | vscode.SnippetTextEdit, vscode.WorkspaceEditEntryMetadata | undefined];

/** A fix that loses something is shown before it is made, with what it loses; one to be filled in is seen where it is made. */
function entryOf(
  document: vscode.TextDocument,
  { range, newText, isSnippet }: TextEdit,
  { title, loses }: Fix,
): Entry {
  const place = rangeOf(range);
  if (isSnippet === true) {
    // The editor indents all lines of a snippet but the first like the line that it stands on.
    const [indent = ''] =
      /^[ \t]*/.exec(document.lineAt(place.start.line).text.slice(0, place.start.character)) ?? [];
    const snippet = newText.replaceAll(`\n${indent}`, '\n');
    return [vscode.SnippetTextEdit.replace(place, new vscode.SnippetString(snippet)), undefined];
  }
  const edit = vscode.TextEdit.replace(place, newText);
  return [edit, loses === null ? undefined : { needsConfirmation: true, label: title, description: loses }];
}

function editOf(document: vscode.TextDocument, fix: Fix): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const set = (uri: vscode.Uri, edits: readonly TextEdit[]): void => {
    // VS Code takes both kinds of edits with and without metadata; its types want one kind at a time.
    const entries = edits.map((one) => entryOf(document, one, fix)) as [
      vscode.TextEdit,
      vscode.WorkspaceEditEntryMetadata,
    ][];
    if (entries.length > 0) edit.set(uri, entries);
  };
  set(document.uri, fix.edits);
  if (fix.elsewhere) set(vscode.Uri.parse(fix.elsewhere.file), fix.elsewhere.edits);
  return edit;
}

/** The texts of the other files that findings speak of, as they are typed or saved; without those that cannot be read. */
async function otherTexts(findings: readonly Finding[]): Promise<ReadonlyMap<string, string>> {
  const files = new Set(findings.flatMap(({ related = [] }) => related.flatMap(({ file }) => file ?? [])));
  const read = [...files].map(async (file): Promise<readonly (readonly [string, string])[]> => {
    try {
      const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file);
      if (open) return [[file, open.getText()]];
      return [[file, new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.parse(file)))]];
    } catch {
      return [];
    }
  });
  return new Map((await Promise.all(read)).flat());
}

const isOf =
  ({ code, range }: Finding) =>
  (diagnostic: vscode.Diagnostic): boolean =>
    diagnostic.source === diagnosticSource &&
    typeof diagnostic.code === 'object' &&
    diagnostic.code.value === code &&
    diagnostic.range.isEqual(rangeOf(range));

function actionOf(
  document: vscode.TextDocument,
  fix: Fix,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = editOf(document, fix);
  action.diagnostics = [...diagnostics];
  action.isPreferred = fix.loses === null && fix.isSilencing !== true;
  return action;
}

/** From the first character that differs to the last one: the cursor and folded regions elsewhere stay. */
function difference(document: vscode.TextDocument, after: string): vscode.TextEdit {
  const before = document.getText();
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const range = new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
  return vscode.TextEdit.replace(range, after.slice(start, after.length - end));
}

async function fixAllAction(
  findings: Findings,
  document: vscode.TextDocument,
): Promise<readonly vscode.CodeAction[]> {
  const { fixAll } = await loadAnalysis();
  const { trying, shown } = await findings.judging(document);
  const { version } = document;
  const before = document.getText();
  const after = await trying(before, (analyse) => fixAll(before, analyse, shown));
  if (after === before || document.version !== version) return [];
  const action = new vscode.CodeAction(vscode.l10n.t('Fix all that changes nothing enforced'), fixAllOfOurs);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(document.uri, [difference(document, after)]);
  return [action];
}

/** Offers what mends a finding where the cursor is, and `source.fixAll.ciliumBench` for what changes nothing that is enforced. */
export function offerFixes(findings: Findings): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    manifestSelector,
    {
      async provideCodeActions(document, range, { only, diagnostics }) {
        const analysis = await findings.of(document);
        if (!analysis || analysis.findings.length === 0) return [];
        if (only && fixAllOfOurs.intersects(only)) return [...(await fixAllAction(findings, document))];
        if (only && !vscode.CodeActionKind.QuickFix.intersects(only)) return [];
        const { fixesFor } = await loadAnalysis();
        const { trying } = await findings.judging(document);
        const text = document.getText();
        const here = analysis.findings.filter(
          (finding) => rangeOf(finding.range).intersection(range) !== undefined,
        );
        if (here.length === 0) return [];
        const others = await otherTexts(here);
        const found = await trying(
          text,
          (analyse, files) =>
            here.map((finding) => ({ finding, fixes: fixesFor(text, finding, analyse, files) })),
          others,
        );
        return found.flatMap(({ finding, fixes }) => {
          const own = diagnostics.filter(isOf(finding));
          return fixes.map((fix) => actionOf(document, fix, own));
        });
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, fixAllOfOurs] },
  );
}
