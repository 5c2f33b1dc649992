import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Parts } from '../../../src/ui/main';
import type { PolicyNode } from '../../../src/ui/tree/policyNodes';
import { activated, until } from './extension';
import { useOwnStore } from './storedRun';

const policy = (name: string, port: string, rules: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ${name}, namespace: listed}
spec:
  endpointSelector: {matchLabels: {app: ${name}}}
  ingress:
    - fromEndpoints: [{matchLabels: {app: client}}]
      toPorts:
        - ports: [{port: "${port}", protocol: ${rules === 'udp' ? 'UDP' : 'TCP'}}]
${rules === '' ? '' : '          rules: {http: [{method: GET}]}\n'}`;

describe('the Policy Cost view', () => {
  let access: Parts;
  let folder: string;
  const rows = async (): Promise<ReadonlyMap<string, { node: PolicyNode; item: vscode.TreeItem }>> => {
    const nodes = await access.policies.children(undefined);
    return new Map(
      nodes.map((node) => {
        const item = access.policies.item(node);
        return [typeof item.label === 'string' ? item.label : '', { node, item }];
      }),
    );
  };

  before(async () => {
    access = await activated();
    await useOwnStore();
    const [opened] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(opened);
    folder = path.join(opened.uri.fsPath, 'listed');
    await mkdir(folder);
    await writeFile(path.join(folder, 'l7.yaml'), policy('listed-l7', '8080', 'http'));
    await writeFile(path.join(folder, 'plain.yaml'), policy('listed-plain', '8080', ''));
    await writeFile(path.join(folder, 'rejected.yaml'), policy('listed-udp', '53', 'udp'));
    await writeFile(path.join(folder, 'other.yaml'), 'cilium: true\n');
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const listed = (name: string) =>
    until(`${name} in the view`, async () => (await rows()).get(path.join('listed', name)));

  it('lists manifests with what their policies cost, and what becomes of them', async () => {
    const l7 = await listed('l7.yaml');
    assert.match(String(l7.item.description), /RPS published .* · L7 through Envoy$/);
    assert.equal((await listed('plain.yaml')).item.description, '1 policy · nothing through a proxy');
    assert.match(String((await listed('rejected.yaml')).item.description), /^rejected/);
    assert.equal((await rows()).has(path.join('listed', 'other.yaml')), false);
  });

  it('lists below a manifest its findings, and a click shows the place', async () => {
    const { node } = await listed('l7.yaml');
    const [finding] = await access.policies.children(node);
    assert.ok(finding);
    const item = access.policies.item(finding);
    assert.deepEqual([item.label, item.description], ['l7-http', 'port 8080/TCP · listed-l7']);
    assert.match(typeof item.tooltip === 'string' ? item.tooltip : '', /goes through Envoy.*Published/s);
    assert.ok(item.command);
    await vscode.commands.executeCommand(
      item.command.command,
      ...((item.command.arguments ?? []) as readonly unknown[]),
    );
    const editor = await until('the manifest', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.fileName.endsWith('l7.yaml') === true ? active : undefined;
    });
    assert.equal(editor.document.getText(editor.selection), 'http');
  });

  it('follows what is typed in an open manifest', async () => {
    const file = vscode.Uri.file(path.join(folder, 'plain.yaml'));
    const document = await vscode.workspace.openTextDocument(file);
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    edit.replace(file, whole, policy('listed-plain', '8080', 'http'));
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('its cost', async () =>
      /L7 through Envoy/.test(String((await listed('plain.yaml')).item.description)) ? true : undefined,
    );
    await document.save();
  });

  it('forgets a manifest that is gone', async () => {
    await rm(path.join(folder, 'rejected.yaml'));
    await until('it to be gone', async () =>
      (await rows()).has(path.join('listed', 'rejected.yaml')) ? undefined : true,
    );
  });
});
