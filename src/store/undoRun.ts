import { endedByUndo } from '../core/run/interruptedRun';
import type { UndoableJournal } from '../core/run/journal';
import { takeJournal, type KeptJournal } from './journal';
import type { JournalListing } from './journalListing';
import { createRunStore } from './runStore';

/** Notes in a stored run that it has ended, and which of its changes were put back. */
async function noteInRun(
  { store, runId, changes }: JournalListing,
  journal: KeptJournal,
  left: readonly string[],
): Promise<void> {
  const runs = createRunStore(store);
  const run = await runs.read(runId).catch(() => null); // Interrupted before it was stored, or removed since.
  if (run === null) return;
  const open = new Set(journal.open().map(({ number }) => number));
  const records = changes.map(({ what, old, new: to, number }) => ({
    what,
    old,
    new: to,
    undone: !open.has(number),
  }));
  const ended = endedByUndo(run, records, left);
  if (ended !== null) await runs.sink().end(ended);
}

/**
 * Undoes one interrupted run: takes its journal over, puts back what it says, notes it in the stored run, and removes the
 * journal where nothing is left.
 * @param undo puts the changes back and says what of them is left.
 * @param isSure that the journal's owner has ended, where that cannot be seen.
 * @throws Problem (target) where another process works with it; what `undo` throws.
 */
export async function undoRun<Report extends { readonly left: readonly { readonly what: string }[] }>(
  listing: JournalListing,
  undo: (journal: UndoableJournal) => Promise<Report>,
  { isSure, now }: { readonly isSure: boolean; readonly now: Date },
): Promise<Report> {
  const journal = await takeJournal(listing, { isSure, now });
  try {
    const report = await undo(journal);
    await noteInRun(
      listing,
      journal,
      report.left.map(({ what }) => what),
    );
    return report;
  } finally {
    await journal.end();
  }
}
