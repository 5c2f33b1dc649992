import { messageOf, Problem } from '../../core/problem';
import { changeLine, journalLine, reportLines } from '../../core/words/undo';
import { contextsOf } from '../../store/interruptedRuns';
import { heldProblem } from '../../store/journal';
import { listJournals, type JournalListing, type JournalList } from '../../store/journalListing';
import { defaultJournalFolder } from '../../store/runsFolder';
import { systemClock } from '../../store/systemClock';
import { undoRun } from '../../store/undoRun';
import { exitCodes, type ExitCode } from '../exitCode';
import { findJournal } from '../findJournal';
import { undoStrays } from '../undoStrays';
import type { Command, CommandContext } from './command';

function lineOf(journal: JournalListing): string {
  const { runId, life, startedAt, open, owner } = journal;
  const contexts = contextsOf(journal);
  return journalLine({
    runId,
    contexts,
    life,
    startedAt,
    open: open.length,
    pid: owner.pid,
    host: owner.host,
  });
}

function list({ journals }: JournalList, { terminal: { out } }: CommandContext): void {
  for (const journal of journals)
    out.write([lineOf(journal), ...journal.open.map(changeLine), ''].join('\n'));
}

/** Undoes one run. Whether nothing is left of it. */
async function undoOne(journal: JournalListing, isSure: boolean, context: CommandContext): Promise<boolean> {
  const { terminal, env, signal } = context;
  const { undoChanges, openClient } = await import('../../kube/main');
  terminal.out.write(`${lineOf(journal)}\n`);
  try {
    const report = await undoRun(
      journal,
      (taken) =>
        undoChanges(taken, (name) => openClient(name, env), {
          clock: systemClock,
          signal,
          onChange: ({ what }) => {
            terminal.err.write(`Putting back: ${what}\n`);
          },
        }),
      { isSure, now: systemClock.now() },
    );
    for (const line of reportLines(report)) terminal.out.write(`${line}\n`);
    return report.left.length === 0;
  } catch (error) {
    signal.throwIfAborted();
    terminal.out.write(`  left    ${messageOf(error)}\n`);
    return false;
  }
}

async function undoAll(
  { journals, skipped }: JournalList,
  word: string | undefined,
  isSure: boolean,
  context: CommandContext,
): Promise<ExitCode> {
  const { err } = context.terminal;
  const named = word === undefined ? undefined : findJournal(journals, word);
  if (named?.life === 'alive') throw heldProblem(named);
  const chosen = named ? [named] : journals.filter(({ life }) => life !== 'alive');
  for (const journal of journals) {
    if (!named && journal.life === 'alive') err.write(`Not touched: ${lineOf(journal)}\n`);
  }
  let isLeft = !named && skipped.some(({ mayHoldChanges }) => mayHoldChanges);
  for (const journal of chosen) isLeft = !(await undoOne(journal, isSure, context)) || isLeft;
  if (chosen.length === 0) err.write('No interrupted run left anything that is known here.\n');
  return isLeft ? exitCodes.target : exitCodes.done;
}

export const undoCommand: Command = {
  name: 'undo',
  usage: '[<run>]',
  summary: 'Puts back what interrupted runs left on clusters, and lists what it could not.',
  options: {
    list: { help: 'show what is left, and put nothing back' },
    context: {
      value: 'NAME',
      help: 'look on this cluster for namespaces of runs that are not known here; deleted with --yes alone',
    },
    yes: { help: 'the runs have ended, also where that cannot be seen from here' },
  },
  notes: [
    '<run> is an id or the beginning of one; all interrupted runs where it is left out.',
    'Ends with 0 when everything is put back, with 3 when something is left.',
  ],
  async run(args, context) {
    const [word, ...more] = args.positionals;
    if (more.length > 0) {
      throw new Problem('usage', 'undo takes one run.', 'cilium-bench undo --list shows the runs.');
    }
    const { err } = context.terminal;
    const journals = await listJournals(defaultJournalFolder(context.env));
    for (const { file, reason } of journals.skipped) err.write(`Skipped: ${file} ${reason}.\n`);
    try {
      const contextName = args.text('context');
      if (contextName !== undefined) {
        return await undoStrays(
          {
            contextName,
            runId: word,
            isAgreed: args.flag('yes') && !args.flag('list'),
            known: new Set(journals.journals.map(({ runId }) => runId)),
          },
          context,
        );
      }
      if (!args.flag('list')) return await undoAll(journals, word, args.flag('yes'), context);
      list(
        word === undefined ? journals : { ...journals, journals: [findJournal(journals.journals, word)] },
        context,
      );
      return exitCodes.done;
    } catch (error) {
      if (!context.signal.aborted) throw error;
      err.write('Interrupted; cilium-bench undo --list shows what is left.\n');
      return exitCodes.target;
    }
  },
};
