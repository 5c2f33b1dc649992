import { Problem } from '../core/problem';
import type { Run } from '../core/result/run';
import type { OpenedTarget } from '../kube/main';
import { aboutDuration } from '../core/words/dates';
import { counted } from '../core/words/numbers';
import { reportLines } from '../core/words/undo';
import type { RunSettings } from '../kube/runSettings';
import { readInterrupted } from '../store/interruptedRuns';
import { takeJournal, type KeptJournal } from '../store/journal';
import { listJournals } from '../store/journalListing';
import { defaultJournalFolder } from '../store/runsFolder';
import type { RunStore } from '../store/runStore';
import { systemClock } from '../store/systemClock';
import type { CommandContext } from './commands/command';
import { conductRun } from './conductRun';
import { findJournal } from './findJournal';

/** Opens the cluster of a kube context as a target, under the settings that a run on it was begun with. */
export type OpenKubeTarget = (
  contextName: string,
  settings: RunSettings,
  context: CommandContext,
) => Promise<OpenedTarget>;

/** Longer than anything that is waited for when changes are put back. */
const longestUndoMs = 600_000;

/**
 * What the first half of the run had made is not all known to the bench of the second one. Goes on where the run was cancelled.
 * Whatever is left is said; the journal keeps it.
 */
async function undoRest(journal: KeptJournal, { terminal, env }: CommandContext): Promise<void> {
  if (journal.open().length === 0) return;
  const { undoChanges, openClient } = await import('../kube/main');
  const { left } = await undoChanges(journal, (name) => openClient(name, env), {
    clock: systemClock,
    signal: AbortSignal.timeout(longestUndoMs),
  });
  for (const line of reportLines({ undone: [], left })) terminal.err.write(`${line}\n`);
  if (left.length > 0) terminal.err.write(`Try again later: cilium-bench undo ${journal.runId}\n`);
}

/**
 * Takes up a run on a cluster that was interrupted: its samples are kept, the missing ones are taken, then everything is undone.
 * @param word its id, or the unique beginning of it.
 * @param isSure that the process that began it has ended, where that cannot be seen.
 * @throws Problem where it cannot go on; what it left then stays for `undo`.
 */
export async function resumeRun(
  word: string,
  isSure: boolean,
  openTarget: OpenKubeTarget,
  context: CommandContext,
): Promise<{ readonly run: Run; readonly store: RunStore }> {
  const { journals } = await listJournals(defaultJournalFolder(context.env));
  const listing = findJournal(journals, word);
  const { goingOn, run: earlier, plan, resumption, store } = await readInterrupted(listing, { isSure });
  const id = listing.runId;
  if (!goingOn.canResume || earlier === null || plan === null || resumption === null) {
    throw new Problem(
      'target',
      `Run ${id} cannot go on. ${goingOn.canResume ? '' : goingOn.reason}`,
      `cilium-bench undo ${id} puts back what it left.`,
    );
  }
  const { settingsFromJson, settingsOfRun } = await import('../kube/main');
  const settings = settingsOfRun(settingsFromJson(resumption.settings), earlier.target.fingerprint);
  const target = await openTarget(resumption.context, settings, context);
  const journal = await takeJournal(listing, { isSure, now: systemClock.now() });
  const { samplesLeft, secondsLeft, atMost = false } = goingOn;
  context.terminal.err.write(
    `Run ${id} goes on: ${atMost ? 'at most ' : ''}${counted(samplesLeft, 'sample')} left, ${atMost ? 'no more than' : 'about'} ${aboutDuration(secondsLeft)}.\n`,
  );
  try {
    const run = await conductRun({ id, plan, target, store, journal, earlier }, context);
    await undoRest(journal, context);
    return { run, store };
  } finally {
    target.close();
    await journal.end();
  }
}
