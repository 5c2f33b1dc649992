// What was made for clusters, kept by the hash of all that it was made of: changed sources give another key, and
// unchanged ones are never built again.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** What was not used for this long is removed, in days. */
const keptDays = 30;

/** `cilium-bench-tests/cluster` under the user's cache folder; CLUSTER_HOME names another. */
export function clusterHome(env) {
  if (env.CLUSTER_HOME) return path.resolve(env.CLUSTER_HOME);
  const xdg = env.XDG_CACHE_HOME;
  const cache = xdg && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache');
  return path.join(cache, 'cilium-bench-tests', 'cluster');
}

/** A short hash of strings and buffers, each kept apart from the next. */
export function keyOf(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(`${part.length}:`);
    hash.update(part);
  }
  return hash.digest('hex').slice(0, 16);
}

/** A hash of the names and contents of all files below a folder. */
export async function keyOfFolder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const contents = await Promise.all(files.map((file) => readFile(path.join(folder, file))));
  return keyOf(...files.flatMap((file, index) => [file, contents[index]]));
}

/**
 * The folder `NAME-KEY` of the store. Where it is not there, `make` fills it; it appears whole or not at all. Only under
 * the store's lock.
 */
export async function keep(store, name, key, make) {
  const folder = path.join(store, `${name}-${key}`);
  if (existsSync(folder)) {
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }
  await mkdir(store, { recursive: true });
  const work = await mkdtemp(path.join(store, '.making-'));
  try {
    await make(work);
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** Removes what was not used for long, and what was never finished. Only under the store's lock. */
export async function removeOld(store, now) {
  for (const name of await readdir(store)) {
    const folder = path.join(store, name);
    const ageDays = (now - (await stat(folder)).mtimeMs) / 86_400_000;
    if (name.startsWith('.making-') || ageDays > keptDays) await rm(folder, { recursive: true, force: true });
  }
}
