// Comparisons and figures over time in a real VS Code, with runs made from a recorded one.
import assert from 'node:assert/strict';
import { anotherRun, keep, recorded, recordedId } from './moreRuns.mjs';
import { allDrawn, assertAccessible, enlarge, plain, said, tabTo, written } from './panelPage.mjs';
import {
  drawnPanel,
  menuByMouse,
  openContainer,
  runCommand,
  selectRow,
  treeRow,
  until,
  webview,
} from './workbench.mjs';

const faster = 2.2;
const before = anotherRun({
  id: '2026-11-20-policy-overhead-k6',
  startedAt: '2026-11-20T09:30:00.000Z',
  factor: faster,
  facts: { kernel: 'Linux 6.12.30' },
});
const brokenOff = {
  ...anotherRun({ id: '2026-11-24-policy-overhead-c1', startedAt: '2026-11-24T09:30:00.000Z', factor: 1 }),
  state: 'cancelled',
  stateReason: 'Cancelled.',
};
const [none] = recorded.variants;

/** A quarter of a month in which the kernel and then Envoy changed, the latter to the worse. */
const history = [
  ['2026-11-12', 1.02, { kernel: 'Linux 6.12.30' }],
  ['2026-11-15', 0.99, { kernel: 'Linux 6.12.30' }],
  ['2026-11-17', 1.01, { kernel: 'Linux 6.12.30' }],
  ['2026-11-20', 1, {}],
  ['2026-11-25', 0.6, { envoyVersion: '1.41.0' }],
].map(([day, factor, facts]) =>
  anotherRun({ id: `${day}-policy-overhead-d1`, startedAt: `${day}T09:30:00.000Z`, factor, facts }),
);

const main = (page) => webview(page).locator('main');
const top = async (locator) => (await locator.boundingBox()).y;

/** Ticks a row of the quick pick that is not ticked yet. */
async function tick(page, text) {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  const isTicked = async () => (await row.locator('[aria-checked="true"]').count()) > 0;
  if (!(await isTicked())) await row.click();
  await until(`${text} to be ticked`, isTicked, 10_000);
}

/** Waits until the panel of this title has drawn. */
async function drawn(page, title) {
  await page.locator('.tab', { hasText: title }).click();
  await webview(page).locator('h1', { hasText: title }).waitFor();
  await drawnPanel(page);
}

