import { readFileSync, writeFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readPanelMessage } from '../../../src/ui/panel/messages';
import {
  browserIsThere,
  bundle,
  openPanel,
  openReport,
  pictures,
  startBrowser,
  type Bundles,
  type Opened,
} from './browser';
import { bpfModel, resourcesModel } from './partModels';
import { crossingModel, pendingModel, storedDistribution, storedModel } from './storedModels';
import type { ThemeName } from './themes';

const axe = readFileSync(new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** What axe-core finds against WCAG 2 A and AA, a line each. */
async function violations(page: Page): Promise<readonly string[]> {
  // By the debugger: the page's policy lets no other script in.
  await page.evaluate(axe);
  const asked = JSON.stringify({
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  });
  return page.evaluate<readonly string[]>(
    `axe.run(document, ${asked}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary)))`,
  );
}

const figure = (page: Page, title: string): Locator =>
  page.locator('figure', { has: page.locator('figcaption', { hasText: new RegExp(`^${title}`) }) });
const said = (page: Page): Promise<string> =>
  page.locator('section[aria-label="Charts"] .only-read').innerText();
const plain = (text: string): string => text.replaceAll(/[\u2009\u202f]/g, ' ');
const pixels = (canvas: Locator): Promise<string> =>
  canvas.evaluate((node: unknown) => (node as { toDataURL(): string }).toDataURL());

describe.skipIf(!browserIsThere)('charts in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  let bundles: Bundles;
  let opened: Opened;

  beforeAll(async () => {
    [browser, bundles] = await Promise.all([startBrowser(), bundle()]);
  }, 60_000);
  afterAll(() => browser.close());

  const open = async (model: object, theme: ThemeName = 'dark', width = 1100): Promise<Page> => {
    opened = await openPanel(browser, bundles, { theme, width });
    await opened.send({ type: 'show', model });
    return opened.page;
  };
  const lastPosted = async (): Promise<unknown> => (await opened.posted()).at(-1);

  test.each([
    ['dark', storedModel],
    ['light', storedModel],
    ['highContrast', storedModel],
    ['highContrastLight', storedModel],
    ['light', crossingModel],
    ['dark', bpfModel],
    ['highContrast', resourcesModel],
  ] as const)('%s: axe-core finds nothing, with the numbers of a chart open', async (theme, model) => {
    const page = await open(model, theme);
    await page.getByRole('button', { name: 'Numbers' }).first().click();
    await page.getByText('Fingerprint').click();
    await page.screenshot({ path: `${pictures}/${model.runId}-${theme}.png`, fullPage: true });
    expect(await violations(page)).toEqual([]);
    expect(opened.complaints).toEqual([]);
    await page.close();
  });

  test('the keyboard goes over marks and samples, says them, and opens the raw output', async () => {
    const page = await open(storedModel);
    const frame = figure(page, 'Requests a second, saturated').getByRole('application');
    await frame.focus();
    await page.keyboard.press('ArrowRight');
    expect(plain(await said(page))).toBe(
      'no policy. 31 047 requests/s (26 874 to 33 227, 95 %), 6 samples. 1 of 3.',
    );
    await page.keyboard.press('End');
    expect(plain(await said(page))).toBe(
      'L7 through Envoy. 5 825 requests/s (5 289 to 6 681, 95 %), 3 samples. 3 of 3.',
    );
    await page.keyboard.press('Enter');
    expect(await lastPosted()).toEqual({ type: 'openRaw', sampleId: 'b2-l7-saturated-1' });
    await page.keyboard.press('Shift+ArrowRight');
    expect(plain(await said(page))).toBe('Sample 1 of 3: 5 822 requests/s. Enter opens its raw output.');
    await page.keyboard.press('Enter');
    expect(await lastPosted()).toEqual({ type: 'openRaw', sampleId: 'b1-l7-saturated-1' });
    await page.close();
  });

  test('up and down go to another series at the same place', async () => {
    const page = await open(storedModel);
    await figure(page, 'All latencies').getByRole('application').focus();
    await page.keyboard.press('End');
    const [, least] = /p([\d.]+)\./.exec(await said(page)) ?? [];
    await page.keyboard.press('ArrowDown');
    expect(await said(page)).toMatch(/^L3\/L4 · p99\./);
    expect(Number(least)).toBeGreaterThan(99.9);
    await page.keyboard.press('Enter');
    // Made of many samples: it leads to what was measured.
    expect(await lastPosted()).toEqual({ type: 'revealManifest' });
    await page.close();
  });

  test('a click on a bar opens the raw output, on a policy’s bar the manifest, on a dot that sample', async () => {
    const page = await open(storedModel);
    const canvas = figure(page, 'Requests a second, saturated').locator('canvas');
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    // The middle of each of three bars, low enough to lie in all of them.
    const [none = 0, ...underPolicy] = [0.32, 0.59, 0.86].map((share) => share * width);
    await canvas.click({ position: { x: none, y: height * 0.76 } });
    expect(JSON.stringify(await lastPosted())).toMatch(/"openRaw","sampleId":"b\d-none-/);
    for (const x of underPolicy) {
      await canvas.click({ position: { x, y: height * 0.76 } });
      expect(await lastPosted()).toEqual({ type: 'revealManifest' });
    }
    await page.close();
  });

  test('pointing to a variant rings its mark and says it, without taking the focus', async () => {
    const page = await open(storedModel);
    const canvas = figure(page, 'Requests a second, saturated').locator('canvas');
    const before = await pixels(canvas);
    await opened.send({ type: 'pointTo', variant: 'l7' });
    expect(await pixels(canvas)).not.toBe(before);
    expect(await said(page)).toMatch(/^L7 through Envoy/);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('BODY');
    await opened.send({ type: 'pointTo', variant: 'none-of-it' });
    await page.close();
  });

  test('the distribution is drawn in its place once it is read, and stays while a run grows', async () => {
    const page = await open(pendingModel);
    expect(await page.getByText('Reading the raw output of 12 samples').isVisible()).toBe(true);
    await opened.send({ type: 'chart', id: 'distribution', chart: storedDistribution });
    expect(await page.getByText('Reading the raw output').isVisible()).toBe(false);
    const canvas = figure(page, 'All latencies').locator('canvas');
    const drawn = await pixels(canvas);
    await opened.send({ type: 'show', model: pendingModel });
    expect(await pixels(canvas)).toBe(drawn);
    await opened.send({ type: 'chart', id: 'distribution', chart: null });
    expect(await figure(page, 'All latencies').count()).toBe(0);
    await page.close();
  });

  test('samples are drawn on demand', async () => {
    const page = await open(crossingModel);
    const chart = figure(page, 'Requests a second, saturated');
    const before = await pixels(chart.locator('canvas'));
    const toggle = chart.getByRole('button', { name: 'Samples' });
    expect(await toggle.getAttribute('aria-pressed')).toBe('false');
    await toggle.press('Enter');
    expect(await toggle.getAttribute('aria-pressed')).toBe('true');
    expect(await pixels(chart.locator('canvas'))).not.toBe(before);
    await page.close();
  });

  test('numbers stand beside a chart, sort, and are copied by the extension', async () => {
    const page = await open(storedModel);
    const chart = figure(page, 'All latencies');
    await chart.getByRole('button', { name: 'Numbers' }).press('Enter');
    expect(plain(await chart.getByRole('row', { name: /^p99 / }).innerText())).toContain(
      '897 (783 to 1 146)',
    );
    await chart.getByRole('columnheader', { name: /L7/ }).getByRole('button').press('Enter');
    expect(await chart.getByRole('rowheader').first().innerText()).toBe('p50');
    await chart.getByRole('button', { name: 'Copy Markdown' }).click();
    expect(await lastPosted()).toEqual({ type: 'copyChart', chartId: 'distribution' });
    await page.close();
  });

  test.each([
    ['a chart of bars', storedModel, 'Requests a second, saturated'],
    ['a distribution', storedModel, 'All latencies'],
    ['curves', crossingModel, 'Requests a second, saturated'],
  ])('a picture of %s is a PNG that is not blank, and passes the border', async (name, model, title) => {
    const page = await open(model, 'light');
    // This page has no clipboard for pictures, so that the extension is asked to save it.
    await figure(page, title).getByRole('button', { name: 'Copy PNG' }).click();
    const message = await vi.waitFor(async () => {
      const posted = readPanelMessage(await lastPosted());
      if (posted?.type !== 'savePicture') throw new Error(`it posted ${JSON.stringify(posted)}`);
      return posted;
    }, 10_000);
    const bytes = Buffer.from(message.base64, 'base64');
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    expect(width).toBeGreaterThan(500);
    expect(height).toBeGreaterThan(500);
    const colours = await page.evaluate<number>(`(async () => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(atob(${JSON.stringify(message.base64)}), (c) => c.charCodeAt(0))], { type: 'image/png' }));
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      return new Set(new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)).size;
    })()`);
    expect(colours).toBeGreaterThan(20);
    writeFileSync(`${pictures}/copied-${name.replaceAll(' ', '-')}.png`, bytes);
    await page.close();
  });

  test('the metric of the change is chosen by keyboard, kept while the run grows, and all are on paper', async () => {
    const kept = { name: 'Nightly', note: 'a\nb', tags: ['x'], isBaseline: true };
    const page = await open({ ...storedModel, kept });
    const effects = (): Locator => page.locator('figure.chart-effects');
    const heading = async (): Promise<string> => plain(await effects().locator('figcaption').innerText());
    expect(await heading()).toBe('Requests a second against no policy');
    const choice = page.getByRole('combobox', { name: 'What is shown' });
    expect(await choice.locator('option').allInnerTexts()).toEqual([
      ...['RPS', 'p50', 'p90', 'p99', 'CPU a request'],
    ]);
    const before = await pixels(effects().locator('canvas'));
    await choice.focus();
    await page.keyboard.press('ArrowDown');
    expect(await heading()).toBe('p50 latency against no policy');
    expect(await pixels(effects().locator('canvas'))).not.toBe(before);
    await effects().getByText('Copy Markdown').click();
    expect(await lastPosted()).toEqual({ type: 'copyChart', chartId: 'effects-latencyP50Us' });
    await choice.focus();
    await opened.send({ type: 'show', model: { ...storedModel, kept, sentences: ['Another.'] } });
    expect(await heading()).toBe('p50 latency against no policy');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SELECT');
    expect(await page.getByLabel('Kept with the run').innerText()).toMatch(/Nightly\s*Baseline\s*#x\s*a\nb/);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('on paper the changes of all metrics are drawn, and one again after it', async () => {
    const { page } = await openReport(browser, bundles, storedModel);
    const drawn = (): Promise<number> => page.locator('figure.chart-effects').count();
    expect(await drawn()).toBe(1);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await drawn()).toBe(5);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await drawn()).toBe(1);
    await page.close();
  });

  test('the answer is painted before its charts are made', async () => {
    const { page, painted } = await openPanel(browser, bundles, { showAtOnce: storedModel });
    const { answer, chart } = await painted();
    expect(answer).toBeLessThan(chart);
    await page.close();
  });
});
