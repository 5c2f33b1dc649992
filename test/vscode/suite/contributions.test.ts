import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../../src/ids';
import { activated } from './extension';

describe('the extension', () => {
  before(async () => {
    await activated();
  });

  it('registers each command it contributes', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(commands).filter((id) => !registered.has(id)),
      [],
    );
  });

  it('registers no other command of its own', async () => {
    const named: ReadonlySet<string> = new Set(Object.values(commands));
    const registered = await vscode.commands.getCommands(true);
    // VS Code makes commands for each view and container: focus, open, resetViewLocation and the like.
    const ofViews =
      /^ciliumBench\.(targets|runs|policyCost)\.|\.(focus|open|resetViewLocation|toggleVisibility|removeView)$/;
    assert.deepEqual(
      registered.filter((id) => id.startsWith('ciliumBench.') && !named.has(id) && !ofViews.test(id)),
      [],
    );
  });
});
