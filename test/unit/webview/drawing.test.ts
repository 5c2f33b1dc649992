import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserIsThere,
  bundle,
  openPanel,
  openReport,
  pictures,
  startBrowser,
  type Bundles,
} from './browser';
import { cancelled, complete, manyVariants, running, serviceScale } from './models';

if (!browserIsThere)
  console.warn('The drawing is not tested: no Chromium at /usr/bin/chromium or $CHROMIUM.');

const picture = (name: string) => ({ path: `${pictures}/${name}.png`, fullPage: true });

describe.skipIf(!browserIsThere)('the drawing in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  let bundles: Bundles;

  beforeAll(async () => {
    [browser, bundles] = await Promise.all([startBrowser(), bundle()]);
  }, 60_000);
  afterAll(() => browser.close());

  test.each(['dark', 'light', 'highContrast', 'highContrastLight'] as const)(
    'draws a complete run in the %s theme, and the page’s policy is never broken',
    async (theme) => {
      const { page, send, complaints } = await openPanel(browser, bundles, { theme });
      await send({ type: 'show', model: complete });
      await page.screenshot(picture(`complete-${theme}`));
      expect(complaints).toEqual([]);
      const charts = page.getByRole('img');
      expect(await charts.count()).toBe(3);
      expect(await charts.first().getAttribute('aria-label')).toContain('7 324');
      const styled =
        "getComputedStyle(document.querySelector('vscode-button').shadowRoot.querySelector('button')).cursor";
      expect(await page.evaluate(styled)).toBe('pointer');
      await page.close();
    },
  );

  test.each([
    ['running', running, 1100],
    ['cancelled', cancelled, 1100],
    ['narrow', complete, 420],
    ['half', complete, 720],
    ['scale', serviceScale, 1100],
    ['many', manyVariants, 1100],
    ['many-narrow', manyVariants, 420],
  ] as const)('draws: %s', async (name, model, width) => {
    const { page, send, complaints } = await openPanel(browser, bundles, { width });
    await send({ type: 'show', model });
    await page.screenshot(picture(name));
    expect(complaints).toEqual([]);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });

  test('says it is ready with the run of the last window, and keeps the run that is shown', async () => {
    const { page, send, posted } = await openPanel(browser, bundles, { state: { runId: 'before' } });
    expect(await posted()).toEqual([{ type: 'ready', runId: 'before' }]);
    await send({ type: 'show', model: complete });
    expect(await page.evaluate('state')).toEqual({ runId: complete.runId });
    await page.close();
  });

  test('drops what is not a model, and says why there is nothing', async () => {
    const { page, send } = await openPanel(browser, bundles);
    await send({ type: 'show', model: { ...complete, charts: 'none' } });
    expect(await page.locator('h1').count()).toBe(0);
    await send({ type: 'empty', text: 'There is no run x7.' });
    expect(await page.locator('main').textContent()).toBe('There is no run x7.');
    await page.close();
  });

  test('data is text, whatever it looks like', async () => {
    const { page, send, complaints } = await openPanel(browser, bundles);
    const evil = '<img src=x onerror="document.title=1"><b>bold</b>';
    await send({ type: 'show', model: { ...complete, title: evil, sentences: [evil], notes: [evil] } });
    expect(await page.locator('h1').textContent()).toBe(evil);
    expect(await page.locator('main b, main img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('buttons and samples post what is pressed, by mouse and by keyboard', async () => {
    const { page, send, posted } = await openPanel(browser, bundles);
    await send({ type: 'show', model: complete });
    await page.getByText('Copy as Markdown').click();
    await page.getByText('Copy Table as Markdown').press('Enter');
    await page.getByText('Open Report').click();
    await page.getByText('Show Manifest').press('Enter');
    await page.getByText('Invalid: Round 1').press('Enter');
    expect((await posted()).slice(1)).toEqual([
      { type: 'copyMarkdown' },
      { type: 'copyTable' },
      { type: 'openReport' },
      { type: 'revealManifest' },
      { type: 'openRaw', sampleId: 'b1-l7' },
    ]);
    await page.close();
  });

  test('the table sorts by keyboard and says how', async () => {
    const { page, send } = await openPanel(browser, bundles);
    await send({ type: 'show', model: complete });
    const heading = page.getByRole('columnheader', { name: 'CPU a request' });
    await heading.getByRole('button').press('Enter');
    await heading.getByRole('button').press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect(await page.getByRole('rowheader').allTextContents()).toEqual([
      'L7 through Envoy',
      'L3/L4',
      'No policy',
    ]);
    await page.close();
  });

  test('a run that grows keeps the focus and the open parts', async () => {
    const { page, send } = await openPanel(browser, bundles);
    await send({ type: 'show', model: running });
    await page.getByText('Samples, warm-up included: 2 of 2 valid').click();
    await page.getByText('Fingerprint').click();
    const sample = page.getByText('Round 1 · L3/L4');
    await sample.focus();
    await send({
      type: 'show',
      model: { ...complete, state: 'running', progress: 'Round 3 of 5 · 1:20 left' },
    });
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Round 1 · L3/L4');
    expect(await page.locator('details[open]').count()).toBe(2);
    expect(await page.getByText('Round 3 of 5 · 1:20 left').isVisible()).toBe(true);
    await send({ type: 'show', model: complete });
    expect(await page.getByRole('status').textContent()).toBe('The run ended: complete.');
    await page.close();
  });

  test('the charts follow the theme at once', async () => {
    const { page, send, wear } = await openPanel(browser, bundles, { theme: 'dark' });
    await send({ type: 'show', model: complete });
    const pixels = "document.querySelector('canvas').toDataURL()";
    const dark = await page.evaluate(pixels);
    await wear('light');
    const light = await page.evaluate(pixels);
    expect(light).not.toBe(dark);
    await wear('dark');
    expect(await page.evaluate(pixels)).toBe(dark);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('the report on a %s screen and on paper', async (colorScheme) => {
    const { page, complaints } = await openReport(browser, bundles, complete, { colorScheme });
    await page.screenshot(picture(`report-${colorScheme}`));
    const paper = await page.pdf({
      path: `${pictures}/report-${colorScheme}.pdf`,
      preferCSSPageSize: true,
      printBackground: true,
    });
    expect(complaints).toEqual([]);
    expect(await page.getByRole('img').count()).toBe(3);
    expect(await page.getByText('Charts in words').count()).toBe(0);
    // What a file can do by itself, and nothing that asks for an extension.
    expect(await page.locator('button:not(.sort)').allTextContents()).toEqual(
      complete.charts.flatMap(() => ['Samples', 'Numbers']),
    );
    expect(await page.locator('vscode-button').count()).toBe(0);
    const sheets = paper.toString('latin1').match(/\/MediaBox \[0 0 (59[45][\d.]*) (84[12][\d.]*)\]/g) ?? [];
    expect(sheets).toHaveLength(1);
    await page.close();
  });
});
