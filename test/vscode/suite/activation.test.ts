import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activatedAlone, openManifest, until } from './extension';

// The first file in the order of their names: none of the others may have started the parts before.
describe('activation', () => {
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('loads the parts once a manifest may hold a policy, and not before', async () => {
    const { isStarted } = await activatedAlone();
    const document = await openManifest('a: 1\n');
    assert.equal(isStarted(), false, 'a manifest of another kind starts nothing');

    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'apiVersion: cilium.io/v2\n');
    await vscode.workspace.applyEdit(edit);
    await until('the parts to be started', () => isStarted() || undefined);
  });
});
