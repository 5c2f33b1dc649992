// Drives the packaged extension in a real VS Code through the screen: `node test/vscode/ui/run.mjs [--counts FILE]`.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { launchChromium, provideChromium } from '../host/chromium.mjs';
import { startHost } from '../host/host.mjs';
import { runQuietly } from '../host/processes.mjs';
import { provideHost } from '../host/setup.mjs';
import { writeOutcome } from '../outcome.mjs';
import { artifacts, makeState, root, workspace } from '../state.mjs';
import { scenarios } from './scenarios.mjs';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

async function packageExtension(folder) {
  const file = path.join(folder, 'cilium-bench.vsix');
  const vsce = path.join(root, 'node_modules', '.bin', 'vsce');
  await runQuietly(vsce, ['package', '--no-dependencies', '-o', file], { cwd: root, timeoutMs: 180_000 });
  return file;
}

/** Why the lab cannot measure here; undefined where it can. */
function labProblem() {
  const asUser = process.getuid() === 0 ? [] : ['--user', '--map-root-user'];
  const tried = spawnSync('unshare', [...asUser, '--net', '--mount', 'true'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : 'no network namespaces here';
}

/** Waits for a run that was not there before and has ended. */
function runWatcher(folder) {
  const before = new Set(readdirSync(folder));
  return async (timeoutMs) => {
    const end = Date.now() + timeoutMs;
    while (Date.now() < end) {
      for (const id of readdirSync(folder)) {
        if (before.has(id)) continue;
        try {
          const run = JSON.parse(readFileSync(path.join(folder, id, 'run.json'), 'utf8'));
          const plan = JSON.parse(readFileSync(path.join(folder, id, 'plan.json'), 'utf8'));
          const planned = plan.steps.filter(({ kind }) => kind === 'sample').length;
          if (run.state !== 'partial' || run.samples.length >= planned) return run;
        } catch {
          // Not written yet.
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`no run ended in ${timeoutMs / 1000} s`);
  };
}

async function withTimeout(promise, timeoutMs) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function runScenario(scenario, theme, { browser, host, state, outside }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(host.url) && !/^(data|blob|vscode-webview|about):/.test(url))
      outside.add(url.slice(0, 150));
  });
  const shot = (name) => page.screenshot({ path: path.join(artifacts, `${name}-${theme}.png`) });
  try {
    await page.goto(`${host.url}/?folder=${encodeURIComponent(host.workspace)}`);
    await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
    const given = { page, shot, newestRun: runWatcher(state.runs) };
    await withTimeout(scenario.run(given), scenario.timeoutMs ?? 90_000);
  } catch (error) {
    await shot(`failed-${scenario.title.replaceAll(/\W+/g, '-').slice(0, 40)}`).catch(() => {});
    throw error;
  } finally {
    await context.close();
  }
}

async function runAll() {
  await provideHost();
  await provideChromium();
  mkdirSync(artifacts, { recursive: true });
  const state = makeState({ realTools: true });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const outside = new Set();
  let browser;
  let host;
  const judge = (title, error) => {
    counts[error ? 'failed' : 'passed'] += 1;
    console.log(`${error ? '✗' : '✓'} ${title}${error ? `\n${error.stack}` : ''}`);
  };
  try {
    const vsix = [await packageExtension(state.folder)];
    browser = await launchChromium();
    for (const [theme, colorTheme] of Object.entries(themes)) {
      host = await startHost({
        vsix,
        workspace,
        env: state.env,
        settings: { 'workbench.colorTheme': colorTheme },
      });
      for (const scenario of scenarios) {
        const title = `${scenario.title} (${theme})`;
        // One measurement is enough; light is about what is drawn.
        if (scenario.needsLab && theme === 'light') continue;
        const why = scenario.needsLab ? labProblem() : undefined;
        if (why) {
          counts.skipped += 1;
          console.log(`- ${title}: skipped, ${why}`);
          continue;
        }
        const error = await runScenario(scenario, theme, { browser, host, state, outside }).catch((e) => e);
        judge(title, error);
        if (error) console.log(host.readLog().slice(-800));
      }
      await host.stop();
      host = undefined;
    }
    const sent =
      outside.size > 0 ? new Error(`requests left this machine:\n${[...outside].join('\n')}`) : undefined;
    judge('no request leaves this machine', sent);
  } finally {
    await browser?.close().catch(() => {});
    await host?.stop();
    state.remove();
  }
  return counts;
}

await writeOutcome(runAll);
