import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, Problem } from '../core/problem';
import { annotationsFault, annotationsIn, noAnnotations, type Annotations } from '../core/result/annotations';
import { boundedRead } from './boundedRead';
import type { Parsed } from './parseRun';
import { errorCode, storeProblem } from './storeProblem';
import { writeAtomically } from './writeAtomically';

/** Beside `run.json`, which nothing of this changes. */
export const annotationsName = 'annotations.json';
const schemaVersion = 1;
/** Ten times what the limits allow, all characters escaped. */
const largestBytes = 400_000;

function parse(json: string): Parsed<Annotations> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { ok: false, reason: `is not JSON, or was cut short: ${messageOf(error)}` };
  }
  const found =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (found !== schemaVersion) {
    return {
      ok: false,
      reason: `has schema version ${found === undefined ? 'none' : JSON.stringify(found)}, and this Cilium Bench reads ${schemaVersion}`,
    };
  }
  return annotationsIn(value);
}

/** What is kept with the run of this folder; none where there is no file. Never throws. */
export async function readAnnotations(folder: string): Promise<Parsed<Annotations>> {
  const file = path.join(folder, annotationsName);
  const isThere = await stat(file).then(
    () => true,
    (error: unknown) => errorCode(error) !== 'ENOENT',
  );
  if (!isThere) return { ok: true, value: noAnnotations };
  const read = await boundedRead(file, largestBytes);
  return read.ok ? parse(read.text) : read;
}

/** A change takes milliseconds: whoever holds the lock for so long was killed. */
const lockIsStaleAfterMs = 5_000;
const askAgainMs = 20;

/**
 * Lets one process at a time read, change and write: neither loses what the other wrote. Where a lock was left behind and two
 * take it over at the same moment, the later one's change alone may hold; the file is whole all the same.
 */
async function alone<Result>(folder: string, act: () => Promise<Result>): Promise<Result> {
  const lock = path.join(folder, `.${annotationsName}.lock`);
  for (;;) {
    try {
      await (await open(lock, 'wx')).close();
      break;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw storeProblem(error, path.join(folder, annotationsName));
    }
    const held = await stat(lock).catch(() => undefined);
    if (held && Date.now() - held.mtimeMs > lockIsStaleAfterMs) await rm(lock, { force: true });
    else await delay(askAgainMs);
  }
  try {
    return await act();
  } finally {
    await rm(lock, { force: true });
  }
}

/**
 * Changes what is kept with the run of this folder. Throws a usage {@link Problem} where it cannot be kept so, or where the
 * file cannot be read: what stands there is somebody's, and is not written over.
 */
export async function changeAnnotations(
  folder: string,
  change: (now: Annotations) => Annotations,
): Promise<Annotations> {
  return alone(folder, async () => {
    const file = path.join(folder, annotationsName);
    const read = await readAnnotations(folder);
    if (!read.ok) {
      throw new Problem('usage', `${file} ${read.reason}.`, 'Mend it, or move it away; then try again.');
    }
    const next = change(read.value);
    const fault = annotationsFault(next);
    if (fault !== null) throw new Problem('usage', fault, 'Nothing was changed. Make it shorter or fewer.');
    await writeAtomically(file, `${JSON.stringify({ schemaVersion, ...next }, null, 1)}\n`);
    return next;
  });
}
