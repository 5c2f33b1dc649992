// `node test/bench/activation/start.mjs FILE`: starts VS Code once, and writes how long activations took to FILE.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { createVSIX } from '@vscode/vsce';
import { build } from 'esbuild';
import { provideChromium } from '../../vscode/host/chromium.mjs';
import { provideHost } from '../../vscode/host/setup.mjs';
import { makeState, root } from '../../vscode/state.mjs';

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Packs an extension that does nothing; returns the package. */
async function emptyExtension(folder, name) {
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
  const packagePath = `${whole}.vsix`;
  await createVSIX({
    cwd: whole,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return packagePath;
}

/** A copy of the extension that nothing but the suite activates. */
function sleepingCopy(folder) {
  const copy = path.join(folder, 'extension');
  for (const part of ['dist', 'media', 'package.nls.json']) {
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  }
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const asleep = { ...manifest, activationEvents: ['onCommand:ciliumBench.never'] };
  writeFileSync(path.join(copy, 'package.json'), JSON.stringify(asleep));
  return copy;
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
const empty = [await emptyExtension(folder, 'empty-first'), await emptyExtension(folder, 'empty-second')];
const opened = path.join(folder, 'workspace');
mkdirSync(opened);
await runTests({
  vscodeExecutablePath: beside('../../vscode/host/codeStandIn.mjs'),
  extensionDevelopmentPath: sleepingCopy(folder),
  extensionTestsPath: suite,
  launchArgs: [opened, '--disable-extensions'],
  extensionTestsEnv: {
    ...env,
    VSCODE_HOST_DIR: host,
    VSCODE_STANDIN_VSIX: empty.join(path.delimiter),
    BENCH_ACTIVATION: path.resolve(process.argv[2]),
  },
});
