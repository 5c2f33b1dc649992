import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { diagnosticSource } from '../../../src/ids';
import { activated, until } from './extension';

const policy = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: reads, namespace: settings}
spec:
  endpointSelector: {matchLabels: {app: reads}}
  ingress:
    - toPorts:
        - ports: [{port: "8080", protocol: TCP}]
          rules:
            http:
              - method: GET
`;

const oursOf = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === diagnosticSource);

describe('a settings file that does not hold', () => {
  let folder: vscode.Uri;
  let file: vscode.Uri;
  before(async () => {
    await activated();
    const [root] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(root);
    folder = vscode.Uri.joinPath(root.uri, 'settings-that-do-not-hold');
    file = vscode.Uri.joinPath(folder, '.cilium-bench.yaml');
    await mkdir(folder.fsPath, { recursive: true });
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder.fsPath, { recursive: true, force: true });
  });

  it('says so on itself as soon as a manifest beside it is judged, and what holds of it counts', async () => {
    await writeFile(file.fsPath, 'severities:\n  l7-htp: off\n  l7-http: error\n');
    const manifest = path.join(folder.fsPath, 'reads.yaml');
    await writeFile(manifest, policy);
    const document = await vscode.workspace.openTextDocument(manifest);
    await vscode.window.showTextDocument(document);
    const [fault] = await until('the fault', () => {
      const found = oursOf(file);
      return found.length > 0 ? found : undefined;
    });
    assert.equal(fault?.message, '"l7-htp" is no finding. The codes are listed in docs/lint.md.');
    assert.deepEqual(fault.range, new vscode.Range(1, 2, 1, 8));
    const [finding] = await until('the finding', () => {
      const found = oursOf(document.uri);
      return found.length > 0 ? found : undefined;
    });
    assert.equal(finding?.severity, vscode.DiagnosticSeverity.Error);
  });

  it('is marked as it is typed, and what is saved counts when it is closed', async () => {
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => {
      edit.replace(new vscode.Range(1, 2, 1, 8), 'l7-dns');
      edit.replace(new vscode.Range(2, 11, 2, 16), 'loud');
    });
    await until(
      'the fault of the text',
      () => oursOf(file)[0]?.message.startsWith('"loud" is no severity.') || undefined,
    );
    assert.deepEqual(
      oursOf(file).map(({ range }) => range),
      [new vscode.Range(2, 11, 2, 15)],
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until('the fault of the file', () => oursOf(file)[0]?.message.startsWith('"l7-htp"') || undefined);
  });

  it('is silent once it holds, and once it is gone', async () => {
    await writeFile(file.fsPath, 'severities:\n  l7-http: hint\n');
    await until('no fault', () => oursOf(file).length === 0 || undefined);
    await writeFile(file.fsPath, 'nothing: here\n');
    await until('a fault again', () => oursOf(file).length === 1 || undefined);
    await rm(file.fsPath);
    await until('no fault of a file that is gone', () => oursOf(file).length === 0 || undefined);
  });
});
