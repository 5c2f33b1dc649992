/** Folders that a run is written into before it is renamed to its place in the store. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasShape } from '../core/shape';
import { boundedRead } from './boundedRead';
import { lifeOf, ownerShape, thisProcess } from './journalOwner';

const prefix = '.incoming-';
const ownerFile = '.owner.json';
const largestOwnerBytes = 10_000;
/** Of whose process nothing can be known, as on another host that shares the store: no import takes a day. */
const oldAfterMs = 86_400_000;

/** Makes such a folder under a dotted name, which is never listed. It says whose it is until {@link handOver}. */
export async function makeIncoming(root: string): Promise<string> {
  const folder = path.join(root, `${prefix}${randomBytes(6).toString('hex')}`);
  await mkdir(folder);
  await writeFile(path.join(folder, ownerFile), JSON.stringify(thisProcess()));
  return folder;
}

/** Takes the owner out: what is left is the run alone. */
export async function handOver(folder: string): Promise<void> {
  await rm(path.join(folder, ownerFile), { force: true });
}

async function isLeft(folder: string, now: Date): Promise<boolean> {
  const read = await boundedRead(path.join(folder, ownerFile), largestOwnerBytes);
  let owner: unknown;
  try {
    owner = read.ok ? JSON.parse(read.text) : undefined;
  } catch {
    // Cut short by the crash: its age tells.
  }
  const life = hasShape(ownerShape, owner) ? lifeOf(owner) : 'unsure';
  if (life !== 'unsure') return life === 'dead';
  return now.getTime() - (await stat(folder)).mtimeMs > oldAfterMs;
}

/** Removes what an import left that ended in the middle: of a process that is gone, or older than a day. Never throws. */
export async function clearIncoming(root: string, now: Date): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(prefix))) {
    const folder = path.join(root, name);
    try {
      if (await isLeft(folder, now)) await rm(folder, { recursive: true, force: true });
    } catch {
      // It went meanwhile, or may not be removed: the next import tries again.
    }
  }
}
