import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, resultsPanelType } from '../../../src/ids';
import { activated, until } from './extension';
import { exampleRun, storeRun, useOwnStore } from './storedRun';

const panels = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(resultsPanelType),
    );

describe('the results panel', () => {
  before(async () => {
    await activated();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('opens beside the manifest, draws the run and takes its title', async () => {
    const store = await useOwnStore();
    await storeRun(
      store,
      exampleRun('2026-11-23-policy-overhead-p1', { file: 'shop.yaml', textHash: 'abc' }),
    );
    const manifest = await vscode.workspace.openTextDocument({ language: 'yaml', content: 'a: 1\n' });
    await vscode.window.showTextDocument(manifest, vscode.ViewColumn.One);

    await vscode.commands.executeCommand(commands.openResults, '2026-11-23-policy-overhead-p1');
    // The title is set once the page has said that it can draw and the model was sent.
    const panel = await until('the drawn panel', () =>
      panels().find(({ label }) => label === 'Cost of a policy'),
    );
    assert.equal(panel.group.viewColumn, vscode.ViewColumn.Two);
    assert.equal(vscode.window.activeTextEditor?.document, manifest, 'the focus stays in the manifest');
  });

  it('is brought to the front, not opened twice', async () => {
    const store = await useOwnStore();
    await storeRun(
      store,
      exampleRun('2026-11-23-policy-overhead-p2', { file: 'shop.yaml', textHash: 'abc' }),
    );
    await vscode.commands.executeCommand(commands.openResults, '2026-11-23-policy-overhead-p2');
    await vscode.commands.executeCommand(commands.showRun, '2026-11-23-policy-overhead-p2');
    assert.equal(panels().length, 1);
  });
});
