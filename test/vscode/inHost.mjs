// Runs test/vscode/suite inside a real VS Code: `node test/vscode/inHost.mjs [--counts FILE]`.
// SUITE=name runs one of its folders, '' those beside them.
// CODE=/path/to/code runs it in that desktop VS Code (with a display, e.g. under xvfb-run) in place of the stand-in.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { provideChromium } from './host/chromium.mjs';
import { provideHost } from './host/setup.mjs';
import { writeOutcome } from './outcome.mjs';
import { makeState, root, workspace } from './state.mjs';

const standIn = fileURLToPath(new URL('host/codeStandIn.mjs', import.meta.url));
/** In the project, so that `mocha` resolves from there. */
const bundle = path.join(root, 'artifacts', 'test-bundles', 'suite.cjs');

async function bundleSuite() {
  mkdirSync(path.dirname(bundle), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['test/vscode/recordedSuite.mjs'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

/**
 * The suites, each in a VS Code of its own: a folder below `suite` and what is opened. Desktop VS Code takes every folder of a test
 * for trusted.
 */
const suites = [
  { name: '', open: (folder) => cpSync(workspace, folder, { recursive: true }) },
  {
    name: 'restricted',
    isRestricted: true,
    open: (folder) => cpSync(workspace, folder, { recursive: true }),
  },
  { name: 'virtual', ending: '.code-workspace', open: writeVirtualWorkspace },
];

/** Folders of a file system that a test provides. */
function writeVirtualWorkspace(file) {
  const folders = ['one', 'two'].map((name) => ({ name, uri: `memfs:/${name}` }));
  writeFileSync(file, JSON.stringify({ folders }));
}

async function runSuite({ name, isRestricted = false, ending = '', open }, hostFolder) {
  const desktop = process.env.CODE;
  const state = makeState({ withRuns: false });
  const countsFile = path.join(state.folder, 'counts.json');
  const opened = path.join(state.folder, `workspace${ending}`);
  open(opened);
  let failure;
  try {
    await runTests({
      vscodeExecutablePath: desktop ?? standIn,
      extensionDevelopmentPath: root,
      extensionTestsPath: bundle,
      launchArgs: [opened, '--disable-extensions'],
      extensionTestsEnv: {
        ...state.env,
        CILIUM_BENCH_TEST_COUNTS: countsFile,
        CILIUM_BENCH_TEST_SUITE: name,
        ...(isRestricted ? { VSCODE_STANDIN_RESTRICTED: '1' } : {}),
        // The suite has a cache folder of its own; the host is not in that one.
        ...(hostFolder ? { VSCODE_HOST_DIR: hostFolder } : {}),
      },
    });
  } catch (error) {
    failure = error;
  }
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    throw failure ?? new Error('the suite ended without a count');
  } finally {
    state.remove();
  }
}

async function runAll() {
  const desktop = process.env.CODE;
  const hostFolder = desktop ? undefined : (await provideHost()).folder;
  if (!desktop) await provideChromium();
  await bundleSuite();
  const only = process.env.SUITE;
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites.filter(({ name }) => only === undefined || name === only)) {
    if (desktop && suite.isRestricted) {
      console.log(`- ${suite.name}: skipped, desktop VS Code trusts what a test opens`);
      total.skipped += 1;
      continue;
    }
    const counts = await runSuite(suite, hostFolder);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  return total;
}

if (process.argv.includes('--bundle-only')) await bundleSuite();
else await writeOutcome(runAll);
