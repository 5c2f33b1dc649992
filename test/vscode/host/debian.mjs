// Programs that the tests need and npm does not have: found on PATH, else installed where that is possible unasked.
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from './processes.mjs';

/** Why a tier cannot run here. It is reported as skipped with this reason, and never counts as passed. */
export class CannotRunHere extends Error {}

/** The first of the named programs that is on PATH, as an absolute path; undefined where there is none. */
export function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Finds a program, or installs the Debian packages that hold it where this is Debian and we are root. */
export async function provideProgram(names, packages) {
  const found = onPath(...names);
  if (found) return found;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new CannotRunHere(`no ${names[0]} on PATH (on Debian: apt-get install ${packages.join(' ')})`);
  }
  const quietly = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    await runQuietly('apt-get', ['update', '-q'], quietly);
    await runQuietly('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], quietly);
  } catch (error) {
    throw new CannotRunHere(`apt-get cannot install ${packages.join(' ')}: ${firstLine(error)}`);
  }
  const installed = onPath(...names);
  if (!installed) throw new CannotRunHere(`${packages.join(' ')} is installed and holds no ${names[0]}`);
  return installed;
}

const firstLine = (error) => String(error.message ?? error).split('\n')[0];
