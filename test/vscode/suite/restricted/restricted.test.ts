import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, diagnosticSource, languageModelTools, restrictedModeCommands } from '../../../../src/ids';
import { Problem } from '../../../../src/core/problem';
import type { Parts } from '../../../../src/ui/main';
import { activated, until } from '../extension';
import { exampleRun, storeRun, useOwnStore } from '../storedRun';

describe('Restricted Mode', () => {
  let parts: Parts;
  let document: vscode.TextDocument;
  before(async () => {
    parts = await activated();
    // What was measured here is there, and is not read.
    await storeRun(
      await useOwnStore(),
      exampleRun('2026-11-23-policy-overhead-a1', { file: 'a.yaml', textHash: 'a' }),
    );
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'checkout-l7.yaml'));
    await vscode.window.showTextDocument(document);
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const found = () =>
    until('the finding', () =>
      vscode.languages.getDiagnostics(document.uri).find(({ source }) => source === diagnosticSource),
    );

  it('is what this window is in', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it('marks findings with the published cost', async () => {
    const { message, code } = await found();
    assert.equal(typeof code === 'object' && code.value, 'l7-http');
    assert.match(message, /Published: 86 to 89/);
  });

  it('explains them in a hover', async () => {
    const { range } = await found();
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      range.start,
    );
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n');
    assert.match(text, /client pod → eBPF → Envoy/);
  });

  it('shows what a policy costs above it, and offers what mends it', async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      10,
    );
    const titles = lenses.map(({ command }) => command?.title ?? '');
    assert.ok(
      titles.some((title) => /RPS published/.test(title)),
      titles.join(),
    );
    const { range } = await found();
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    );
    assert.ok(fixes.some(({ edit }) => edit !== undefined));
  });

  it('explains the policy on a page', async () => {
    await parts.commands[commands.explainPolicy](document.uri, 0);
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /Published: 86 to 89/);
  });

  for (const id of Object.values(commands).filter((one) => !restrictedModeCommands.has(one)))
    it(`refuses ${id} with the reason, called past the menus as well`, async () => {
      await assert.rejects(
        async () => {
          await parts.commands[id](document.uri);
        },
        (error: unknown) =>
          error instanceof Problem && /Restricted Mode.*Trust this workspace first\.$/.test(error.message),
      );
    });

  it('lists neither targets nor runs, and tells a language model so', async () => {
    assert.deepEqual(await parts.targets.children(undefined), []);
    assert.deepEqual(await parts.runs.children(undefined), []);
    const { content } = await parts.tools[languageModelTools.list].invoke({});
    const [answer] = content;
    assert.match(answer instanceof vscode.LanguageModelTextPart ? answer.value : '', /Restricted Mode/);
  });
});
