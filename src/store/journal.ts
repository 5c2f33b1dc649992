import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, Problem } from '../core/problem';
import type { Journal, NumberedChange, UndoableJournal } from '../core/run/journal';
import { flushFolder } from './flushFolder';
import { readJournal } from './journalListing';
import type { JournalListing } from './journalListing';
import { thisProcess } from './journalOwner';
import { journalSchemaVersion, lineOf, withUid } from './journalRecords';
import type { JournalRecord } from './journalRecords';
import { makeFolder } from './makeFolder';
import { requireRunId } from './safeNames';
import { errorCode } from './storeProblem';

/** A run's journal while this process works with it. */
export interface KeptJournal extends Required<Journal>, UndoableJournal {
  /** Lets go of it: the file is removed where everything was put back, else others may undo what is left. */
  end(): Promise<void>;
}

/** Where the file system is asked from, so that a test sees in which order. */
export interface JournalFiles {
  readonly open: typeof open;
  readonly flushFolder: typeof flushFolder;
}

const systemFiles: JournalFiles = { open, flushFolder };

function journalProblem(error: unknown, file: string): Problem {
  if (error instanceof Problem) return error;
  if (errorCode(error) === 'EEXIST') {
    return new Problem('usage', `There is a journal ${file} already.`, 'Undo it first: cilium-bench undo.', {
      cause: error,
    });
  }
  return new Problem(
    'no-result',
    `The journal ${file} cannot be written: ${messageOf(error)}.`,
    'Free some space there and make the folder writable: without a journal nothing is changed on a cluster.',
    { cause: error },
  );
}

