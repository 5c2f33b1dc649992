// Runs on a real cluster that were killed, and what a person makes of them in a real VS Code.
import assert from 'node:assert/strict';
import { isOver } from './moreRuns.mjs';
import {
  badge,
  drawnPanel,
  focusFirstRow,
  menuByKeys,
  openContainer,
  runCommand,
  treeRow,
} from './workbench.mjs';

/** The node of a run that was interrupted, in a window where the view was never opened before. */
async function interruptedRow(page) {
  await openContainer(page);
  const row = treeRow(page, /aa · admin@.*interrupted · .* left · 1 change to undo/);
  await row.waitFor();
  await badge(page).filter({ hasText: /^1$/ }).waitFor();
  return row;
}

/** Nothing of the run is left: on the cluster, in the tree, as a journal. */
async function nothingIsLeft({ page, cluster, journals }, row) {
  await row.waitFor({ state: 'detached', timeout: 120_000 });
  await badge(page).waitFor({ state: 'hidden' });
  assert.deepEqual(await cluster.benchNamespaces(), []);
  assert.deepEqual(journals(), []);
}

/** Seen from the run as it was stored when it was killed. */
function assertWentOn(run, killed) {
  assert.equal(run.id, killed.id);
  assert.equal(run.state, 'complete', run.stateReason);
  assert.deepEqual(run.samples.slice(0, killed.samples.length), killed.samples);
  const ids = run.samples.map(({ id }) => id);
  assert.ok(ids.length > killed.samples.length, 'no sample was taken');
  assert.equal(new Set(ids).size, ids.length, 'a sample was taken twice');
}

export const interruptedScenarios = [
  {
    title: 'a run on a cluster that was killed is gone on with from its node, to its end',
    needsCluster: true,
    timeoutMs: 400_000,
    async run(given) {
      const { page, shot, cluster, state, runOf } = given;
      const killed = await cluster.killedRun({ samples: 3, state });
      assert.equal((await cluster.benchNamespaces()).length, 1);
      const row = await interruptedRow(page);
      await row.hover();
      await shot('interrupted');
      await row.getByRole('button', { name: 'Go On', exact: true }).click();
      assertWentOn(await runOf(killed.id, isOver, 240_000), killed);
      await drawnPanel(page);
      await nothingIsLeft(given, row);
      await shot('gone-on');
    },
  },
  {
    title: 'a run on a cluster that was killed is undone from its node, and keeps what it measured',
    needsCluster: true,
    timeoutMs: 400_000,
    async run(given) {
      const { page, shot, cluster, state, runOf } = given;
      const killed = await cluster.killedRun({ samples: 1, state });
      const row = await interruptedRow(page);
      await row.hover();
      await row.getByRole('button', { name: 'Undo', exact: true }).click();
      const question = page.locator('.monaco-dialog-box', { hasText: 'Put back what interrupted runs left' });
      await question
        .getByText(/namespace/)
        .first()
        .waitFor();
      await shot('undo-question');
      assert.equal((await cluster.benchNamespaces()).length, 1, 'it was undone before it was agreed to');
      await question.getByRole('button', { name: 'Undo', exact: true }).click();
      await nothingIsLeft(given, row);
      const run = await runOf(killed.id, isOver, 60_000);
      assert.match(run.stateReason, /^The run was interrupted; everything/);
      assert.deepEqual(run.samples, killed.samples);
    },
  },
  {
    title: 'Go On and Undo of a run that was killed are had by the keyboard alone',
    needsCluster: true,
    timeoutMs: 600_000,
    async run(given) {
      const { page, cluster, state, runOf } = given;
      const killed = await cluster.killedRun({ samples: 1, state });
      const row = await interruptedRow(page);
      await menuByKeys(page, 'Go On', () => focusFirstRow(page, 'Runs'));
      assertWentOn(await runOf(killed.id, isOver, 240_000), killed);
      await nothingIsLeft(given, row);

      await cluster.killedRun({ samples: 1, state });
      await runCommand(page, 'Cilium Bench: Refresh', { byKeys: true });
      await row.waitFor();
      await menuByKeys(page, 'Undo', () => focusFirstRow(page, 'Runs'));
      await page.locator('.monaco-dialog-box', { hasText: 'Put back' }).waitFor();
      await page.keyboard.press('Enter');
      await nothingIsLeft(given, row);
    },
  },
];
