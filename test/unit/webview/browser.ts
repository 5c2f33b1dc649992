/** The panel and the report in a real browser, served from memory under the page that the extension makes. */
import { existsSync, mkdirSync } from 'node:fs';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { PanelModel } from '../../../src/core/result/panelModel';
import { htmlReport } from '../../../src/core/words/htmlReport';
import { panelHtml } from '../../../src/ui/panel/panelHtml';
import { themes, type ThemeName } from './themes';

/** Tests and figures run in the project's folder; a figure is bundled, so its own address tells nothing. */
const root = `${process.cwd()}/`;
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const origin = 'http://bench.invalid';

/** Where pictures are kept to be looked at. */
export const pictures = `${root}artifacts/webview`;

/** Whether there is a browser to draw in. */
export const browserIsThere = existsSync(executablePath);

export async function startBrowser(): Promise<Browser> {
  mkdirSync(pictures, { recursive: true });
  return chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu'] });
}

export interface Bundles {
  readonly panelScript: string;
  readonly reportScript: string;
  readonly style: string;
}

/** The bundles of webview/, made as esbuild.mjs makes them, in memory. */
export async function bundle(): Promise<Bundles> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['webview/panel.ts', 'webview/report.ts'],
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    outdir: 'dist',
    write: false,
  });
  const text = (name: string): string => outputFiles.find((file) => file.path.endsWith(name))?.text ?? '';
  return { panelScript: text('panel.js'), reportScript: text('report.js'), style: text('panel.css') };
}

export interface Opened {
  readonly page: Page;
  /** What the panel posted to the extension. */
  readonly posted: () => Promise<readonly unknown[]>;
  readonly send: (message: unknown) => Promise<void>;
  /** Changes the theme as VS Code does: variables on the root, a class on the body. */
  readonly wear: (theme: ThemeName) => Promise<void>;
  /** With a model that is shown at once: ms from the page's start until its answer and its first chart were painted. */
  readonly painted: () => Promise<{ readonly answer: number; readonly chart: number }>;
  /** Everything the browser complained about: errors of the script, and of the Content-Security-Policy. */
  readonly complaints: readonly string[];
}

function listen(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}

async function wear(page: Page, theme: ThemeName): Promise<void> {
  const { bodyClass, variables } = themes[theme];
  const css = Object.entries(variables).map(([name, value]) => `--vscode-${name}: ${value}`);
  await page.evaluate(`document.documentElement.style.cssText = ${JSON.stringify(css.join(';'))};
    document.body.className = ${JSON.stringify(bodyClass)};
    document.body.setAttribute('data-vscode-theme-kind', ${JSON.stringify(bodyClass)})`);
}

/** Waits until all of a model is drawn: its charts come after the first paint of its answer. */
async function drawn(page: Page): Promise<void> {
  await page.locator('main:not([aria-busy])').waitFor();
}

/** The panel as VS Code shows it, with `state` as what the last window left behind. */
export async function openPanel(
  browser: Browser,
  bundles: Bundles,
  {
    width = 1100,
    state = null,
    theme = 'dark',
    showAtOnce,
  }: {
    width?: number;
    state?: unknown;
    theme?: ThemeName;
    /** Sent as soon as the panel says that it is ready, as the extension does. */
    showAtOnce?: PanelModel;
  } = {},
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
  const complaints = listen(page);
  const html = panelHtml({
    nonce: 'r4nd0m',
    script: `${origin}/panel.js`,
    style: `${origin}/panel.css`,
    language: 'en',
    title: 'Results',
  });
  await page.addInitScript(`window.posted = []; window.state = ${JSON.stringify(state)};
    const answer = ${JSON.stringify(showAtOnce ? { type: 'show', model: showAtOnce } : null)};
    window.paintedMs = {};
    // Seen in a frame's callback, painted when the task after it runs.
    const note = (selector) => {
      if (document.querySelector(selector) === null) requestAnimationFrame(() => note(selector));
      else setTimeout(() => { paintedMs[selector] = performance.now() });
    };
    if (answer) for (const selector of ['.answer p', 'canvas']) note(selector);
    const take = (m) => { posted.push(m); if (answer && m.type === 'ready') postMessage(answer, '*'); };
    window.acquireVsCodeApi = () => ({ postMessage: take, getState: () => state, setState: (s) => { window.state = s } })`);
  await page.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.endsWith('.js'))
      return route.fulfill({ contentType: 'text/javascript', body: bundles.panelScript });
    if (pathname.endsWith('.css')) return route.fulfill({ contentType: 'text/css', body: bundles.style });
    return route.fulfill({ contentType: 'text/html', body: html });
  });
  await page.goto(`${origin}/`);
  await wear(page, theme);
  return {
    page,
    complaints,
    posted: () => page.evaluate<readonly unknown[]>('posted'),
    painted: async () => {
      await page.waitForFunction('paintedMs.canvas !== undefined');
      return page.evaluate("({ answer: paintedMs['.answer p'], chart: paintedMs.canvas })");
    },
    send: async (message) => {
      await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
      await page.waitForTimeout(120);
      await drawn(page);
    },
    wear: async (next) => {
      await wear(page, next);
      await page.waitForTimeout(120);
    },
  };
}

/** The report as a file that a browser opens: one page, no network. */
export async function openReport(
  browser: Browser,
  bundles: Bundles,
  model: PanelModel,
  { width = 1100, colorScheme = 'light' }: { width?: number; colorScheme?: 'light' | 'dark' } = {},
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints = listen(page);
  await page.setContent(htmlReport(model, { script: bundles.reportScript, style: bundles.style }));
  await page.waitForTimeout(150);
  await drawn(page);
  return { page, complaints };
}