export const compareScenarios = [
  {
    title: 'compare: runs of the Runs view and a published cluster, facts first, with their numbers',
    isLook: true,
    isCanvas: true,
    async run({ page, shot, state }) {
      keep(state.runs, before, 'Before the kernel');
      keep(state.runs, brokenOff, 'Broken off');
      await openContainer(page);
      await treeRow(page, 'Before the kernel').waitFor();
      await selectRow(page, 'Broken off');
      await selectRow(page, 'Before the kernel');
      await menuByMouse(page, 'Before the kernel', 'Compare Runs...');
      const picks = page.locator('.quick-input-list .monaco-list-row');
      await picks.first().waitFor();
      assert.equal(await picks.locator('[aria-checked="true"]').count(), 2);
      await tick(page, '23, 2026');
      await tick(page, 'VPC-CNI with Cilium, native routing');
      await shot('compare-choice');
      await page.keyboard.press('Enter');
      await page.locator('.tab', { hasText: 'Comparison of 3 runs' }).waitFor();
      await enlarge(page);
      await allDrawn(page, 3);
      const text = plain(await main(page).innerText());
      for (const part of [
        'Before the kernel (2026-11-20-policy-overhead-k6)',
        'kernel\tLinux 6.12.30',
        `B against A\tNo policy\tRPS, saturated\t${written(none.metrics.rps.median * faster)}/s\t${written(none.metrics.rps.median)}/s`,
        'because this run is cancelled',
        'published, not measured here',
      ])
        assert.ok(text.includes(part), `${part} is not in\n${text}`);
      const facts = webview(page).getByRole('heading', { name: 'Targets differ in' });
      const answer = webview(page).locator('.answer');
      assert.ok((await top(facts)) < (await top(answer)), 'the answer comes before the facts');
      assert.ok((await top(answer)) < (await top(webview(page).locator('.charts'))));
      // What cannot be compared is greyed.
      const colourOf = (node) => node.ownerDocument.defaultView.getComputedStyle(node).color;
      const grey = await webview(page).locator('.not-compared').evaluate(colourOf);
      assert.notEqual(grey, await answer.evaluate(colourOf));
      await assertAccessible(page);
      await page.mouse.move(640, 790);
      await shot('compare-charts');
      await webview(page).locator('h1').scrollIntoViewIfNeeded();
      await shot('compare');
    },
  },
  {
    title: 'drift: figures over time with what changed, with their numbers',
    isLook: true,
    isCanvas: true,
    async run({ page, shot, state }) {
      for (const run of history) keep(state.runs, run, null);
      await openContainer(page);
      await menuByMouse(page, 'policy-overhead · lab', 'Show Figures over Time');
      await page.locator('.tab', { hasText: 'Policy overhead over time' }).waitFor();
      await enlarge(page);
      await allDrawn(page, 3);
      const frame = webview(page).locator('figure').first().getByRole('application');
      await frame.focus();
      await page.keyboard.press('End');
      await page.keyboard.press('End');
      await until(
        'the last run to be said with what changed',
        async () =>
          /^25 Nov 2026, 09:30\. 17\u2009952 requests\/s .*Envoy version/.test(plain(await said(page))),
        10_000,
      );
      await page.keyboard.press('Escape');
      const text = plain(await main(page).innerText());
      for (const part of [
        'the last run has 40\u2009% fewer requests a second',
        'd1\t29\u2009920/s\t25\u2009501/s to 35\u2009103/s\tkernel',
      ])
        assert.ok(text.includes(part), `${part} is not in\n${text}`);
      await assertAccessible(page);
      await webview(page).locator('h1').scrollIntoViewIfNeeded();
      await page.mouse.move(640, 790);
      await shot('drift');
    },
  },
  {
    title: 'compare and drift by the keyboard alone, and drawn again after a reload of the window',
    timeoutMs: 180_000,
    async run({ page, state }) {
      keep(state.runs, before, 'Before the kernel');
      await runCommand(page, 'Cilium Bench: Compare Runs', { byKeys: true });
      const picks = page.locator('.quick-input-list .monaco-list-row');
      await picks.filter({ hasText: 'Before the kernel' }).waitFor();
      for (const count of [1, 2]) {
        await page.keyboard.press('ArrowDown');
        if (count === 1) await page.locator('.quick-input-list .monaco-list:focus').waitFor();
        await page.keyboard.press('Space');
        await until(
          'a tick',
          async () => (await picks.locator('[aria-checked="true"]').count()) === count,
          10_000,
        );
      }
      await page.keyboard.press('Enter');
      await drawnPanel(page);
      await runCommand(page, 'View: Focus First Editor Group', { byKeys: true });
      await tabTo(page, webview(page).locator('figure').first().getByRole('application'));
      await page.keyboard.press('ArrowRight');
      await until(
        'A to be said',
        async () =>
          plain(await said(page)).includes(`${written(none.metrics.rps.median * faster)} requests/s`),
        10_000,
      );
      await runCommand(page, 'Cilium Bench: Show Figures over Time', { byKeys: true });
      await picks.filter({ hasText: 'Before the kernel' }).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.tab', { hasText: 'Policy overhead over time' }).waitFor();
      await drawnPanel(page);
      await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
      await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 90_000 });
      await drawn(page, 'Comparison of 2 runs');
      assert.ok((await main(page).innerText()).includes(recordedId));
      await drawn(page, 'Policy overhead over time');
    },
  },
];
