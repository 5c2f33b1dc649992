// Finds a Go that builds the cluster's programs, and runs it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { NotHere, run } from './commands.mjs';

/** The newest Go that any of these modules asks for in its go.mod. */
export function leastGo(folders) {
  const versions = folders.map(
    (folder) => /^go (\S+)/m.exec(readFileSync(path.join(folder, 'go.mod'), 'utf8'))[1],
  );
  return versions.reduce((most, version) => (isAtLeast(version, most) ? version : most));
}

/** Whether a version such as 1.26.4 is not older than another. */
function isAtLeast(version, least) {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of least.split('.').map(Number).entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** Where Go may be: PATH, where its own archive puts it, and where Debian puts each version. */
function places(env) {
  const folders = [
    ...(env.PATH ?? '').split(path.delimiter).filter(Boolean),
    '/usr/local/go/bin',
    ...readdirSync('/usr/lib')
      .filter((name) => /^go-1\./.test(name))
      .map((name) => path.join('/usr/lib', name, 'bin')),
  ];
  return folders.map((folder) => path.join(folder, 'go')).filter((file) => existsSync(file));
}

/**
 * What Go runs in: never another Go than the one found, programs without C libraries, and no paths of this machine in
 * them. Its caches are the user's own.
 */
function goEnvironment(env) {
  return {
    ...env,
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=readonly -buildvcs=false -trimpath',
  };
}

/** Yields `{version, go}`, where `go(args, options)` runs it. Throws {@link NotHere}. */
export async function findGo(least, env) {
  const found = [];
  for (const program of places(env)) {
    const words = await run(program, ['version'], { env: goEnvironment(env) }).catch(() => '');
    const version = /\bgo(\d+(?:\.\d+)+)/.exec(words)?.[1];
    if (version === undefined) continue;
    if (isAtLeast(version, least)) {
      const go = (args, { env: more = env, ...options }) =>
        run(program, args, { env: goEnvironment(more), ...options });
      return { version, go };
    }
    found.push(`${version} at ${program}`);
  }
  const there = found.length === 0 ? 'there is none' : `there is ${found.join(', ')}`;
  throw new NotHere(`Go ${least} or newer is needed to build the cluster's programs, and ${there}.`);
}
