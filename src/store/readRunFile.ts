import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../core/problem';
import type { Run } from '../core/result/run';
import { boundedRead } from './boundedRead';
import { parseRun } from './parseRun';
import { largestRunBytes } from './runStore';

/** The `run.json` that a path names: itself, or the one in the folder; undefined where there is neither. */
export async function runFileAt(file: string): Promise<string | undefined> {
  for (const candidate of [path.join(file, 'run.json'), file]) {
    const isFile = await stat(candidate).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) return candidate;
  }
  return undefined;
}

/**
 * Reads a run from a file that need not be in a store, nor in a folder of the run's name, as where it came out of an archive.
 * Throws a usage {@link Problem} where it is none that this version reads.
 */
export async function readRunFile(file: string): Promise<Run> {
  const read = await boundedRead(file, largestRunBytes);
  const parsed = read.ok ? parseRun(read.text) : read;
  if (parsed.ok) return parsed.value;
  throw new Problem('usage', `${file} ${parsed.reason}.`, 'Name the run.json of a run, or its folder.');
}
