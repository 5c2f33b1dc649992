import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { annotationLimits, baselineOf, noAnnotations } from '../../../src/core/result/annotations';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { trashKeptDays } from '../../../src/store/trash';
import { aPlan, aRun } from './aRun';

const { id } = aRun();
const at = (day: number): Date => new Date(Date.UTC(2026, 10, day));
let folder: string;
let store: RunStore;

async function keep(changes: Parameters<typeof aRun>[0] = {}): Promise<string> {
  const run = aRun({ samples: [], ...changes });
  const sink = store.sink();
  await sink.begin(run, aPlan);
  await sink.end(run);
  return run.id;
}
const kept = async (of = id) => (await store.list()).runs.find((run) => run.id === of)?.annotations;
const file = (): string => path.join(store.folderOf(id), 'annotations.json');

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-annotations-'));
  store = createRunStore(path.join(folder, 'runs'));
  await keep();
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('what people keep with a run', () => {
  it('is nothing at first, and no file', async () => {
    expect(await kept()).toEqual(noAnnotations);
    expect(await readdir(store.folderOf(id))).not.toContain('annotations.json');
  });

  it('is listed by whoever has listed before, in a file of its own', async () => {
    await store.list();
    const measured = await readFile(path.join(store.folderOf(id), 'run.json'), 'utf8');
    const another = createRunStore(store.folder);
    await another.annotate(id, (now) => ({
      ...now,
      name: 'before the upgrade',
      note: 'two\nlines',
      tags: ['nightly'],
    }));
    expect(await kept()).toEqual({
      name: 'before the upgrade',
      note: 'two\nlines',
      tags: ['nightly'],
      pinnedAt: null,
    });
    await another.annotate(id, (now) => ({ ...now, name: null }));
    expect(await kept()).toMatchObject({ name: null, tags: ['nightly'] });
    expect(await readFile(path.join(store.folderOf(id), 'run.json'), 'utf8')).toBe(measured);
    expect((await readdir(store.folderOf(id))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.each([
    ['cut short', '{"schemaVersion": 1, "na', /cut short/],
    ['of a newer version', '{"schemaVersion": 2}', /schema version 2/],
    ['without a version', '{}', /schema version none/],
    ['a list', '[]', /schema version/],
    ['a name that is a number', '{"schemaVersion": 1, "name": 7}', /name is not a text/],
    [
      'a name too long',
      JSON.stringify({ schemaVersion: 1, name: 'x'.repeat(121) }),
      /name is longer than 120/,
    ],
    ['a tag with a space', '{"schemaVersion": 1, "tags": ["a b"]}', /tags\[0\] is not a tag/],
    ['many tags', JSON.stringify({ schemaVersion: 1, tags: Array(21).fill('a') }), /more than 20 entries/],
    ['a pin that is no time', '{"schemaVersion": 1, "pinnedAt": "soon"}', /pinnedAt is not a time/],
    ['large', `{"schemaVersion": 1, "note": "${'x'.repeat(400_000)}"}`, /too large/],
  ])('that is %s is named, is not written over, and the run is listed', async (_what, text, reason) => {
    await writeFile(file(), text);
    const { runs, skipped } = await store.list();
    expect(runs.map((run) => run.annotations)).toEqual([noAnnotations]);
    expect(skipped).toEqual([{ file: file(), reason: expect.stringMatching(reason) as string }]);
    await expect(store.annotate(id, (now) => ({ ...now, name: 'mine' }))).rejects.toThrow(/Mend it/);
    expect(await readFile(file(), 'utf8')).toBe(text);
  });

  it('shows hostile text as text: nothing that steers a terminal or turns a line around', async () => {
    const hostile = 'a\u001b[2J\u0007\u202egnp\r\n<script>$(rm)';
    await writeFile(file(), JSON.stringify({ schemaVersion: 1, name: hostile, note: hostile }));
    expect(await kept()).toMatchObject({
      name: 'a [2J gnp <script>$(rm)',
      note: 'a [2J  gnp\n<script>$(rm)',
    });
  });

  it.each([
    ['a long name', { name: 'x'.repeat(annotationLimits.name + 1) }],
    ['a long note', { note: 'x'.repeat(annotationLimits.note + 1) }],
    ['many tags', { tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }],
    ['a tag that is an option', { tags: ['--yes'] }],
    ['an empty tag', { tags: [''] }],
  ])('is refused as %s, and nothing is changed', async (_what, change) => {
    await expect(store.annotate(id, (now) => ({ ...now, ...change }))).rejects.toMatchObject({
      kind: 'usage',
    });
    expect(await kept()).toEqual(noAnnotations);
  });

  it('is of runs that are there', async () => {
    await expect(store.annotate('elephant', (now) => now)).rejects.toThrow(/There is no run "elephant"/);
    await expect(store.annotate('../runs', (now) => now)).rejects.toMatchObject({ kind: 'usage' });
  });

  it('goes on where a process left its lock', async () => {
    const lock = path.join(store.folderOf(id), '.annotations.json.lock');
    await writeFile(lock, '');
    await utimes(lock, at(1), at(1));
    await store.annotate(id, (now) => ({ ...now, name: 'mine' }));
    expect(await kept()).toMatchObject({ name: 'mine' });
  });

  it('loses nothing to processes that write at the same time', async () => {
    const program = path.join(folder, 'child.cjs');
    await build({
      entryPoints: [path.join(import.meta.dirname, 'annotateChild.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: program,
      logLevel: 'error',
    });
    const prefixes = ['a', 'b', 'c'];
    const codes = await Promise.all(
      prefixes.map(async (prefix) => {
        const child = spawn(process.execPath, [program, store.folder, id, prefix, '6'], { stdio: 'inherit' });
        return (await once(child, 'exit'))[0] as number;
      }),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect((await kept())?.tags).toEqual(
      prefixes.flatMap((prefix) => Array.from({ length: 6 }, (_, index) => `${prefix}${index}`)),
    );
  }, 30_000);
});

describe('a baseline', () => {
  const baseline = async (of: string) => {
    const { runs } = await store.list();
    const run = runs.find((one) => one.id === of);
    return run && baselineOf(runs, run)?.id;
  };

  it('is one of each target and scenario: pinning another moves it', async () => {
    await keep({ id: 'second' });
    await keep({ id: 'elsewhere', target: { kind: 'kube', name: 'local lab', fingerprint: {} } });
    await keep({ id: 'other', scenario: 'rps' });
    expect(await baseline(id)).toBeUndefined();
    await store.pin(id, at(1));
    await store.pin('elsewhere', at(2));
    await store.pin('other', at(3));
    expect(await baseline('second')).toBe(id);
    await store.pin('second', at(4));
    expect(await baseline(id)).toBe('second');
    expect(await kept()).toMatchObject({ pinnedAt: null });
    expect([await baseline('elsewhere'), await baseline('other')]).toEqual(['elsewhere', 'other']);
  });

  it('is the one that was pinned last where two processes pinned', async () => {
    await keep({ id: 'second' });
    await store.annotate('second', (now) => ({ ...now, pinnedAt: at(4).toISOString() }));
    await store.annotate(id, (now) => ({ ...now, pinnedAt: at(3).toISOString() }));
    expect(await baseline(id)).toBe('second');
    await store.pin('second', null);
    expect(await baseline(id)).toBeUndefined();
  });

  it('stays where a run that is not it is unpinned', async () => {
    await keep({ id: 'second' });
    await store.pin(id, at(1));
    await store.pin('second', null);
    expect(await baseline('second')).toBe(id);
  });

  it('is pinned anew by pinning it again', async () => {
    await store.pin(id, at(1));
    await store.pin(id, at(2));
    expect(await kept()).toMatchObject({ pinnedAt: at(2).toISOString() });
  });
});

describe('the trash', () => {
  const ids = async () => (await store.list()).runs.map((run) => run.id);

  it('keeps a removed run with what was kept with it, and gives it back', async () => {
    await store.annotate(id, (now) => ({ ...now, name: 'mine' }));
    const before = await store.read(id);
    await store.remove(id, at(1));
    expect(await ids()).toEqual([]);
    expect(await store.trash()).toMatchObject([{ id, removedAt: at(1) }]);
    await store.restore(id);
    expect(await store.read(id)).toEqual(before);
    expect(await kept()).toMatchObject({ name: 'mine' });
    expect(await store.trash()).toEqual([]);
  });

  it('gives back the one that was removed last, and never over a run that is there', async () => {
    await store.remove(id, at(1));
    await keep({ title: 'again' });
    await expect(store.restore(id)).rejects.toThrow(/There is a run .* already/);
    await store.remove(id, at(2));
    await store.restore(id);
    expect((await store.read(id)).title).toBe('again');
    expect(await store.trash()).toHaveLength(1);
  });

  it('lets go of what has been there for longer than it says, with the next removal', async () => {
    await store.remove(id, at(1));
    await keep({ id: 'second' });
    await keep({ id: 'third' });
    await store.remove('second', at(1 + trashKeptDays));
    expect((await store.trash()).map((run) => run.id)).toEqual(['second', id]);
    await store.remove('third', new Date(at(1 + trashKeptDays).getTime() + 1));
    expect((await store.trash()).map((run) => run.id)).toEqual(['third', 'second']);
    expect((await readdir(store.folder)).filter((name) => name.startsWith('.removed'))).toEqual([]);
  });

  it('is emptied of its runs, and of nothing else', async () => {
    await store.remove(id, at(1));
    await writeFile(path.join(store.folder, '.trash', 'holiday.txt'), '');
    expect((await store.emptyTrash()).map((run) => run.id)).toEqual([id]);
    expect(await store.trash()).toEqual([]);
    expect(await readdir(path.join(store.folder, '.trash'))).toEqual(['holiday.txt']);
    await expect(store.restore(id)).rejects.toThrow(/no run .* in the trash/);
  });

  it('is empty where there is no store', async () => {
    expect(await createRunStore(path.join(folder, 'none')).trash()).toEqual([]);
    expect(await createRunStore(path.join(folder, 'none')).emptyTrash()).toEqual([]);
  });
});
