// What the results panel does in a real VS Code, with a run that was measured earlier.
import assert from 'node:assert/strict';
import { calibration, keep, keepCalibrated, recorded as run } from './moreRuns.mjs';
import { allDrawn, assertAccessible, enlarge, figure, plain, said, tabTo, written } from './panelPage.mjs';
import {
  drawnPanel,
  menuByMouse,
  openContainer,
  openFile,
  openPanel,
  runCommand,
  treeRow,
  typeInto,
  until,
  webview,
} from './workbench.mjs';

const saturated = /^Requests a second, saturated/;

/** Opens the stored run from the tree. */
async function openStored(page) {
  await openContainer(page);
  await openPanel(page, /L7 through Envoy/);
  await figure(page, /^All latencies/)
    .getByText('Reading the raw output')
    .waitFor({ state: 'hidden' });
}

const pixels = (canvas) => canvas.evaluate((node) => node.toDataURL());

/**
 * The middles of the samples' dots on a canvas, left to right: blocks of 3 by 3 pixels of the text's colour that stand alone, as those of
 * whiskers and words do not. `colour` is as style sheets have it.
 */
const dotsOf = (canvas) =>
  canvas.evaluate((node) => {
    const { width, height } = node;
    const { data } = node.getContext('2d').getImageData(0, 0, width, height);
    const [red, green, blue] = node.ownerDocument.defaultView
      .getComputedStyle(node.ownerDocument.body)
      .color.match(/\d+/g)
      .map(Number);
    const is = (x, y) => {
      const at = (y * width + x) * 4;
      return Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) < 12;
    };
    const block = (x, y) => [-1, 0, 1].every((dx) => [-1, 0, 1].every((dy) => is(x + dx, y + dy)));
    const found = [];
    for (let x = 6; x < width - 6; x++)
      for (let y = 6; y < height - 6; y++)
        if (block(x, y) && !is(x - 5, y) && !is(x + 5, y) && !is(x, y - 5) && !is(x, y + 5))
          found.push({ x, y });
    const scale = node.clientWidth / width;
    return found.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
  });

/** The titles say what must hold; see scenarios.mjs. */
export const panelScenarios = [
  {
    title: 'panel: each chart of a run is drawn, with the numbers of the run',
    isLook: true,
    isCanvas: true,
    async run({ page, shot }) {
      await openStored(page);
      await enlarge(page);
      await allDrawn(page, 6);
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
      await assertAccessible(page);
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
    title: 'panel: a sample’s dot leads to the raw output of that sample',
    async run({ page }) {
      await openStored(page);
      const canvas = figure(page, saturated).locator('canvas');
      const [first] = await dotsOf(canvas);
      await canvas.click({ position: first });
      // The samples of a mark stand in the order they were taken.
      const { id, values } = run.samples.find(
        ({ block, variant, load }) => block > 0 && variant === 'none' && load === 'saturated',
      );
      await page.locator('.tab', { hasText: id }).waitFor();
      await runCommand(page, 'View: Focus First Editor Group');
      await page.keyboard.press('Control+F');
      await page.keyboard.type(`"ActualQPS": ${values.rps}`);
      await page.locator('.find-widget .matchesCount', { hasText: '1 of 1' }).waitFor();
    },
  },
  {
    title: 'panel: a name, tags and a note that are given while it is open show at once',
    async run({ page, shot }) {
      await openStored(page);
      const give = async (entry, title, text) => {
        await menuByMouse(page, /L7 through Envoy/, entry);
        await typeInto(page, title, text);
      };
      await treeRow(page, /L7 through Envoy/).waitFor();
      await give('Rename Run...', 'Rename Run', 'Before the upgrade');
      await webview(page).locator('.kept-marks', { hasText: 'Before the upgrade' }).waitFor();
      await give('Edit Tags of Runs...', 'Tags', 'nightly');
      await webview(page).locator('.kept-marks', { hasText: '#nightly' }).waitFor();
      await give('Edit Note of Run...', 'Note', 'Envoy 1.40.⏎Nobody else on the machine.');
      await webview(page)
        .locator('.kept-note', { hasText: /Envoy 1\.40\.\s+Nobody else on the machine\./ })
        .waitFor();
      await shot('kept');
    },
  },
  {
    title: 'panel: what is known of the machine’s readings stands under the run that refers to it',
    isLook: true,
    async run({ page, shot, state, referenceTo }) {
      keepCalibrated(state, referenceTo);
      await openContainer(page);
      await openPanel(page, 'Calibrated machine');
      await enlarge(page);
      const section = webview(page).locator('.parts section', { hasText: 'Calibration of this machine' });
      await section.waitFor();
      const rows = section.locator('tbody tr');
      assert.equal(await rows.count(), calibration.results.length);
      for (const [at, { title }] of calibration.results.entries())
        assert.ok(plain(await rows.nth(at).innerText()).includes(plain(title)));
      await assertAccessible(page);
      await section.scrollIntoViewIfNeeded();
      await page.mouse.move(640, 790);
      await shot('calibration');
    },
  },
  {
    title: 'panel: what is advised stands under the answer, with what it stands on',
    isLook: true,
    isCanvas: true,
    async run({ page, shot, state, advisedRun }) {
      keep(state.runs, advisedRun, 'With Hubble');
      await openContainer(page);
      await openPanel(page, 'With Hubble');
      await enlarge(page);
      const advice = webview(page).locator('.advice');
      await advice.getByText('Hubble').first().waitFor();
      const stands = advice.locator('summary').first();
      await stands.focus();
      await page.keyboard.press('Enter');
      await advice.locator('details[open] li').first().waitFor();
      await assertAccessible(page);
      await page.mouse.move(640, 790);
      await shot('advice');
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
