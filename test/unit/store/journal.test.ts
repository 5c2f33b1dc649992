import { constants, existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flushFolder } from '../../../src/store/flushFolder';
import { createJournal, takeJournal, type JournalFiles, type KeptJournal } from '../../../src/store/journal';
import { listJournals, type JournalListing } from '../../../src/store/journalListing';
import { thisProcess } from '../../../src/store/journalOwner';
import { aChange, aRunId } from './journals';

let root: string;
let folder: string;
let file: string;
const now = new Date('2026-11-23T18:49:00Z');

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-journal-'));
  folder = path.join(root, 'data', 'journal');
  file = path.join(folder, `${aRunId}.ndjson`);
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function begin(files?: JournalFiles): KeptJournal {
  return createJournal({ folder, runId: aRunId, store: '/runs', now }, files);
}

/** The one journal in the folder. */
async function only(): Promise<JournalListing> {
  const { journals, skipped } = await listJournals(folder);
  expect(skipped).toEqual([]);
  expect(journals).toHaveLength(1);
  const [journal] = journals;
  if (!journal) throw new Error('There is no journal.');
  return journal;
}

/** As the process that wrote it left it, and a later one finds it. */
async function ofDeadProcess(): Promise<void> {
  const content = await readFile(file, 'utf8');
  await writeFile(
    file,
    content.replaceAll(`"started":"${thisProcess().started ?? ''}"`, '"started":"before/1"'),
  );
}

/** Says what is asked of the file system, in its order. */
function recording(
  fail: { on?: (call: string) => Error | undefined } = {},
): JournalFiles & { calls: string[] } {
  const calls: string[] = [];
  const note = (call: string): void => {
    calls.push(call);
    const error = fail.on?.(call);
    if (error) throw error;
  };
  const openRecorded = (async (name: string, flags: string | number, mode: number) => {
    note(`open ${path.relative(root, name)} ${String(flags)}`);
    const handle = await open(name, flags, mode);
    return new Proxy(handle, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (key === 'appendFile')
            note(
              `append ${[...String(args[0]).matchAll(/"kind":"(\w+)"/g)].map((match) => match[1] ?? '').join(' ')}`,
            );
          else note(String(key));
          return (await Reflect.apply(value, target, args)) as unknown;
        };
      },
    });
  }) as unknown as typeof open;
  return {
    calls,
    open: openRecorded,
    flushFolder: async (name) => {
      note(`flush ${path.relative(root, name)}`);
      await flushFolder(name);
    },
  };
}

