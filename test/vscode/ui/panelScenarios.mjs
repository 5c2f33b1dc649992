// What the results panel does in a real VS Code, with a run that was measured earlier.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../state.mjs';
import {
  coloursOf,
  drawnPanel,
  openContainer,
  openFile,
  pressUntil,
  runCommand,
  treeRow,
  until,
  webview,
} from './workbench.mjs';

const runId = '2026-11-23-policy-overhead-2h';
const run = JSON.parse(readFileSync(path.join(root, 'test/vscode/fixtures/runs', runId, 'run.json'), 'utf8'));
const axe = readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

const figure = (page, title) =>
  webview(page).locator('figure', { has: webview(page).locator('figcaption', { hasText: title }) });
const saturated = /^Requests a second, saturated/;
const said = (page) => webview(page).locator('section[aria-label="Charts"] .only-read').innerText();
/** A number as the panel writes it. */
const written = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u2009');
const plain = (text) => text.replaceAll('\u202f', '\u2009');

/** Opens the stored run from the tree. */
async function openStored(page) {
  await openContainer(page, 'Cilium Bench');
  await pressUntil(
    'the panel to open',
    () => treeRow(page, /L7 through Envoy/).click(),
    () => page.locator('iframe.webview.ready').last().isVisible(),
  );
  await drawnPanel(page);
  await figure(page, /^All latencies/)
    .getByText('Reading the raw output')
    .waitFor({ state: 'hidden' });
}

/** The panel alone, as large as the window. */
async function enlarge(page) {
  await runCommand(page, 'View: Close Primary Side Bar');
  await page.locator('.sidebar').waitFor({ state: 'hidden' });
  await until(
    'the panel to be wide',
    async () => ((await webview(page).locator('main').boundingBox())?.width ?? 0) > 900,
    20_000,
  );
}

const pixels = (canvas) => canvas.evaluate((node) => node.toDataURL());

/** Presses Tab until the keyboard is on the element. */
async function tabTo(page, element, most = 60) {
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press('Tab');
    if (await element.evaluate((node) => node === node.ownerDocument.activeElement)) return;
  }
  throw new Error('The keyboard does not come there.');
}

