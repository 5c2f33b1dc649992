import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, itemKinds } from '../../../src/ids';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import type { Parts } from '../../../src/ui/main';
import type { RunNode } from '../../../src/ui/tree/runNodes';
import { activated, until } from './extension';
import { exampleRun, storeRun, useOwnStore } from './storedRun';

const first = '2026-11-23-policy-overhead-a1';
const second = '2026-11-23-policy-overhead-b2';

const tooltipOf = ({ tooltip }: vscode.TreeItem): string => (typeof tooltip === 'string' ? tooltip : '');

describe('the history of runs', () => {
  let access: Parts;
  let store: RunStore;

  const groups = async (): Promise<readonly RunNode[]> => access.runs.children(undefined);
  const runNodes = async (): Promise<readonly RunNode[]> =>
    (await Promise.all((await groups()).map((node) => access.runs.children(node)))).flat();
  const nodeOf = async (id: string): Promise<RunNode> => {
    const found = (await runNodes()).find((node) => node.kind === 'run' && node.run.id === id);
    assert.ok(found, `${id} is not listed`);
    return found;
  };
  const itemOf = async (id: string): Promise<vscode.TreeItem> => access.runs.item(await nodeOf(id));
  const labels = async (): Promise<readonly unknown[]> =>
    (await groups()).map((node) => access.runs.item(node).label);
  const call = (id: string, ...given: unknown[]): Thenable<unknown> =>
    vscode.commands.executeCommand(id, ...given);
  /** Types into the input box that the command opens. */
  const typing = async (command: string, text: string, ...given: unknown[]): Promise<void> => {
    const original = vscode.window.showInputBox;
    let asked: vscode.InputBoxOptions | undefined;
    const replaced: typeof original = (options) => {
      asked = options;
      return Promise.resolve(text);
    };
    Object.assign(vscode.window, { showInputBox: replaced });
    try {
      await call(command, ...given);
    } finally {
      Object.assign(vscode.window, { showInputBox: original });
    }
    assert.ok(asked, 'nothing was asked');
  };

  beforeEach(async () => {
    access = await activated();
    const folder = await useOwnStore();
    store = createRunStore(folder);
    await storeRun(folder, exampleRun(first, { file: 'shop.yaml', textHash: 'abc' }));
    await storeRun(folder, exampleRun(second, { file: 'shop.yaml', textHash: 'abc' }));
    await call(commands.clearRunFilter);
    await call(commands.groupRunsByDay);
  });
  after(async () => {
    await call(commands.clearRunFilter);
    await call(commands.groupRunsByDay);
  });

  it('groups by target and scenario where it is asked to', async () => {
    assert.deepEqual(await labels(), ['Today']);
    await call(commands.groupRunsByTarget);
    assert.deepEqual(await labels(), ['lab · policy-overhead']);
    assert.equal((await runNodes()).length, 2);
  });

  it('names a run, and shows the name as text', async () => {
    await typing(commands.renameRun, ' <b>$(trash)\u202e ', await nodeOf(first));
    const item = await itemOf(first);
    assert.equal(item.label, '<b>$(trash)');
    assert.match(String(item.description), /policy-overhead · lab$/);
    assert.equal(typeof item.tooltip, 'string');
    await typing(commands.renameRun, '', await nodeOf(first));
    assert.equal((await itemOf(first)).label, 'policy-overhead · lab');
  });

  it('keeps a note with its lines', async () => {
    await typing(commands.noteRun, 'one⏎two', await nodeOf(first));
    assert.match(tooltipOf(await itemOf(first)), /\none\ntwo\n/);
  });

  it('tags all that are selected, and leaves what only some have', async () => {
    await store.annotate(first, (now) => ({ ...now, tags: ['mine'] }));
    const both = [await nodeOf(first), await nodeOf(second)];
    await typing(commands.tagRun, '#nightly, eu', both[0], both);
    assert.match(String((await itemOf(first)).description), /#eu · #mine · #nightly/);
    assert.match(String((await itemOf(second)).description), /#eu · #nightly/);
    await typing(commands.tagRun, 'eu', both[0], both);
    assert.match(String((await itemOf(first)).description), /#eu · #mine$/);
  });

  it('pins one baseline of a target and scenario', async () => {
    await call(commands.pinRun, await nodeOf(first));
    assert.equal((await itemOf(first)).contextValue, itemKinds.baselineRun);
    await call(commands.pinRun, await nodeOf(second));
    assert.equal((await itemOf(first)).contextValue, itemKinds.run);
    assert.match(String((await itemOf(second)).description), /baseline/);
    await call(commands.unpinRun, await nodeOf(second));
    assert.equal((await itemOf(second)).contextValue, itemKinds.run);
  });

  it('filters, says so in a row, and shows nothing but the welcome where nothing is left', async () => {
    await store.annotate(first, (now) => ({ ...now, tags: ['nightly'] }));
    await typing(commands.filterRuns, 'tag:nightly');
    const [filter, group] = await groups();
    assert.ok(filter && group);
    const row = access.runs.item(filter);
    assert.deepEqual([row.label, row.description], ['tag:nightly', '1 of 2 runs']);
    assert.equal(row.contextValue, itemKinds.runFilter);
    assert.equal((await access.runs.children(group)).length, 1);
    await typing(commands.filterRuns, 'tag:elephant');
    assert.deepEqual(await groups(), []);
    await call(commands.clearRunFilter);
    assert.equal((await runNodes()).length, 2);
  });

  it('deletes all that are selected without a question, and Undo brings them back whole', async () => {
    const before = await store.read(first);
    const both = [await nodeOf(first), await nodeOf(second)];
    const original = vscode.window.showInformationMessage;
    const said: string[] = [];
    let press: (button: string) => void = () => undefined;
    const replaced = (message: string, ...buttons: unknown[]): Promise<unknown> => {
      said.push(message);
      return new Promise((resolve) => {
        press = (button) => {
          assert.ok(buttons.includes(button), `no button ${button}`);
          resolve(button);
        };
      });
    };
    Object.assign(vscode.window, { showInformationMessage: replaced });
    try {
      await call(commands.deleteRun, both[0], both);
      assert.deepEqual(await groups(), []);
      assert.match(said.join(), /Deleted 2 runs\. Kept for 30 days/);
      press('Undo');
      await until('both to be back', async () => ((await runNodes()).length === 2 ? true : undefined));
      assert.deepEqual(await store.read(first), before);
    } finally {
      Object.assign(vscode.window, { showInformationMessage: original });
    }
  });

  it('means by a key the row that has the keyboard, and no run by a group', async () => {
    const [group] = await groups();
    await call(commands.deleteRun, group);
    assert.equal((await runNodes()).length, 2);
  });
});
