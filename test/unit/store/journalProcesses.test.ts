import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeJournal } from '../../../src/store/journal';
import { listJournals, type JournalListing } from '../../../src/store/journalListing';

let folder: string;
let program: string;
const children: Child[] = [];

interface Child {
  readonly process: ChildProcess;
  /** The next line that it says. */
  says(): Promise<string>;
  kill(): Promise<void>;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-processes-'));
  program = path.join(folder, 'child.cjs');
  buildSync({
    entryPoints: [path.join(import.meta.dirname, 'journalChild.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
    logLevel: 'error',
  });
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await rm(folder, { recursive: true, force: true });
});

function start(what: 'begin' | 'take', journals: string): Child {
  const child = spawn(process.execPath, [program, what, journals], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const started: Child = {
    process: child,
    says: async () => String((await lines.next()).value),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  children.push(started);
  return started;
}

async function only(journals: string): Promise<JournalListing> {
  const [journal] = (await listJournals(journals)).journals;
  if (!journal) throw new Error('There is no journal.');
  return journal;
}

const now = new Date();

describe.skipIf(process.platform !== 'linux')(
  'a process that is killed between the journal and the change',
  () => {
    it('is seen to go on until then, and its journal can be taken afterwards', async () => {
      const journals = path.join(folder, 'killed');
      const child = start('begin', journals);
      expect(await child.says()).toBe('begun');
      expect(await only(journals)).toMatchObject({ life: 'alive', owner: { pid: child.process.pid } });
      await expect(takeJournal(await only(journals), { isSure: true, now })).rejects.toThrow(
        `process ${child.process.pid ?? ''}`,
      );
      await child.kill();
      expect((await only(journals)).life).toBe('dead');
      const taken = await takeJournal(await only(journals), { isSure: false, now });
      expect(taken.open()).toHaveLength(1);
      await taken.end();
    });
  },
);

describe('several processes that undo at once', () => {
  it('get the journal one alone, and the next one when that has been killed', async () => {
    const journals = path.join(folder, 'race');
    const first = start('begin', journals);
    await first.says();
    await first.kill();
    const others = Array.from({ length: 4 }, () => start('take', journals));
    for (const other of others) expect(await other.says()).toBe('ready');
    for (const other of others) other.process.stdin?.write('go\n');
    const said = await Promise.all(others.map((other) => other.says()));
    expect(said.filter((line) => line === 'taken')).toHaveLength(1);
    const winner = others[said.indexOf('taken')];
    for (const line of said.filter((text) => text !== 'taken'))
      expect(line).toContain(`is being worked on by process ${winner?.process.pid ?? ''}`);
    await winner?.kill();
    const taken = await takeJournal(await only(journals), { isSure: false, now });
    expect(taken.open()).toHaveLength(1);
  });
});
