import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { diagnosticSource } from '../../../src/ids';
import { activated, until } from './extension';

const manifest = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: queue, namespace: versions}
spec:
  endpointSelector: {matchLabels: {app: queue}}
  ingress:
    - toPorts:
        - ports: [{port: "9092", protocol: TCP}]
          rules:
            kafka:
              - topic: orders
`;

const codesOf = ({ uri }: vscode.TextDocument): string =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === diagnosticSource)
    .map(({ code }) => String(typeof code === 'object' ? code.value : code))
    .join();

describe('folders that ask for different versions of Cilium', () => {
  const folders: string[] = [];
  before(activated);
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  async function opened(name: string, version: string): Promise<vscode.TextDocument> {
    const [root] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(root);
    const folder = path.join(root.uri.fsPath, name);
    folders.push(folder);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, '.cilium-bench.yaml'), `cilium: "${version}"\n`);
    const file = path.join(folder, 'queue.yaml');
    await writeFile(file, manifest);
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    return document;
  }

  it('are each judged by their own, side by side', async () => {
    const older = await opened('version-119', '1.19');
    const newer = await opened('version-120', '1.20');
    await until(
      'both findings',
      () => (codesOf(older) === 'l7-kafka' && codesOf(newer) === 'field-removed') || undefined,
    );
  });
});
