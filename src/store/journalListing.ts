import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../core/problem';
import type { NumberedChange } from '../core/run/journal';
import type { ProcessLife } from '../core/run/interruptedRun';
import { boundedRead } from './boundedRead';
import type { JournalOwner } from './journalOwner';
import { lifeOf } from './journalOwner';
import { parseJournal } from './journalRecords';
import type { JournalContent } from './journalRecords';
import type { Skipped } from './runStore';
import { errorCode } from './storeProblem';

/** One run's journal as it stands on the disk. */
export interface JournalListing {
  readonly file: string;
  readonly runId: string;
  /** Folder that the run is stored in. */
  readonly store: string;
  readonly startedAt: Date;
  /** Who works with it, or did last. */
  readonly owner: JournalOwner;
  /** `dead` also where the owner let go of it. */
  readonly life: ProcessLife;
  /** Oldest first. */
  readonly changes: JournalContent['changes'];
  /** Those of them that were not put back yet. */
  readonly open: readonly NumberedChange[];
  /** Number of the last change, put back or not; 0 where there is none. */
  readonly lastNumber: number;
  /** Of the owner's hold on it; null where nobody holds it. */
  readonly claim: string | null;
}

export interface SkippedJournal extends Skipped {
  /** Whether it may note changes that are still there. */
  readonly mayHoldChanges: boolean;
}

export interface JournalList {
  /** Newest first. */
  readonly journals: readonly JournalListing[];
  readonly skipped: readonly SkippedJournal[];
}

/** Some kB for a real run; keeps an alien file from being read whole. */
const largestJournalBytes = 16_000_000;
const ending = '.ndjson';

type Read =
  | { readonly journal: JournalListing }
  | { readonly reason: string; readonly mayHoldChanges: boolean; readonly isGone: boolean };

/** Reads one journal. Never throws. */
export async function readJournal(file: string): Promise<Read> {
  const read = await boundedRead(file, largestJournalBytes);
  if (!read.ok) return { reason: read.reason, mayHoldChanges: true, isGone: read.reason === 'is not there' };
  const parsed = parseJournal(read.text);
  if (!parsed.ok) return { ...parsed, isGone: false };
  const { runId, store, startedAt, holder, lastOwner, changes } = parsed.value;
  if (`${runId}${ending}` !== path.basename(file)) {
    return { reason: `says it is of run ${runId}`, mayHoldChanges: true, isGone: false };
  }
  return {
    journal: {
      file,
      runId,
      store,
      startedAt,
      owner: lastOwner,
      life: holder === null ? 'dead' : lifeOf(holder.owner),
      changes,
      open: changes.flatMap(({ isUndone, ...change }) => (isUndone ? [] : [change])),
      lastNumber: changes.reduce((most, { number }) => Math.max(most, number), 0),
      claim: holder?.claim ?? null,
    },
  };
}

/** The journals in a folder, which need not exist. Never throws: what cannot be read is named in `skipped`. */
export async function listJournals(folder: string): Promise<JournalList> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { journals: [], skipped: [] };
    const reason = `cannot be read: ${messageOf(error)}`;
    return { journals: [], skipped: [{ file: folder, reason, mayHoldChanges: true }] };
  }
  const journals: JournalListing[] = [];
  const skipped: SkippedJournal[] = [];
  for (const name of names.filter((candidate) => !candidate.startsWith('.')).sort()) {
    const file = path.join(folder, name);
    if (!name.endsWith(ending)) {
      skipped.push({ file, reason: 'is not a journal', mayHoldChanges: false });
      continue;
    }
    const read = await readJournal(file);
    if ('journal' in read) journals.push(read.journal);
    // Finished by another process between the two reads.
    else if (!read.isGone) skipped.push({ file, reason: read.reason, mayHoldChanges: read.mayHoldChanges });
  }
  journals.sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime() || (a.runId < b.runId ? 1 : -1));
  return { journals, skipped };
}
