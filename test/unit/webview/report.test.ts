import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PanelModel } from '../../../src/core/result/panelModel';
import type { Run } from '../../../src/core/result/run';
import { htmlReport } from '../../../src/core/words/htmlReport';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { exportedRuns } from '../../exports/exportedRuns';
import { browserIsThere, bundle, pictures, startBrowser, type Bundles } from './browser';

const markup =
  '</script></style><img src="https://evil.example/x.png" onerror="window.hit=1"><script>window.hit=1</script>';

/** Every text that a manifest, a cluster or a tool can give a run, replaced by markup that would ask for something. */
function hostile(run: Run): Run {
  return {
    ...run,
    title: markup,
    profile: markup,
    target: { kind: 'kube', name: markup, fingerprint: { [markup]: markup } },
    variants: run.variants.map((variant) => ({ ...variant, label: `${markup} ${variant.id}` })),
    samples: run.samples.map((sample) => ({ ...sample, valid: false, invalidReasons: [markup] })),
    notMeasured: [{ what: markup, reason: markup }],
    tools: [{ name: markup, version: markup, source: markup }],
  };
}

describe.skipIf(!browserIsThere)('the HTML report as a file', { timeout: 60_000 }, () => {
  let browser: Browser;
  let bundles: Bundles;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-report-'));
    [browser, bundles] = await Promise.all([startBrowser(), bundle()]);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a report as a person does, and notes whatever the page asks for. */
  async function opened(model: PanelModel): Promise<{ page: Page; asked: string[]; complaints: string[] }> {
    const file = path.join(folder, 'report.html');
    await writeFile(file, htmlReport(model, { script: bundles.reportScript, style: bundles.style }));
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    const [asked, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    // Drawn by the script, not the text that stands there without it.
    await page.getByText('Charts in words').waitFor({ state: 'detached' });
    return { page, asked: asked.filter((url) => url !== page.url()), complaints };
  }

  test.each(exportedRuns.map((run) => [run.scenario, run] as const))(
    'of %s asks for nothing, and fits the width of A4 with its headings on every sheet',
    async (scenario, run) => {
      const { page, asked, complaints } = await opened(panelModelOf(run, undefined, 'UTC'));
      expect([asked, complaints]).toEqual([[], []]);
      await page.pdf({
        path: `${pictures}/paper-${scenario}.pdf`,
        preferCSSPageSize: true,
        printBackground: true,
      });
      await page.emulateMedia({ media: 'print' });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      // A4 without its margins of 14 mm, at 96 dots to the inch: what is wider makes a browser shrink the page.
      const widest =
        "Math.max(...[...document.querySelectorAll('.bench *')].map((one) => one.getBoundingClientRect().right))";
      // Charts take their new width once they have seen it.
      await expect
        .poll(() => page.evaluate<number>(widest))
        .toBeLessThanOrEqual(Math.ceil((182 / 25.4) * 96));
      // Chromium repeats a heading only where nothing in it is a box of its own.
      const boxes = "[...document.querySelectorAll('thead *')].map((one) => getComputedStyle(one).display)";
      const allowed = new Set(['table-row', 'table-cell', 'contents', 'none']);
      expect((await page.evaluate<string[]>(boxes)).filter((display) => !allowed.has(display))).toEqual([]);
      await page.close();
    },
  );

  test('holds hostile names as text: nothing runs, nothing is asked for', async () => {
    const [run] = exportedRuns;
    if (run === undefined) throw new Error('There is no run.');
    const { page, asked, complaints } = await opened(panelModelOf(hostile(run), undefined, 'UTC'));
    expect([asked, complaints]).toEqual([[], []]);
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toContain(markup);
    await page.close();
  });
});
