// Drives the packaged extension in a real VS Code through the screen: `node test/vscode/ui/run.mjs [--counts FILE]`.
// ONLY=words takes the scenarios whose title holds them (several with | between), THEME=name one of the themes.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { whyNoNamespaces } from '../../labHere.mjs';
import { launchChromium, provideChromium } from '../host/chromium.mjs';
import { startHost } from '../host/host.mjs';
import { runQuietly } from '../host/processes.mjs';
import { provideHost } from '../host/setup.mjs';
import { writeOutcome } from '../outcome.mjs';
import { artifacts, makeState, root, workspace } from '../state.mjs';
import { scenarios } from './scenarios.mjs';
import { provideTestCluster } from './testCluster.mjs';

const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};
/** Themes that everything is looked at with; the other high contrast only what is painted by ourselves. */
const lookThemes = { dark: true, light: true, 'high-contrast': true };
/** A laptop's screen. */
const viewport = { width: 1280, height: 800 };
/** So many scenarios of a whole run may need a second try, which is told. */
const mostSecondTries = 2;

async function packageExtension(folder) {
  const file = path.join(folder, 'cilium-bench.vsix');
  const vsce = path.join(root, 'node_modules', '.bin', 'vsce');
  await runQuietly(vsce, ['package', '--no-dependencies', '-o', file], { cwd: root, timeoutMs: 180_000 });
  return file;
}

/** What a TypeScript file of the tests exports. */
async function bundled(file) {
  const outfile = path.join(root, 'artifacts', 'test-bundles', `${path.basename(file, '.ts')}.cjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
  return import(outfile);
}

/** Gives one of the runs that are asked about, as soon as it satisfies. */
async function waitForRun(folder, isAsked, what, satisfies, timeoutMs) {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    for (const id of readdirSync(folder).filter(isAsked)) {
      try {
        const run = JSON.parse(readFileSync(path.join(folder, id, 'run.json'), 'utf8'));
        if (satisfies(run)) return run;
      } catch {
        // Not written yet.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`no run ${what} in ${timeoutMs / 1000} s`);
}

/** What scenarios ask of the runs that are stored. */
function storedRuns({ runs }) {
  const before = new Set(readdirSync(runs));
  const isNew = (id) => !before.has(id);
  return {
    /** The run that was not there before. */
    newRun: (what, satisfies, timeoutMs) => waitForRun(runs, isNew, what, satisfies, timeoutMs),
    runOf: (id, satisfies, timeoutMs) => waitForRun(runs, (one) => one === id, id, satisfies, timeoutMs),
    /** Of runs that left something. */
    journals: () => {
      const folder = path.join(runs, '..', 'journal');
      return existsSync(folder) ? readdirSync(folder) : [];
    },
  };
}

/** The cluster for the scenarios that need a real one: started for the first of them. */
function clusterOnDemand() {
  let provided;
  return {
    get: () => (provided ??= provideTestCluster()),
    stop: async () => (await provided)?.cluster?.stop(),
  };
}

/**
 * A VS Code in which nobody has done anything yet: no run, no kubeconfig. The load tools are this machine's own, unless
 * FRESH_TOOLS=1 has them fetched as on a machine that has none.
 */
function freshOnDemand(vsix) {
  let provided;
  const start = async () => {
    const realTools = process.env.FRESH_TOOLS !== '1';
    const state = makeState({ withRuns: false, realTools, kubeconfig: null });
    return { state, host: await startHost({ vsix, workspace, env: state.env }) };
  };
  return {
    get() {
      return (provided ??= start());
    },
    async stop() {
      const fresh = await provided;
      await fresh?.host.stop();
      fresh?.state.remove();
    },
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

/** Runs one on a fresh page. Throws what went wrong, after a screenshot of it. */
async function runScenario(scenario, theme, { browser, host, state, outside, ...means }) {
  const context = await browser.newContext({ viewport });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${host.url}/`) && !/^(data|blob|about):/.test(url)) outside.add(request);
  });
  // A webview's own files have an address in the net that VS Code's service worker answers for.
  page.on('response', (response) => {
    if (response.fromServiceWorker()) outside.delete(response.request());
  });
  const shot = (name) => page.screenshot({ path: path.join(artifacts, `${name}-${theme}.png`) });
  try {
    const opened = scenario.hasNoFolder ? 'ew=true' : `folder=${encodeURIComponent(host.workspace)}`;
    // The workbench is waited for below, not all that its page loads.
    await page.goto(`${host.url}/?${opened}`, { waitUntil: 'commit' });
    await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 90_000 });
    const { pid: serverPid, workspace: folder } = host;
    const given = { page, shot, ...storedRuns(state), serverPid, folder, state, ...means };
    await withTimeout(scenario.run(given), scenario.timeoutMs ?? 120_000);
  } catch (error) {
    await shot(`failed-${scenario.title.replaceAll(/\W+/g, '-').slice(0, 40)}`).catch(() => {});
    throw error;
  } finally {
    await context.close();
  }
}