describe('a journal', () => {
  it('is on the disk, file and folder, before a change may be made', async () => {
    const files = recording();
    const journal = begin(files);
    expect(await journal.begin(aChange())).toBe(1);
    expect(files.calls).toEqual([
      `open data/journal/${aRunId}.ndjson ax`,
      'append journal begin delete',
      'sync',
      'close',
      'flush data/journal',
      'flush data',
    ]);
    expect(await journal.begin(aChange())).toBe(2);
    expect(files.calls.slice(6)).toEqual([
      `open data/journal/${aRunId}.ndjson ${constants.O_WRONLY | constants.O_APPEND}`,
      'append begin delete',
      'sync',
      'close',
    ]);
  });

  it('leaves no file where nothing is changed', async () => {
    const journal = begin();
    await journal.end();
    expect(existsSync(folder)).toBe(false);
  });

  it('has run, store, owner and what is not put back', async () => {
    const journal = begin();
    await journal.begin(aChange());
    await journal.begin(aChange({ what: 'policy bench-l7' }));
    await journal.undone(1);
    const found = await only();
    expect(found).toMatchObject({
      runId: aRunId,
      store: '/runs',
      startedAt: now,
      life: 'alive',
      lastNumber: 2,
    });
    expect(found.owner).toEqual(thisProcess());
    expect(found.open).toEqual([{ ...aChange({ what: 'policy bench-l7' }), number: 2 }]);
    expect(found.changes.map(({ isUndone }) => isUndone)).toEqual([true, false]);
    expect(journal.open()).toEqual(found.open);
  });

  it('has the uid of what a change made, once there is one', async () => {
    const journal = begin();
    await journal.made(await journal.begin(aChange()), 'uid-1');
    await journal.begin(aChange());
    const uids = (changes: JournalListing['open']) =>
      changes.map(({ undo }) => (undo.kind === 'delete' ? undo.uid : undefined));
    expect(uids((await only()).open)).toEqual(['uid-1', null]);
    expect(uids(journal.open())).toEqual(['uid-1', null]);
  });

  it('goes once everything is put back, and stays for others where something is left', async () => {
    const journal = begin();
    await journal.begin(aChange());
    await journal.begin(aChange());
    await journal.undone(2);
    await journal.end();
    expect(await only()).toMatchObject({ life: 'dead', claim: null });
    const taken = await takeJournal(await only(), { isSure: false, now });
    await taken.undone(1);
    await taken.end();
    expect(existsSync(file)).toBe(false);
  });

  it('numbers changes that are begun at the same time, each on a line of its own', async () => {
    const journal = begin();
    const numbers = await Promise.all(Array.from({ length: 20 }, () => journal.begin(aChange())));
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect((await only()).open.map(({ number }) => number)).toEqual(numbers);
  });

  it('is not begun over another one', async () => {
    await begin().begin(aChange());
    await expect(begin().begin(aChange())).rejects.toThrow(/There is a journal .* already/);
    expect((await only()).open).toHaveLength(1);
  });

  it.each(['..', 'a/b', ''])('refuses the run id %j', (runId) => {
    expect(() => createJournal({ folder, runId, store: '/runs', now })).toThrow(/is not the id of a run/);
  });
});

describe('a disk that fails', () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

  it.each(['sync', 'flush data/journal'])(
    'at %s of the first change lets none be made and leaves no file',
    async (call) => {
      const files = recording({ on: (made) => (made === call ? full : undefined) });
      await expect(begin(files).begin(aChange())).rejects.toMatchObject({
        what: expect.stringContaining('cannot be written: no space left') as string,
        todo: expect.stringContaining('nothing is changed') as string,
      });
      expect(existsSync(file)).toBe(false);
    },
  );

  it('in the middle of a line spoils no other', async () => {
    let fails = false;
    const files = recording({ on: (call) => (fails && call.startsWith('append') ? full : undefined) });
    const journal = begin(files);
    await journal.begin(aChange());
    fails = true;
    await expect(journal.begin(aChange({ what: 'not made' }))).rejects.toThrow(/no space left/);
    // What a disk that is full has taken of the line.
    await appendFile(file, '\n{"kind":"begin","num');
    fails = false;
    expect(await journal.begin(aChange({ what: 'made' }))).toBe(3);
    expect((await only()).open.map(({ what }) => what)).toEqual(['namespace cilium-bench-x7', 'made']);
  });
});

