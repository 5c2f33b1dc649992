import { open } from 'node:fs/promises';
import { messageOf } from '../core/problem';
import { errorCode } from './storeProblem';

export type BoundedText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/**
 * Reads a regular file of at most this many bytes as UTF-8. Never throws: the reason is the rest of a sentence that begins
 * with the file's name.
 */
export async function boundedRead(file: string, largestBytes: number): Promise<BoundedText> {
  let handle;
  try {
    handle = await open(file, 'r');
    const found = await handle.stat();
    if (!found.isFile()) return { ok: false, reason: 'is not a file' };
    if (found.size > largestBytes) {
      return {
        ok: false,
        reason: `is larger than ${(largestBytes / 1e6).toFixed(0)} MB, too large to be a run's`,
      };
    }
    return { ok: true, text: await handle.readFile('utf8') };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { ok: false, reason: 'is not there' };
    return { ok: false, reason: `cannot be read: ${messageOf(error)}` };
  } finally {
    await handle?.close();
  }
}
