// Runs test/vscode/suite inside a real VS Code: `node test/vscode/inHost.mjs [--counts FILE]`.
// CODE=/path/to/code runs it in that desktop VS Code (with a display, e.g. under xvfb-run) in place of the stand-in.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
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

async function runSuite() {
  const desktop = process.env.CODE;
  const hostFolder = desktop ? undefined : (await provideHost()).folder;
  if (!desktop) await provideChromium();
  await bundleSuite();
  const state = makeState({ withRuns: false });
  const countsFile = path.join(state.folder, 'counts.json');
  const opened = path.join(state.folder, 'workspace');
  cpSync(workspace, opened, { recursive: true });
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

if (process.argv.includes('--bundle-only')) await bundleSuite();
else await writeOutcome(runSuite);