describe('a journal of a process that ended', () => {
  it('is told from one that goes on', async () => {
    await begin().begin(aChange());
    expect((await only()).life).toBe('alive');
    await ofDeadProcess();
    expect((await only()).life).toBe('dead');
  });

  it.each(['{"kind":"begin","number":2,"cha', '\u0000\u0000\u0000\u0000', '{"kind":"undone","number":1'])(
    'may be cut in its last line (%j), which was never acted upon',
    async (cut) => {
      await begin().begin(aChange());
      await appendFile(file, `\n${cut}`);
      await ofDeadProcess();
      expect((await only()).open).toHaveLength(1);
      const taken = await takeJournal(await only(), { isSure: false, now });
      expect(await taken.begin(aChange({ what: 'of the run that goes on' }))).toBe(2);
      expect((await only()).open.map(({ what }) => what)).toEqual([
        'namespace cilium-bench-x7',
        'of the run that goes on',
      ]);
    },
  );

  it('is not taken while another process works with it', async () => {
    await begin().begin(aChange());
    await expect(takeJournal(await only(), { isSure: true, now })).rejects.toMatchObject({
      kind: 'target',
      what: expect.stringContaining(`process ${process.pid}`) as string,
    });
  });

  it('of another machine is taken only by who is sure', async () => {
    await begin().begin(aChange());
    const content = await readFile(file, 'utf8');
    await writeFile(file, content.replace(/"host":"[^"]*"/, '"host":"web-3"'));
    expect((await only()).life).toBe('unsure');
    await expect(takeJournal(await only(), { isSure: false, now })).rejects.toThrow(/on web-3.*--yes/);
    const taken = await takeJournal(await only(), { isSure: true, now });
    expect(taken.open()).toHaveLength(1);
    expect((await only()).owner).toEqual(thisProcess());
  });

  it('is taken by one of many that try at once', async () => {
    await begin().begin(aChange());
    await ofDeadProcess();
    const found = await only();
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => takeJournal(found, { isSure: false, now })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('does not come back where another process has finished it', async () => {
    await begin().begin(aChange());
    await ofDeadProcess();
    const found = await only();
    await rm(file);
    await expect(takeJournal(found, { isSure: false, now })).rejects.toThrow(/has just undone it/);
    expect(existsSync(file)).toBe(false);
  });
});

describe('the list of journals', () => {
  it('is empty where there is no folder', async () => {
    expect(await listJournals(folder)).toEqual({ journals: [], skipped: [] });
  });

  const header = (changes: object = {}): string =>
    JSON.stringify({
      kind: 'journal',
      schemaVersion: 1,
      run: aRunId,
      store: '/runs',
      claim: 'c',
      owner: { pid: 1, started: 'before/1', host: 'h', space: null },
      at: now.toISOString(),
      ...changes,
    });
  const beginLine = (undo: unknown): string =>
    JSON.stringify({ kind: 'begin', number: 1, change: { ...aChange(), undo } });

  it.each([
    ['nothing', '', 'was cut before anything was changed', false],
    ['a cut first line', '\n{"kind":"jour', 'was cut before anything was changed', false],
    ['something else', '{"hello":"world"}\n', 'is not a journal of Cilium Bench', false],
    ['binary', '\u0000\u0001\n\u0002\n', 'is not a journal of Cilium Bench', false],
    ['a newer version', header({ schemaVersion: 2 }), 'has schema version 2', true],
    ['another run', header({ run: 'other' }), 'says it is of run other', true],
    ['a run id that leads elsewhere', header({ run: '../x' }), 'is not a journal', false],
    [
      'a damaged line',
      `${header()}\n{"kind":"beg\n${beginLine(aChange().undo)}\n`,
      'line 2 is cut or damaged',
      true,
    ],
    [
      'an unknown undo',
      `${header()}\n${beginLine({ kind: 'format-disk' })}`,
      'change.undo.kind is not one of',
      true,
    ],
    [
      'a path that leads elsewhere',
      `${header()}\n${beginLine({ kind: 'delete', path: '/api/v1/../x', uid: null })}`,
      'is not a path of the Kubernetes API',
      true,
    ],
    [
      'a path with a query',
      `${header()}\n${beginLine({ kind: 'delete', path: '/api/v1/pods?x=1', uid: null })}`,
      'is not a path of the Kubernetes API',
      true,
    ],
  ])('names a file that holds %s', async (_what, content, reason, mayHoldChanges) => {
    await mkdir(folder, { recursive: true });
    await writeFile(file, content);
    const { journals, skipped } = await listJournals(folder);
    expect(journals).toEqual([]);
    expect(skipped).toEqual([{ file, reason: expect.stringContaining(reason) as string, mayHoldChanges }]);
  });

  it('names what is no journal, and reads the others', async () => {
    await begin().begin(aChange());
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    await mkdir(path.join(folder, 'folder.ndjson'));
    const { journals, skipped } = await listJournals(folder);
    expect(journals.map(({ runId }) => runId)).toEqual([aRunId]);
    expect(skipped.map(({ reason }) => reason)).toEqual(['is not a file', 'is not a journal']);
  });
});
