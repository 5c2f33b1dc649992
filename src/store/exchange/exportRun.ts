import { rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { boundedRead } from '../boundedRead';
import type { RunStore } from '../runStore';
import { storeProblem } from '../storeProblem';
import { limits } from './limits';

/** The least date that a zip archive can hold: the same run gives the same bytes. */
const always = new Date(1980, 0, 1);

/**
 * A run's folder as a zip archive: the run, its plan and the raw output of its samples. What its target is opened with again
 * (`resume.json`) stays here: it is of no use elsewhere. Throws a usage {@link Problem} when there is no such run.
 */
async function zipOfRun(
  store: RunStore,
  id: string,
): Promise<{ readonly bytes: Uint8Array; readonly missing: readonly string[] }> {
  const run = await store.read(id);
  const folder = store.folderOf(id);
  const files: Record<string, Uint8Array> = {};
  const missing: string[] = [];
  for (const name of new Set(['run.json', 'plan.json', ...run.samples.map(({ raw }) => raw)])) {
    const read = await boundedRead(path.join(folder, ...name.split('/')), limits.fileBytes);
    if (read.ok) files[`${id}/${name}`] = strToU8(read.text);
    else if (name !== 'plan.json') missing.push(name);
  }
  const zippable: Zippable = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, [bytes, { mtime: always }]]),
  );
  return { bytes: zipSync(zippable), missing };
}

/** Writes it so that the file is whole or not there. Throws a {@link Problem}. */
export async function exportRun(store: RunStore, id: string, file: string): Promise<readonly string[]> {
  const { bytes, missing } = await zipOfRun(store, id);
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  try {
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storeProblem(error, file);
  }
  return missing;
}
