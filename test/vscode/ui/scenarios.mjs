// What the UI tests do, each on a fresh page of the same VS Code with the packaged extension in it.
import assert from 'node:assert/strict';
import { coloursOf, openContainer, openFile, quickPick, runCommand, treeRow, webview } from './workbench.mjs';

async function drawnPanel(page) {
  const canvas = webview(page).locator('canvas').first();
  await canvas.waitFor({ timeout: 30_000 });
  const end = Date.now() + 10_000;
  let colours = 0;
  while (colours < 3 && Date.now() < end) {
    colours = await coloursOf(canvas);
    await page.waitForTimeout(100);
  }
  assert.ok(colours >= 3, `the chart holds ${colours} colours: nothing is drawn`);
}

/** The titles say what must hold. `slow` ones get more time. */
export const scenarios = [
  {
    title: 'the activity-bar view lists the targets, the active context first, and past runs',
    async run({ page, shot }) {
      await openContainer(page, 'Cilium Bench');
      for (const text of ['prod-eu-1', 'staging', 'Local lab']) await treeRow(page, text).waitFor();
      const rows = await page.locator('.sidebar .pane-body .monaco-list-row').allInnerTexts();
      const at = (text) => rows.findIndex((row) => row.includes(text));
      assert.ok(at('prod-eu-1') < at('staging'), `the active context is not first: ${rows.join(' | ')}`);
      await treeRow(page, /L7 through Envoy|policy/i).waitFor();
      await shot('trees');
    },
  },
  {
    title: 'an HTTP rule gets a squiggle and an entry in Problems',
    async run({ page, shot }) {
      await openFile(page, 'checkout-l7.yaml');
      await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
      await runCommand(page, 'Problems: Focus on Problems View');
      await page.locator('.markers-panel .monaco-list-row', { hasText: 'l7-http' }).first().waitFor();
      await shot('diagnostic');
    },
  },
  {
    title: 'an L3/L4 policy gets none',
    async run({ page }) {
      await openFile(page, 'checkout-l3l4.yaml');
      await page.locator('.monaco-editor .view-line', { hasText: 'CiliumNetworkPolicy' }).waitFor();
      // The other manifest shows how long a warning takes; this waits longer than that.
      await page.waitForTimeout(2000);
      assert.equal(await page.locator('.monaco-editor .squiggly-warning').count(), 0);
    },
  },
  {
    title: 'a past run opens in the panel with a drawn chart',
    async run({ page, shot }) {
      await openFile(page, 'checkout-l7.yaml');
      await openContainer(page, 'Cilium Bench');
      await treeRow(page, /L7 through Envoy/).click();
      await drawnPanel(page);
      await shot('panel');
    },
  },
  {
    title: 'Run Benchmark... measures on the lab from its quick picks to a drawn panel',
    needsLab: true,
    timeoutMs: 600_000,
    async run({ page, shot, newestRun }) {
      await openFile(page, 'checkout-l7.yaml');
      await runCommand(page, 'Cilium Bench: Run Benchmark...');
      await quickPick(page, 'measures a policy');
      await quickPick(page, /local lab/i);
      await quickPick(page, /quick/i);
      const dialog = page.locator('.monaco-dialog-box', { hasText: 'Run policy-overhead on the local lab?' });
      const getTools = page
        .locator('.monaco-dialog-box')
        .getByRole('button', { name: 'Get Tools', exact: true });
      await dialog.or(getTools).first().waitFor({ timeout: 60_000 });
      if (await getTools.isVisible()) await getTools.click();
      await dialog.waitFor({ timeout: 300_000 });
      await shot('question');
      await dialog.getByRole('button', { name: 'Run', exact: true }).click();
      const run = await newestRun(240_000);
      assert.equal(run.state, 'complete', run.stateReason);
      assert.ok(run.samples.some(({ valid }) => valid));
      await drawnPanel(page);
      await shot('measured');
    },
  },
];
