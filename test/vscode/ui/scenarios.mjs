// What the UI tests do, each on a fresh page of the same VS Code with the packaged extension in it.
import assert from 'node:assert/strict';
import { spacesBelow, usersOf } from './labSpaces.mjs';
import { exchangeScenarios } from './exchangeScenarios.mjs';
import { interruptedScenarios } from './interruptedScenarios.mjs';
import { isOver } from './moreRuns.mjs';
import { compareScenarios } from './compareScenarios.mjs';
import { panelScenarios } from './panelScenarios.mjs';
import {
  countClicks,
  drawnPanel,
  focusFirstRow,
  menuByKeys,
  openRow,
  pressUntil,
  openContainer,
  openFile,
  openPanel,
  problemRows,
  quickPick,
  runCommand,
  treeRow,
  typeInto,
  unfold,
  until,
  view,
  webview,
} from './workbench.mjs';

/** From the Command Palette to the one question, fetching tools where they are missing; yields the question. */
async function askToRun(page) {
  await openFile(page, 'checkout-l7.yaml');
  await runCommand(page, 'Cilium Bench: Run Benchmark...');
  await quickPick(page, 'measures a policy');
  await quickPick(page, /local lab/i);
  await quickPick(page, /quick/i);
  const question = page.locator('.monaco-dialog-box', { hasText: 'Run policy-overhead on the local lab?' });
  const getTools = page.locator('.monaco-dialog-box').getByRole('button', { name: 'Get Tools', exact: true });
  await question.or(getTools).first().waitFor({ timeout: 60_000 });
  if (await getTools.isVisible()) await getTools.click();
  await question.waitFor({ timeout: 300_000 });
  return question;
}

/** Presses *Undo* in the notification that has the keyboard, by keys alone. */
async function pressUndo(page) {
  const undo = page.locator('.notifications-toasts').getByRole('button', { name: 'Undo', exact: true });
  for (let presses = 0; presses < 8; presses++) {
    if (await undo.evaluate((node) => node === node.ownerDocument.activeElement))
      return page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
  }
  throw new Error('The keyboard does not come to Undo.');
}

/**
 * The titles say what must hold. Those with `isLook` are about what is drawn, and run in each theme; of those with `isCanvas` it is
 * drawn on a canvas, and they run in both high contrasts.
 */
