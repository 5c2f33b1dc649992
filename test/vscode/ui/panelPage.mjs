// The page of a results panel as a person sees it, and what a tool for accessibility says of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../state.mjs';
import { coloursOf, runCommand, until, webview } from './workbench.mjs';

const axe = readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

export const figure = (page, title) =>
  webview(page).locator('figure', { has: webview(page).locator('figcaption', { hasText: title }) });

/** What was read out last to whom cannot see. */
export const said = (page) => webview(page).locator('section[aria-label="Charts"] .only-read').innerText();

/** A number as the panel writes it. */
export const written = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u2009');
export const plain = (text) => text.replaceAll('\u202f', '\u2009');

/** The panel alone, as large as the window. */
export async function enlarge(page) {
  await runCommand(page, 'View: Close Primary Side Bar');
  await page.locator('.sidebar').waitFor({ state: 'hidden' });
  await until(
    'the panel to be wide',
    async () => ((await webview(page).locator('main').boundingBox())?.width ?? 0) > 900,
    20_000,
  );
}

/** Each of so many charts holds more than its background. */
export async function allDrawn(page, count) {
  const charts = webview(page).locator('figure');
  assert.equal(await charts.count(), count);
  for (let index = 0; index < count; index++) {
    const canvas = charts.nth(index).locator('canvas');
    await canvas.scrollIntoViewIfNeeded();
    // A background and one mark are two.
    await until('a drawn chart', async () => (await coloursOf(canvas)) >= 3, 20_000);
  }
}

/** Presses Tab until the keyboard is on the element. */
export async function tabTo(page, element, most = 60) {
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press('Tab');
    if (await element.evaluate((node) => node === node.ownerDocument.activeElement)) return;
  }
  throw new Error('The keyboard does not come there.');
}

/** Fails on what axe-core finds against WCAG 2.2 AA in the newest panel. */
export async function assertAccessible(page) {
  const main = await webview(page).locator('main').elementHandle();
  const frame = await main.ownerFrame();
  await frame.evaluate(axe);
  const found = await frame.evaluate(`axe
    .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html.slice(0, 160), failureSummary].join(' '))))`);
  assert.deepEqual(found, []);
}