async function append(handle: FileHandle, content: string): Promise<void> {
  try {
    await handle.appendFile(content, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file does not come into being where it cannot be written whole, and lasts through a power loss where it can. */
async function createFile(file: string, content: string, files: JournalFiles): Promise<void> {
  const folder = path.dirname(file);
  await makeFolder(folder);
  const handle = await files.open(file, 'ax', 0o600);
  try {
    await append(handle, content);
    await files.flushFolder(folder);
    await files.flushFolder(path.dirname(folder));
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Never creates it: a journal that another process has finished and removed does not come back. */
async function appendTo(file: string, content: string, files: JournalFiles): Promise<void> {
  await append(await files.open(file, constants.O_WRONLY | constants.O_APPEND), content);
}

interface Keeping {
  readonly file: string;
  readonly runId: string;
  readonly claim: string;
  readonly files: JournalFiles;
  /** The first line, where the file is made with the first change; null where there is one. */
  readonly header: JournalRecord | null;
  readonly open: readonly NumberedChange[];
  readonly lastNumber: number;
}

function keep({ file, runId, claim, files, header, ...start }: Keeping): KeptJournal {
  const open = new Map(start.open.map((change) => [change.number, change]));
  let { lastNumber } = start;
  let isThere = header === null;
  let wasCut = false;
  let hasEnded = false;
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: lines of two changes never mix. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const write = async (record: JournalRecord): Promise<void> => {
    if (hasEnded) throw new Error(`The journal of ${runId} has ended.`);
    try {
      if (!isThere && header !== null) {
        await createFile(file, lineOf(header) + lineOf(record), files);
        isThere = true;
        return;
      }
      const mark = wasCut ? lineOf({ kind: 'cut' }) : '';
      wasCut = true;
      await appendTo(file, mark + lineOf(record), files);
      wasCut = false;
    } catch (error) {
      throw journalProblem(error, file);
    }
  };

  return {
    runId,
    open: () => [...open.values()],
    begin: (change) =>
      inTurn(async () => {
        // Also used up where it cannot be written: its line may be there all the same.
        const number = ++lastNumber;
        await write({ kind: 'begin', number, change });
        open.set(number, { ...change, number });
        return number;
      }),
    made: (number, uid) =>
      inTurn(async () => {
        const change = open.get(number);
        if (change === undefined) return;
        await write({ kind: 'made', number, uid });
        open.set(number, withUid(change, uid));
      }),
    undone: (number) =>
      inTurn(async () => {
        if (!open.has(number)) return;
        await write({ kind: 'undone', number });
        open.delete(number);
      }),
    end: () =>
      inTurn(async () => {
        if (!isThere || hasEnded) return;
        if (open.size > 0) {
          await write({ kind: 'release', claim });
          hasEnded = true;
          return;
        }
        hasEnded = true;
        await rm(file, { force: true });
        await files.flushFolder(path.dirname(file));
      }),
  };
}

export interface NewJournal {
  /** Folder of the journals; made with the first change. */
  readonly folder: string;
  readonly runId: string;
  /** Folder that the run is stored in. */
  readonly store: string;
  readonly now: Date;
}

/**
 * The journal of a run that begins. Its file comes with the first change: a run that changes nothing leaves none.
 * `begin` throws a {@link Problem} where the change cannot be written down; it must not be made then.
 */
export function createJournal(
  { folder, runId, store, now }: NewJournal,
  files: JournalFiles = systemFiles,
): KeptJournal {
  requireRunId(runId);
  const claim = randomUUID();
  return keep({
    file: path.join(folder, `${runId}.ndjson`),
    runId,
    claim,
    files,
    header: {
      kind: 'journal',
      schemaVersion: journalSchemaVersion,
      run: runId,
      store,
      claim,
      owner: thisProcess(),
      at: now.toISOString(),
    },
    open: [],
    lastNumber: 0,
  });
}

/** Why a journal cannot be worked with: what to do is to end that process, or to be sure that it has ended. */
export function heldProblem({
  runId,
  owner,
  life,
}: Pick<JournalListing, 'runId' | 'owner' | 'life'>): Problem {
  return life === 'alive'
    ? new Problem(
        'target',
        `Run ${runId} is being worked on by process ${owner.pid}.`,
        'Wait for it, or end it: it undoes what it changed.',
      )
    : new Problem(
        'target',
        `Run ${runId} was worked on by process ${owner.pid} on ${owner.host}, and whether that still runs cannot be seen from here.`,
        `Where it does not, say so: cilium-bench undo ${runId} --yes.`,
      );
}

/**
 * Takes over the journal of an interrupted run. Of two processes that try, one gets it.
 * @param isSure that its owner has ended, where that cannot be seen.
 * @throws Problem (target) where another process works with it, (usage) where it is gone.
 */
export async function takeJournal(
  listing: JournalListing,
  { isSure, now }: { readonly isSure: boolean; readonly now: Date },
): Promise<KeptJournal> {
  const { file, runId } = listing;
  const before = await readAgain(file);
  if (before.life === 'alive' || (before.life === 'unsure' && !isSure)) throw heldProblem(before);
  const claim = randomUUID();
  const record = {
    kind: 'claim',
    claim,
    over: before.claim,
    owner: thisProcess(),
    at: now.toISOString(),
  } as const;
  try {
    await appendTo(file, lineOf(record), systemFiles);
  } catch (error) {
    throw errorCode(error) === 'ENOENT' ? goneProblem(runId) : journalProblem(error, file);
  }
  const after = await readAgain(file);
  if (after.claim !== claim) throw heldProblem(after);
  return keep({
    file,
    runId,
    claim,
    files: systemFiles,
    header: null,
    open: after.open,
    lastNumber: after.lastNumber,
  });
}

function goneProblem(runId: string): Problem {
  return new Problem(
    'usage',
    `The journal of ${runId} is gone: another process has just undone it.`,
    'Nothing is left to do.',
  );
}

async function readAgain(file: string): Promise<JournalListing> {
  const read = await readJournal(file);
  if ('journal' in read) return read.journal;
  if (read.isGone) throw goneProblem(path.basename(file, '.ndjson'));
  throw new Problem('usage', `${file} ${read.reason}.`, 'Take another run, or undo by hand.');
}