/** The scenarios that a theme is looked at with. A measurement draws no other way in another theme. */
function scenariosIn(theme) {
  const words = (process.env.ONLY ?? '').split('|');
  const asked = scenarios.filter(({ title }) => words.some((word) => title.includes(word)));
  if (theme === 'dark') return asked;
  return asked.filter(({ isLook, isCanvas }) => (theme in lookThemes ? isLook : isCanvas));
}

async function runAll() {
  await provideHost();
  await provideChromium();
  mkdirSync(artifacts, { recursive: true });
  // A cluster on loopback that the active context leads to.
  const example = await (await bundled('test/vscode/exampleCluster.ts')).startExampleCluster();
  const { advisedRun } = await bundled('test/vscode/ui/advisedRun.ts');
  const { referenceTo } = await bundled('src/core/calibration/calibration.ts');
  const state = makeState({ realTools: true, kubeconfig: example.kubeconfig });
  const testCluster = clusterOnDemand();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const outside = new Set();
  let browser;
  let host;
  let fresh;
  const secondTries = [];
  const judge = (title, error) => {
    counts[error ? 'failed' : 'passed'] += 1;
    console.log(`${error ? '✗' : '✓'} ${title}${error ? `\n${error.stack}` : ''}`);
  };
  try {
    const whyNoLab = await whyNoNamespaces();
    const vsix = [await packageExtension(state.folder)];
    browser = await launchChromium(state.folder);
    host = await startHost({ vsix, workspace, env: state.env });
    fresh = freshOnDemand(vsix);
    for (const [theme, colorTheme] of Object.entries(themes)) {
      if (process.env.THEME && process.env.THEME !== theme) continue;
      const look = { 'workbench.colorTheme': colorTheme };
      for (const scenario of scenariosIn(theme)) {
        const title = `${scenario.title} (${theme})`;
        const { cluster, why } = scenario.needsCluster
          ? await testCluster.get()
          : { why: scenario.needsLab ? whyNoLab : undefined };
        if (why !== undefined) {
          counts.skipped += 1;
          console.log(`- ${title}: skipped, ${why}`);
          continue;
        }
        // Read anew by VS Code, as when a login writes it.
        state.setKubeconfig(cluster?.kubeconfig ?? example.kubeconfig);
        const own = scenario.isFresh ? await fresh.get() : { host, state };
        const means = { browser, outside, example, cluster, advisedRun, referenceTo, ...own };
        const attempt = async () => {
          // Whatever another scenario set, measured or named.
          own.host.set(look);
          own.state.resetRuns();
          const error = await runScenario(scenario, theme, means).catch((e) => e);
          if (error) {
            console.log(own.host.readLog().slice(-800));
            await cluster?.undo(state);
          }
          return error;
        };
        let error = await attempt();
        // A window that draws anew loses a key or a click now and then. What fails twice is a fault; so are more than a few.
        if (error && secondTries.length < mostSecondTries) {
          console.log(`? ${title}: once more, after\n${error.stack}`);
          secondTries.push(title);
          error = await attempt();
        }
        judge(title, error);
      }
    }
    if (secondTries.length > 0)
      console.log(`Tried a second time, ${secondTries.length}:\n${secondTries.join('\n')}`);
    const left = [...outside].map((request) => request.url().slice(0, 150));
    judge(
      'no request leaves this machine',
      left.length > 0 ? new Error(`requests left this machine:\n${left.join('\n')}`) : undefined,
    );
  } finally {
    await browser?.close().catch(() => {});
    await host?.stop();
    await fresh?.stop();
    await testCluster.stop();
    await example.close();
    state.remove();
  }
  return counts;
}

await writeOutcome(runAll);
