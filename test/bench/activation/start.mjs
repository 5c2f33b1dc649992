// `node test/bench/activation/start.mjs FILE`: starts VS Code once, and writes how long activations took to FILE.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { provideChromium } from '../../vscode/host/chromium.mjs';
import { provideHost } from '../../vscode/host/setup.mjs';
import { makeState, root } from '../../vscode/state.mjs';

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Writes an extension that does nothing. */
function emptyExtension(folder, name) {
  const whole = path.join(folder, name);
  mkdirSync(whole);
  const manifest = {
    name,
    publisher: 'cilium-bench-test',
    version: '0.0.1',
    engines: { vscode: '^1.101.0' },
    main: './extension.js',
    extensionKind: ['workspace', 'ui'],
    activationEvents: ['onCommand:empty.never'],
  };
  writeFileSync(path.join(whole, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(whole, 'extension.js'), 'exports.activate = () => undefined;\n');
  return whole;
}

const { folder: host } = await provideHost();
await provideChromium();
const { folder, env } = makeState({ withRuns: false });
const suite = path.join(folder, 'suite.cjs');
await build({
  entryPoints: [beside('suite.mjs')],
  outfile: suite,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  logLevel: 'warning',
});
const opened = path.join(folder, 'workspace');
mkdirSync(opened);
await runTests({
  vscodeExecutablePath: beside('../../vscode/host/codeStandIn.mjs'),
  extensionDevelopmentPath: [
    root,
    emptyExtension(folder, 'empty-first'),
    emptyExtension(folder, 'empty-second'),
  ],
  extensionTestsPath: suite,
  launchArgs: [opened, '--disable-extensions'],
  extensionTestsEnv: { ...env, VSCODE_HOST_DIR: host, BENCH_ACTIVATION: path.resolve(process.argv[2]) },
});
