import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../core/problem';
import { noAnnotations } from '../core/result/annotations';
import { annotationsName, readAnnotations } from './annotations';
import { boundedRead } from './boundedRead';
import { parseRun } from './parseRun';
import type { RunListing } from './runListing';
import { listingOf } from './runListing';
import type { RunList, Skipped } from './runStore';
import { errorCode } from './storeProblem';

/** Files read at the same time: enough to hide a disk's latency, few enough to leave descriptors to others. */
const atOnce = 16;

/** A run, or why there is none; both where only what is kept beside it cannot be read. */
interface Entry {
  readonly run?: RunListing;
  readonly skipped?: Skipped;
}

/** What tells whether a file is still the one that was read; undefined where there is none. */
async function stampOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found && `${found.mtimeNs}:${found.size}:${found.ino}`;
}

/** Runs `work` over all of `items`, a few at a time, in order. */
async function mapFew<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return results;
}

/** Lists the runs under `root`, reading again only what has changed since the last time. */
export function createListings(root: string, largestBytes: number): { list(): Promise<RunList> } {
  let known = new Map<string, { readonly stamp: string; readonly entry: Entry }>();
  const readEntry = async (folder: string, file: string): Promise<Entry> => {
    const read = await boundedRead(file, largestBytes);
    if (!read.ok) return { skipped: { file, reason: read.reason } };
    const parsed = parseRun(read.text);
    if (!parsed.ok) return { skipped: { file, reason: parsed.reason } };
    if (parsed.value.id !== path.basename(folder)) {
      return { skipped: { file, reason: `says it is ${parsed.value.id}, and its folder has another name` } };
    }
    const kept = await readAnnotations(folder);
    return {
      run: { ...listingOf(parsed.value, folder), annotations: kept.ok ? kept.value : noAnnotations },
      ...(kept.ok ? {} : { skipped: { file: path.join(folder, annotationsName), reason: kept.reason } }),
    };
  };

  const listRoot = async (): Promise<Dirent[]> => {
    const found = await readdir(root, { withFileTypes: true });
    // Dotted names are the store's own: marks, and runs on their way out.
    return found.filter((child) => !child.name.startsWith('.'));
  };

  return {
    async list() {
      let children: Dirent[];
      try {
        children = await listRoot();
      } catch (error) {
        // No folder yet means no runs yet.
        if (errorCode(error) === 'ENOENT') return { runs: [], skipped: [] };
        return { runs: [], skipped: [{ file: root, reason: `cannot be read: ${messageOf(error)}` }] };
      }
      const next: typeof known = new Map();
      const entries = await mapFew(children, async (child): Promise<Entry> => {
        const folder = path.join(root, child.name);
        if (!child.isDirectory()) return { skipped: { file: folder, reason: 'is not the folder of a run' } };
        const file = path.join(folder, 'run.json');
        const measured = await stampOf(file);
        if (measured === undefined) return { skipped: { file: folder, reason: 'holds no run.json' } };
        const stamp = `${measured} ${(await stampOf(path.join(folder, annotationsName))) ?? ''}`;
        const before = known.get(file);
        const entry = before?.stamp === stamp ? before.entry : await readEntry(folder, file);
        next.set(file, { stamp, entry });
        return entry;
      });
      known = next;
      return {
        runs: entries
          .flatMap(({ run }) => run ?? [])
          .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime() || (a.id < b.id ? 1 : -1)),
        skipped: entries.flatMap(({ skipped }) => skipped ?? []),
      };
    },
  };
}
