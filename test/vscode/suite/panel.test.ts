import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, resultsPanelType } from '../../../src/ids';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { activated, openManifest, until } from './extension';
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
    const run = exampleRun('2026-11-23-policy-overhead-p1', { file: 'shop.yaml', textHash: 'abc' });
    await storeRun(store, run);
    const manifest = await openManifest('a: 1\n');

    await vscode.commands.executeCommand(commands.openResults, run.id);
    // The title is set once the page has said that it can draw and the model was sent.
    const { title } = panelModelOf(run);
    const panel = await until('the drawn panel', () => panels().find(({ label }) => label === title));
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
    await until('the panel', () => panels()[0]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(panels().length, 1);
  });
});
