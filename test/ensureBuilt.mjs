// Makes a fresh clone ready: packages as the lock says, then the build. Only Node's own modules here, since there may
// be no others yet.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runQuietly } from './vscode/host/processes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Whether node_modules holds what package-lock.json asks for; npm writes down there what it installed. */
function packagesAreThere() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const want = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(
    ([name, { version, optional }]) => name === '' || optional || have[name]?.version === version,
  );
}

/** Installs the packages where they are missing or of other versions. */
export async function ensurePackages(say) {
  if (packagesAreThere()) return;
  say('Installing packages (npm ci)');
  await runQuietly('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root });
}

/** Builds dist/ from what is there now. */
export async function buildAll() {
  await runQuietly(process.execPath, ['esbuild.mjs'], { cwd: root, timeoutMs: 120_000 });
}
