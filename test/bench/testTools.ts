import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../src/core/problem';
import { CannotMeasure } from './figure';

const run = promisify(execFile);

/** `cilium-bench-tests/peers` under the user's cache folder. */
function home(): string {
  const xdg = process.env['XDG_CACHE_HOME'];
  const cache = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(homedir(), '.cache');
  return path.join(cache, 'cilium-bench-tests', 'peers');
}

/** A folder that `make` fills, once; kept by its name. */
async function kept(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(home(), name);
  if (existsSync(folder)) return folder;
  await mkdir(home(), { recursive: true });
  const making = await mkdtemp(path.join(home(), '.making-'));
  try {
    await make(making);
    await rename(making, folder);
    return folder;
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw new CannotMeasure(`${name} is not to be had here (${messageOf(error).split('\n')[0] ?? ''})`);
  }
}

const languageServer = 'yaml-language-server@1.19.2';
/** The module that runs the YAML language server. */
export const yamlLanguageServer = async (): Promise<string> =>
  path.join(
    await kept(languageServer, async (folder) => {
      const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
      await run('npm', ['install', ...options, languageServer]);
    }),
    'node_modules/yaml-language-server/bin/yaml-language-server',
  );

const lint = 'yamllint==1.37.1';
/** The arguments for Python that run yamllint, and where it finds its packages. */
export const yamllint = async (): Promise<{ readonly folder: string; readonly version: string }> => ({
  folder: await kept(lint, async (folder) => {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, lint]);
  }),
  version: lint,
});

/** Of the extension host in the oldest VS Code that package.json allows: 1.101, Electron 35. */
const hostNode = `node-${process.platform}-${process.arch}@22.15.1`;
/** The Node that runs the extension host, and its version. */
export const extensionHostNode = async (): Promise<{
  readonly program: string;
  readonly version: string;
}> => {
  const folder = await kept(hostNode, async (into) => {
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', into, hostNode]);
  });
  const program = path.join(folder, 'node_modules', hostNode.split('@', 1)[0] ?? '', 'bin', 'node');
  const { stdout } = await run(program, ['--version']);
  return { program, version: stdout.trim() };
};