/** The titles say what must hold; see scenarios.mjs. */
export const panelScenarios = [
  {
    title: 'panel: each chart of a run is drawn, with the numbers of the run',
    isLook: true,
    isCanvas: true,
    async run({ page, shot }) {
      await openStored(page);
      await enlarge(page);
      const charts = webview(page).locator('figure');
      assert.equal(await charts.count(), 6);
      for (let index = 0; index < 6; index++) {
        const canvas = charts.nth(index).locator('canvas');
        await canvas.scrollIntoViewIfNeeded();
        await until('a drawn chart', async () => (await coloursOf(canvas)) >= 3, 20_000);
      }
      const frame = figure(page, saturated).getByRole('application');
      await frame.focus();
      for (const { label, metrics } of run.variants) {
        await page.keyboard.press('ArrowRight');
        await until(
          `${label} to be said`,
          async () =>
            plain(await said(page)).startsWith(`${label}. ${written(metrics.rps.median)} requests/s`),
          10_000,
        );
      }
      await page.keyboard.press('Escape');
      await webview(page).locator('h1').scrollIntoViewIfNeeded();
      await page.mouse.move(640, 790);
      await shot('panel-charts');
    },
  },
  {
    title: 'panel: axe-core finds nothing against WCAG 2.2 AA',
    isLook: true,
    isCanvas: true,
    async run({ page }) {
      await openStored(page);
      await webview(page).getByRole('button', { name: 'Numbers' }).first().click();
      const main = await webview(page).locator('main').elementHandle();
      const frame = await main.ownerFrame();
      await frame.evaluate(axe);
      const found = await frame.evaluate(`axe
        .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html.slice(0, 160), failureSummary].join(' '))))`);
      assert.deepEqual(found, []);
    },
  },
  {
    title: 'panel: its charts follow the theme at once',
    async run({ page }) {
      await openStored(page);
      const canvas = figure(page, saturated).locator('canvas');
      const dark = await pixels(canvas);
      await runCommand(page, 'Preferences: Toggle between Light/Dark Themes');
      await until('other colours', async () => (await pixels(canvas)) !== dark, 20_000);
      const light = await pixels(canvas);
      // To the dark theme that is preferred, which need not be the one before.
      await runCommand(page, 'Preferences: Toggle between Light/Dark Themes');
      await until('dark colours', async () => (await pixels(canvas)) !== light, 20_000);
    },
  },
  {
    title: 'panel: by the keyboard alone, from the palette over a mark to its raw output',
    async run({ page }) {
      await runCommand(page, 'Cilium Bench: Open Results', { byKeys: true });
      // The palette's own rows go first.
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'complete' }).waitFor();
      await page.keyboard.press('Enter');
      await drawnPanel(page);
      await runCommand(page, 'View: Focus First Editor Group', { byKeys: true });
      const frame = figure(page, saturated).getByRole('application');
      await tabTo(page, frame);
      await page.keyboard.press('End');
      await until('the mark to be said', async () => /^L7 through Envoy/.test(await said(page)), 10_000);
      await page.keyboard.press('Enter');
      await page.locator('.tab', { hasText: 'b2-l7-saturated-1' }).waitFor();
      await page.locator('.monaco-editor .view-line', { hasText: 'RunType' }).first().waitFor();
    },
  },
  {
    title: 'panel: it is drawn again after a reload of the window',
    async run({ page }) {
      await openStored(page);
      // In order, as a person does: a page that is thrown away has not written down yet what stood open.
      await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
      await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 90_000 });
      await drawnPanel(page);
      assert.match(await webview(page).locator('h1').innerText(), /checkout-l7\.yaml/);
      await figure(page, /^All latencies/)
        .getByText('Reading the raw output')
        .waitFor({ state: 'hidden' });
    },
  },
  {
    title: 'panel: a policy’s bar leads to its line in the manifest',
    async run({ page }) {
      await openStored(page);
      const canvas = figure(page, saturated).locator('canvas');
      await canvas.scrollIntoViewIfNeeded();
      const { width, height } = await canvas.boundingBox();
      // The last of three bars, low enough to lie in it.
      await canvas.click({ position: { x: width * 0.86, y: height * 0.76 } });
      await page.locator('.tab.active[data-resource-name="checkout-l7.yaml"]').waitFor();
      await page
        .locator('.editor-statusbar-item, .statusbar-item', { hasText: `Ln ${run.policy.line + 1},` })
        .first()
        .waitFor();
    },
  },
  {
    title: 'panel: a chart is copied as a PNG',
    async run({ page }) {
      await openStored(page);
      await figure(page, saturated).getByRole('button', { name: 'Copy PNG' }).click();
      await figure(page, saturated).getByText('Copied').waitFor();
      const bytes = await page.evaluate(`(async () => {
        const [item] = await navigator.clipboard.read();
        const blob = await item.getType('image/png');
        return [...new Uint8Array(await blob.arrayBuffer())];
      })()`);
      assert.deepEqual(bytes.slice(0, 8), [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
      assert.ok(bytes.length > 5000, `a picture of ${bytes.length} bytes`);
    },
  },
  {
    title: 'panel: Show Run above a policy rings its bar and leaves the focus in the manifest',
    async run({ page, shot }) {
      await openFile(page, 'checkout-l7.yaml');
      await page.locator('.codelens-decoration a', { hasText: 'Show Run' }).first().click();
      await drawnPanel(page);
      await until('the bar to be said', async () => /^L7 through Envoy/.test(await said(page)), 20_000);
      assert.equal(
        await webview(page)
          .locator('main')
          .evaluate((node) => node.ownerDocument.hasFocus()),
        false,
      );
      await shot('panel-pointed');
    },
  },
];
