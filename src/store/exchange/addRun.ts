import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../../core/result/run';
import { flushFolder } from '../flushFolder';
import { handOver, makeIncoming } from '../incoming';
import { makeFolder } from '../makeFolder';
import type { RunStore } from '../runStore';
import { noteChange } from '../runSink';
import { isSafeName, isSafeRawPath } from '../safeNames';
import { errorCode, storeProblem } from '../storeProblem';

/** The texts of a run's files by their paths in its folder, `run.json` left out. */
export type RunFiles = ReadonlyMap<string, string>;

const isOwnPath = (file: string): boolean => isSafeRawPath(file) || file === 'plan.json';

/** What renaming onto a folder says where that is there and holds something. */
const takenCodes = ['EEXIST', 'ENOTEMPTY', 'EPERM'];

/**
 * Adds a finished run whole or not at all: its folder is written under a dotted name, which is never listed, and then renamed.
 * False where a run of that id is there. Throws a {@link Problem} when it cannot be written.
 */
export async function addRun(store: RunStore, run: Run, files: RunFiles): Promise<boolean> {
  const folder = store.folderOf(run.id);
  let incoming: string | undefined;
  try {
    await makeFolder(store.folder);
    incoming = await makeIncoming(store.folder);
    await mkdir(path.join(incoming, 'samples'));
    for (const [file, text] of files) {
      if (!isOwnPath(file) || !isSafeName(path.posix.basename(file))) continue;
      await writeFile(path.join(incoming, ...file.split('/')), text, { flush: true });
    }
    await writeFile(path.join(incoming, 'run.json'), `${JSON.stringify(run, null, 1)}\n`, { flush: true });
    await handOver(incoming);
    await flushFolder(incoming);
    // On some systems a rename takes the place of an empty folder, which is no run: that is as good as none.
    await rename(incoming, folder);
    await flushFolder(store.folder);
  } catch (error) {
    if (incoming !== undefined) await rm(incoming, { recursive: true, force: true }).catch(() => undefined);
    if (takenCodes.includes(errorCode(error) ?? '') && (await isThere(store, run.id))) return false;
    throw storeProblem(error, folder);
  }
  await noteChange(store.folder);
  return true;
}

async function isThere(store: RunStore, id: string): Promise<boolean> {
  return store.read(id).then(
    () => true,
    () => false,
  );
}