export const scenarios = [
  {
    title: 'the activity-bar view lists the targets, the active context first, and past runs',
    isLook: true,
    async run({ page, shot }) {
      await openContainer(page);
      for (const text of ['prod-eu-1', 'staging', 'Local lab']) await treeRow(page, text).waitFor();
      const rows = await page.locator('.sidebar .pane-body .monaco-list-row').allInnerTexts();
      const at = (text) => rows.findIndex((row) => row.includes(text));
      assert.ok(at('prod-eu-1') < at('staging'), `the active context is not first: ${rows.join(' | ')}`);
      await treeRow(page, /L7 through Envoy/).waitFor();
      await page.mouse.move(800, 600);
      await shot('trees');
    },
  },
  {
    title: 'a context that is opened tells its datapath, policies and benchmarks',
    isLook: true,
    async run({ page, shot }) {
      await openContainer(page);
      await openRow(page, 'prod-eu-1');
      await treeRow(page, /Cilium 1\.19 · native/).waitFor();
      await openRow(page, /Policies.*4 · 1 through a proxy/);
      await openRow(page, /shop.*1 through a proxy/);
      await treeRow(page, /checkout.*RPS/).waitFor();
      await openRow(page, /Benchmarks/);
      await treeRow(page, /Policy overhead.*can run/).waitFor();
      await page.mouse.move(800, 600);
      await shot('context');
    },
  },
  {
    title: 'a cluster that refuses is a node with the reason, and is asked again by the keyboard',
    isLook: true,
    async run({ page, shot, example }) {
      const focusedReason = page.locator('.monaco-list-row.focused', {
        hasText: 'The cluster cannot be read',
      });
      const focusReason = () =>
        pressUntil(
          'the reason to have the keyboard',
          async () => {
            await focusFirstRow(page, 'Targets');
            await page.keyboard.press('ArrowDown');
          },
          () => focusedReason.isVisible(),
        );
      example.refuse(true);
      try {
        await openContainer(page);
        await treeRow(page, 'prod-eu-1').waitFor();
        await focusFirstRow(page, 'Targets');
        await pressUntil(
          'the cluster to be unfolded',
          () => page.keyboard.press('ArrowRight'),
          () => treeRow(page, /The cluster cannot be read.*403, user reader/).isVisible(),
        );
        await treeRow(page, /prod-eu-1.*cannot be read/).waitFor();
        await focusReason();
        await shot('refused');
      } finally {
        example.refuse(false);
      }
      await menuByKeys(page, 'Retry', focusReason);
      await treeRow(page, /Cilium 1\.19 · native/).waitFor();
      await treeRow(page, /Benchmarks.*can run/).waitFor();
      assert.equal(await treeRow(page, 'cannot be read').count(), 0);
    },
  },
  {
    title: 'an HTTP rule gets a squiggle, and an entry in Problems with what it costs here',
    isLook: true,
    async run({ page, shot }) {
      await openFile(page, 'checkout-l7.yaml');
      await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
      await runCommand(page, 'Problems: Focus on Problems View');
      await problemRows(page, 'l7-http').filter({ hasText: 'Measured on the local lab' }).waitFor();
      await shot('diagnostic');
    },
  },
  {
    title: 'an L3/L4 policy gets none',
    async run({ page }) {
      await openFile(page, 'checkout-l3l4.yaml');
      // Analysed after the first, so that a warning for the first would be there by now.
      await openFile(page, 'checkout-l7.yaml');
      await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
      await runCommand(page, 'Problems: Focus on Problems View');
      await problemRows(page, 'checkout-l7.yaml').waitFor();
      assert.equal(await problemRows(page, 'checkout-l3l4.yaml').count(), 0);
      await openFile(page, 'checkout-l3l4.yaml');
      await page.locator('.monaco-editor .view-line', { hasText: 'checkout-peers' }).waitFor();
      assert.equal(await page.locator('.monaco-editor .squiggly-warning').count(), 0);
    },
  },
  {
    title: 'a past run opens in the panel with a drawn chart, beside the manifest',
    isLook: true,
    async run({ page, shot }) {
      await openFile(page, 'checkout-l7.yaml');
      await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
      await openContainer(page);
      await openPanel(page, /L7 through Envoy/);
      await runCommand(page, 'View: Close Primary Side Bar');
      await page.locator('.sidebar').waitFor({ state: 'hidden' });
      await drawnPanel(page);
      assert.equal(await page.locator('.monaco-editor .squiggly-warning').first().isVisible(), true);
      // Away from what shows a tip.
      await page.mouse.move(600, 780);
      await page.locator('.monaco-editor .codelens-decoration', { hasText: 'RPS' }).waitFor();
      await page.locator('.monaco-hover').waitFor({ state: 'hidden' });
      await shot('panel');
    },
  },
  {
    title: 'a run is named, tagged, filtered, deleted and brought back by the keyboard alone',
    isLook: true,
    timeoutMs: 300_000,
    async run({ page, shot }) {
      await openContainer(page);
      const runs = view(page, 'Runs');
      await treeRow(page, /L7 through Envoy/).waitFor();
      const focusRun = async () => {
        await focusFirstRow(page, 'Runs');
        const focused = runs.locator('.monaco-list-row.focused', { hasText: 'L7 through Envoy' });
        // From the group to the run in it.
        await pressUntil(
          'the run to have the focus',
          () => page.keyboard.press('ArrowDown'),
          async () => (await focused.count()) > 0,
        );
      };
      const rename = () =>
        pressUntil(
          'the box for the name',
          async () => {
            // Drawn anew in between, the tree has no run in focus, and the command asks for one.
            if (await page.locator('.quick-input-widget').isVisible()) await page.keyboard.press('Escape');
            await focusRun();
            await page.keyboard.press('F2');
          },
          () => page.locator('.quick-input-title', { hasText: 'Rename Run' }).isVisible(),
        );
      await focusRun();
      await rename();
      await typeInto(page, 'Rename Run', 'Before the upgrade');
      await treeRow(page, /Before the upgrade/).waitFor();
      await menuByKeys(page, 'Edit Tags of Runs...', focusRun);
      await typeInto(page, 'Tags', 'nightly eu');
      await treeRow(page, /#eu · #nightly/).waitFor();
      await menuByKeys(page, 'Pin as Baseline', focusRun);
      await treeRow(page, /baseline/).waitFor();
      await runCommand(page, 'Cilium Bench: Group Runs by Target and Scenario', { byKeys: true });
      await treeRow(page, 'lab · policy-overhead').waitFor();
      await runCommand(page, 'Cilium Bench: Filter Runs...', { byKeys: true });
      await typeInto(page, 'Filter Runs', 'tag:nightly');
      await treeRow(page, /tag:nightly.*1 of 1 runs/).waitFor();
      await shot('history');
      await runCommand(page, 'Cilium Bench: Filter Runs...', { byKeys: true });
      await typeInto(page, 'Filter Runs', 'tag:elephant');
      const showAll = runs.getByRole('button', { name: 'Show All Runs' });
      await showAll.waitFor();
      await shot('no-hit');
      await showAll.focus();
      await page.keyboard.press('Enter');
      await runCommand(page, 'Cilium Bench: Group Runs by Day', { byKeys: true });
      await focusRun();
      await page.keyboard.press('Delete');
      await treeRow(page, /Before the upgrade/).waitFor({ state: 'detached' });
      assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
      await page.locator('.notifications-toasts', { hasText: /Deleted .* Kept for 30 days/ }).waitFor();
      await shot('deleted');
      await runCommand(page, 'Notifications: Focus Notification Toast', { byKeys: true });
      await page
        .locator('.notifications-toasts .monaco-list-row.focused, .notifications-toasts .monaco-list:focus')
        .first()
        .waitFor();
      await page.keyboard.press('Tab');
      await pressUndo(page);
      await treeRow(page, /Before the upgrade/).waitFor();
      // As it was, for the next theme.
      await menuByKeys(page, 'Unpin Baseline', focusRun);
      await treeRow(page, /baseline/).waitFor({ state: 'detached' });
      await focusRun();
      await rename();
      await typeInto(page, 'Rename Run', '');
      await treeRow(page, /Before the upgrade/).waitFor({ state: 'detached' });
    },
  },
  {
    title: 'the policies of the workspace are listed with what they cost, and a click shows the place',
    isLook: true,
    async run({ page, shot }) {
      await openContainer(page);
      await unfold(page, 'Policy Cost');
      await treeRow(page, /checkout-l7\.yaml.*RPS.*L7 through Envoy/).waitFor();
      await treeRow(page, /checkout-l3l4\.yaml.*nothing through a proxy/).waitFor();
      await openRow(page, /checkout-l7\.yaml/);
      const tab = page.locator('.tab[data-resource-name="checkout-l7.yaml"]');
      await pressUntil(
        'the manifest to open',
        () => treeRow(page, /l7-http.*port 8080/).click(),
        () => tab.isVisible(),
      );
      await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
      await page.mouse.move(800, 600);
      await shot('policy-cost');
    },
  },
  {
    title: 'every empty view says what to do next, with a button',
    isLook: true,
    isFresh: true,
    hasNoFolder: true,
    async run({ page, shot }) {
      await openContainer(page);
      await treeRow(page, /No cluster.*the lab needs none/).waitFor();
      await view(page, 'Runs').getByRole('button', { name: 'Measure This Machine' }).waitFor();
      await unfold(page, 'Policy Cost');
      await view(page, 'Policy Cost').getByRole('button', { name: 'Open Folder' }).waitFor();
      await page.mouse.move(800, 600);
      await shot('empty');
    },
  },
  {
    title: 'from the install to a first measured number it takes three clicks and no cluster',
    isFresh: true,
    needsLab: true,
    timeoutMs: 900_000,
    async run({ page, shot, newRun }) {
      const clicks = await countClicks(page);
      await openContainer(page);
      await view(page, 'Runs').getByRole('button', { name: 'Measure This Machine' }).click();
      const question = page.locator('.monaco-dialog-box', { hasText: 'Run rps on the local lab?' });
      await question.waitFor({ timeout: 60_000 });
      await shot('first-question');
      await question.getByRole('button', { name: 'Run', exact: true }).click();
      const run = await newRun('ended', isOver, 780_000);
      assert.equal(run.state, 'complete', run.stateReason);
      assert.ok(run.variants.some(({ metrics }) => metrics.rps?.median > 0));
      await drawnPanel(page);
      assert.equal(await clicks(), 3);
      await shot('first-number');
    },
  },
  {
    title: 'the walkthrough begins with a first number, and its button asks the one question',
    isFresh: true,
    isLook: true,
    async run({ page, shot }) {
      await runCommand(page, 'Welcome: Open Walkthrough...');
      await quickPick(page, 'Measure what a policy costs');
      const button = page
        .locator('.getting-started-step.expanded')
        .getByRole('button', { name: 'Measure This Machine' });
      await button.waitFor();
      await page.mouse.move(800, 700);
      await shot('walkthrough');
      await button.click();
      await page.locator('.monaco-dialog-box', { hasText: 'Run rps on the local lab?' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
    },
  },
  {
    title: 'Run Benchmark... measures on the lab from its quick picks to a drawn panel',
    needsLab: true,
    timeoutMs: 600_000,
    async run({ page, shot, newRun, serverPid }) {
      const question = await askToRun(page);
      await shot('question');
      await question.getByRole('button', { name: 'Run', exact: true }).click();
      await newRun('began', ({ samples }) => samples.length > 0, 120_000);
      const spaces = spacesBelow(serverPid);
      assert.ok(spaces.size > 0, 'there is no lab while it measures');
      await drawnPanel(page);
      await page.locator('.tab', { hasText: / left · / }).waitFor({ timeout: 60_000 });
      await shot('measuring');
      const run = await newRun('ended', isOver, 240_000);
      assert.equal(run.state, 'complete', run.stateReason);
      assert.ok(run.samples.some(({ valid }) => valid));
      await drawnPanel(page);
      await until('the lab to be gone', () => usersOf(spaces) === 0, 30_000);
      await shot('measured');
    },
  },
  {
    title: 'a run that is cancelled takes its lab down',
    needsLab: true,
    timeoutMs: 500_000,
    async run({ page, shot, newRun, serverPid }) {
      const question = await askToRun(page);
      await question.getByRole('button', { name: 'Run', exact: true }).click();
      const { id } = await newRun('began', ({ samples }) => samples.length > 0, 120_000);
      const spaces = spacesBelow(serverPid);
      assert.ok(spaces.size > 0, 'there is no lab while it measures');
      await page
        .locator('.notifications-toasts')
        .getByRole('button', { name: 'Cancel', exact: true })
        .click();
      const run = await newRun('was cancelled', ({ state }) => state === 'cancelled', 60_000);
      assert.equal(run.id, id);
      await until('the lab to be gone', () => usersOf(spaces) === 0, 30_000);
      await webview(page)
        .getByText(/cancelled/i)
        .first()
        .waitFor();
      await shot('cancelled');
    },
  },
  ...interruptedScenarios,
  ...panelScenarios,
  ...compareScenarios,
  ...exchangeScenarios,
];
