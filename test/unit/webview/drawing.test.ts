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
import { cancelled, complete, running, serviceScale } from './models';

if (!browserIsThere)
  console.warn('The drawing is not tested: no Chromium at /usr/bin/chromium or $CHROMIUM.');

describe.skipIf(!browserIsThere)('the drawing in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  let bundles: Bundles;

  beforeAll(async () => {
    [browser, bundles] = await Promise.all([startBrowser(), bundle()]);
  }, 60_000);
  afterAll(() => browser.close());

  const picture = (name: string) => ({ path: `${pictures}/${name}.png`, fullPage: true });

  test.each(['dark', 'light', 'highContrast'] as const)('a complete run in the %s theme', async (theme) => {
    const { page, send, complaints } = await openPanel(browser, bundles, { theme });
    await send({ type: 'show', model: complete });
    await page.screenshot(picture(`complete-${theme}`));
    expect(complaints).toEqual([]);
    expect(await page.getByRole('img').count()).toBe(3);
    await page.close();
  });

  test.each([
    ['running', running, 1100],
    ['cancelled', cancelled, 1100],
    ['narrow', complete, 420],
    ['half', complete, 720],
    ['scale', serviceScale, 1100],
  ] as const)('%s', async (name, model, width) => {
    const { page, send, complaints } = await openPanel(browser, bundles, { width });
    await send({ type: 'show', model });
    await page.screenshot(picture(name));
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the report on screen and on paper', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints } = await openReport(browser, bundles, complete, { colorScheme });
      await page.screenshot(picture(`report-${colorScheme}`));
      await page.pdf({
        path: `${pictures}/report-${colorScheme}.pdf`,
        preferCSSPageSize: true,
        printBackground: true,
      });
      expect(complaints).toEqual([]);
      await page.close();
    }
  });
});
