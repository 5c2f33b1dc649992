import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands, diagnosticSource, schemes } from '../../../src/ids';
import { activated, openManifest, until } from './extension';

const manifest = (name: string, rules: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ${name}, namespace: index}
spec:
  endpointSelector: {matchLabels: {app: seen-together}}
  ingress:
    - fromEndpoints: [{matchLabels: {app: client}}]
      toPorts:
        - ports: [{port: "8080", protocol: TCP}]
${rules}`;

const shadowedIn = (document: vscode.TextDocument): vscode.Diagnostic | undefined =>
  vscode.languages
    .getDiagnostics(document.uri)
    .find(
      ({ source, code }) =>
        source === diagnosticSource && typeof code === 'object' && code.value === 'l7-shadowed',
    );

describe('policies of other files', () => {
  let other: vscode.Uri;
  before(async () => {
    await activated();
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    other = vscode.Uri.file(path.join(folder.uri.fsPath, 'index-other.yaml'));
  });
  after(async () => {
    await rm(other.fsPath, { force: true });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  let document: vscode.TextDocument;
  it('are seen together with the open one as they come', async () => {
    document = await openManifest(
      manifest('open-here', '          rules:\n            http:\n              - method: GET\n'),
    );
    await until(
      'the HTTP finding',
      () => vscode.languages.getDiagnostics(document.uri).length > 0 || undefined,
    );
    assert.equal(shadowedIn(document), undefined);
    await writeFile(other.fsPath, manifest('elsewhere', ''));
    const found = await until('the shadow of the other file', () => shadowedIn(document));
    assert.deepEqual(
      found.relatedInformation?.map(({ location, message }) => [location.uri.fsPath, message]),
      [[other.fsPath, 'CiliumNetworkPolicy index/elsewhere']],
    );
  });

  it('are named by their path on the page about a policy, as links', async () => {
    await vscode.commands.executeCommand(commands.explainPolicy, document.uri, 0);
    const page = await until('the page', () =>
      vscode.workspace.textDocuments.find(
        (one) => one.uri.scheme === schemes.explanation && one.getText().includes('index/open-here'),
      ),
    );
    assert.match(page.getText(), /see line \d+ of index-other\.yaml: CiliumNetworkPolicy index\/elsewhere/);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      page.uri,
    );
    const link = links.find(({ target }) => target?.scheme === 'file');
    assert.equal(link?.target?.fsPath, other.fsPath);
    assert.match(link.target.fragment, /^L\d+$/);
    assert.match(page.getText(link.range), /^line \d+ of index-other\.yaml$/);
  });

  it('are changed by a fix of the open one', async () => {
    // The rule that shadows is not the only one of its policy: it can go.
    const rule = '    - toPorts:\n        - ports: [{port: "9090", protocol: TCP}]\n';
    await writeFile(other.fsPath, manifest('elsewhere', rule));
    const fix = await until('the fix of the other file', async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        shadowedIn(document)?.range ?? new vscode.Range(0, 0, 0, 0),
      );
      return actions.find(({ title }) =>
        title.startsWith('Remove the rule of CiliumNetworkPolicy index/elsewhere'),
      );
    });
    const changes = fix.edit?.entries() ?? [];
    assert.deepEqual(
      changes.map(([uri]) => uri.fsPath),
      [other.fsPath],
    );
    const removed = changes[0]?.[1].map(({ range, newText }) => [range.start.line, range.end.line, newText]);
    assert.deepEqual(removed, [[6, 9, '']]);
  });

  it('count no longer once they are gone', async () => {
    await rm(other.fsPath);
    await until('no shadow any more', () => shadowedIn(document) === undefined || undefined);
  });
});
