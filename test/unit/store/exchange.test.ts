import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvReport } from '../../../src/core/words/csvReport';
import { htmlReport } from '../../../src/core/words/htmlReport';
import { markdownReport } from '../../../src/core/words/markdownReport';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { exportRun } from '../../../src/store/exchange/exportRun';
import { importInto } from '../../../src/store/exchange/importInto';
import { readZip } from '../../../src/store/exchange/readZip';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { capturedPath, ofTool } from '../result/import/files';
import { aPlan, aRawOutput, aRun, aSample } from './aRun';
import { rawZip, zipOf } from './zips';

const now = new Date('2026-11-25T12:00:00Z');
const one = aRun({ samples: [aSample()] });
let folder: string;
let mine: RunStore;
let theirs: RunStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-exchange-'));
  mine = createRunStore(path.join(folder, 'mine'));
  theirs = createRunStore(path.join(folder, 'theirs'));
  const sink = mine.sink({ schemaVersion: 1, context: 'prod', settings: {} });
  await sink.begin(aRun({ samples: [] }), aPlan);
  await sink.sample(one, aSample(), aRawOutput);
  await sink.end(one);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => path.join(folder, name);
async function written(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}
const take = (file: string, name?: string) =>
  importInto(theirs, file, { now, ...(name === undefined ? {} : { name }) });
/** Nothing is in their store, nothing half, and nothing beside it. */
async function expectNothing(): Promise<void> {
  expect(await theirs.list()).toEqual({ runs: [], skipped: [] });
  const left = existsSync(theirs.folder) ? await readdir(theirs.folder) : [];
  expect(left.filter((name) => name !== '.changed')).toEqual([]);
}

describe('a run that is handed on', () => {
  it('takes away what an import before it left in the middle, and leaves nothing of its own', async () => {
    await mkdir(path.join(theirs.folder, '.incoming-0123456789ab', 'samples'), { recursive: true });
    await utimes(path.join(theirs.folder, '.incoming-0123456789ab'), 0, 0);
    await exportRun(mine, one.id, at('run.zip'));
    await take(at('run.zip'));
    expect((await readdir(theirs.folder)).filter((name) => name.startsWith('.incoming'))).toEqual([]);
    expect((await readdir(theirs.folderOf(one.id))).sort()).toEqual(['plan.json', 'run.json', 'samples']);
  });

  it('opens at a colleague’s with the same id, its plan and its raw output', async () => {
    expect(await exportRun(mine, one.id, at('run.zip'))).toEqual([]);
    expect(await take(at('run.zip'))).toEqual({ ids: [one.id], known: [], leftOut: [] });
    expect(await theirs.read(one.id)).toEqual(one);
    expect(await theirs.readRaw(one.id, aSample().id)).toEqual(aRawOutput);
    expect(await theirs.readPlan(one.id)).toMatchObject(aPlan);
    expect((await theirs.list()).runs.map(({ id }) => id)).toEqual([one.id]);
  });

  it('leaves behind what its cluster is opened with, and is the same bytes each time', async () => {
    await exportRun(mine, one.id, at('a.zip'));
    await exportRun(mine, one.id, at('b.zip'));
    const bytes = await readFile(at('a.zip'));
    expect(readZip(bytes, 'a.zip').map((file) => file.path)).toEqual(
      ['run.json', 'plan.json', 'samples/b1-none-saturated-1.json'].map((name) => `${one.id}/${name}`),
    );
    expect(bytes.equals(await readFile(at('b.zip')))).toBe(true);
  });

  it('says which raw output is not there', async () => {
    await rm(path.join(mine.folderOf(one.id), aSample().raw));
    expect(await exportRun(mine, one.id, at('run.zip'))).toEqual([aSample().raw]);
    const { ids, leftOut } = await take(at('run.zip'));
    expect(ids).toEqual([one.id]);
    expect(leftOut).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(/1.raw output that/) as string }),
    ]);
  });

  it('is known where it is there already, and gets another id where that is another run’s', async () => {
    await exportRun(mine, one.id, at('run.zip'));
    await take(at('run.zip'));
    expect(await take(at('run.zip'))).toEqual({ ids: [], known: [one.id], leftOut: [] });
    await theirs.sink().end(aRun({ title: 'another' }));
    const { ids } = await take(at('run.zip'));
    expect(ids).toHaveLength(1);
    expect(ids[0]).toMatch(/^2026-11-23-policy-overhead-/);
    expect(ids[0]).not.toBe(one.id);
    expect(await theirs.read(ids[0] ?? '')).toEqual({ ...one, id: ids[0] });
    expect((await theirs.read(one.id)).title).toBe('another');
  });

  it('opens as a folder too, and from an archive of the whole store', async () => {
    expect((await take(mine.folderOf(one.id))).ids).toEqual([one.id]);
    await theirs.remove(one.id, new Date());
    expect((await take(mine.folder)).ids).toEqual([one.id]);
  });
});

describe('results of others', () => {
  it('become runs with raw output that can be opened', async () => {
    await cp(capturedPath('article'), at('article'), { recursive: true });
    const { ids, leftOut } = await take(at('article'), 'Old cluster');
    expect(ids).toHaveLength(5);
    expect(leftOut).toHaveLength(3);
    const { runs, skipped } = await theirs.list();
    expect(skipped).toEqual([]);
    expect(runs.map(({ title }) => title).sort()[0]).toBe('Old cluster: HTTP requests a second');
    for (const id of ids) {
      const run = await theirs.read(id);
      for (const sample of run.samples) expect((await theirs.readRaw(id, sample.id)).stdout).not.toBe('');
      const report = markdownReport(run, { timeZone: 'UTC' });
      expect(report).toContain('Imported from article');
      expect(report).toContain('not measured by Cilium Bench');
      expect(runs.find((listing) => listing.id === id)?.costSource).toBeNull();
    }
  });

  it('come out of an archive as out of a folder', async () => {
    const file = await written(
      'r.zip',
      zipOf({ 'x/fortio.json': ofTool('fortio-saturated.json').text, '__MACOSX/x/._f': 'x' }),
    );
    const { ids, leftOut } = await take(file);
    expect([ids.length, leftOut]).toEqual([1, []]);
  });

  it('with a script or a formula in a name stay text in every report', async () => {
    const name = '=cmd|x<script>alert(1)<／script>.json';
    await mkdir(at('hostile'));
    await written(`hostile/${name}`, ofTool('fortio-saturated.json').text);
    const { ids } = await take(at('hostile'));
    const run = await theirs.read(ids[0] ?? '');
    const csv = csvReport(run);
    expect(csv).toContain(`,"'=cmd|x`);
    expect(csv).not.toMatch(/(?:^|,)"?[=+@]/m);
    expect(htmlReport(panelModelOf(run), { script: '', style: '' })).not.toContain('<script>alert');
    expect(markdownReport(run)).not.toContain('<script>');
  });
});

describe('what is refused', () => {
  const runText = JSON.stringify(one);

  it.each<[string, () => string | Uint8Array, string]>([
    ['a newer run', () => JSON.stringify({ ...one, schemaVersion: 2 }), 'is not'],
    ['prose', () => 'hello', 'of no format that is known'],
    ['nothing', () => '', 'is empty'],
  ])('%s', async (_, content, message) => {
    await expect(take(await written('x.json', content()))).rejects.toThrow(
      message.replace('is not', 'Nothing in'),
    );
    await expectNothing();
  });

  it.each<[string, string, string]>([
    [
      'a newer run',
      JSON.stringify({ ...one, schemaVersion: 2 }),
      'schema version 2, and this one reads 1; a newer Cilium Bench wrote it',
    ],
    ['a cut run', runText.slice(0, 900), 'cut short'],
    ['a run whose id leads out', JSON.stringify({ ...one, id: '../x' }), 'not a name that a run can have'],
    [
      'a run whose raw output leads out',
      JSON.stringify({ ...one, samples: [aSample({ raw: 'samples/../../x.json' })] }),
      'does not name a file in the folder samples',
    ],
    [
      'a run with an infinite figure',
      runText.replace(/"median":[\d.]+/, '"median":1e999'),
      'median is not a number',
    ],
  ])('%s', async (_, text, message) => {
    await expect(take(await written('r.zip', zipOf({ 'x/run.json': text })))).rejects.toThrow(message);
    await expectNothing();
  });

  it('an archive with one name that leads out, whole', async () => {
    const data = rawZip([
      { name: 'x/run.json', content: new TextEncoder().encode(runText) },
      { name: '../../evil.json', content: new TextEncoder().encode('{}') },
    ]);
    await expect(take(await written('r.zip', data))).rejects.toThrow('leads out of its folder');
    await expectNothing();
    expect(existsSync(at('evil.json'))).toBe(false);
  });

  it('a cut archive', async () => {
    await exportRun(mine, one.id, at('run.zip'));
    const bytes = await readFile(at('run.zip'));
    await expect(take(await written('cut.zip', bytes.subarray(0, bytes.length - 30)))).rejects.toThrow(
      'cut short',
    );
    await expectNothing();
  });

  it('what is not there', async () => {
    await expect(take(at('nowhere'))).rejects.toThrow('cannot be read');
  });
});

describe('what lies beside', () => {
  it('other files of an archive with a run do not get into the store', async () => {
    const file = await written(
      'r.zip',
      zipOf({
        'x/run.json': JSON.stringify(aRun({ samples: [] })),
        'x/report.html': '<script>',
        'x/resume.json': '{}',
        'x/samples/more.json': '{}',
      }),
    );
    const { ids } = await take(file);
    expect((await readdir(theirs.folderOf(ids[0] ?? ''), { recursive: true })).sort()).toEqual([
      'run.json',
      'samples',
    ]);
  });

  it('links are not followed', async () => {
    await mkdir(at('linked'));
    await written('linked/f.json', ofTool('fortio-saturated.json').text);
    await symlink(mine.folderOf(one.id), at('linked/run'));
    const { ids, leftOut } = await take(at('linked'));
    expect(ids).toHaveLength(1);
    expect(leftOut).toEqual([{ file: 'run', reason: 'is a link, which is not followed' }]);
  });
});
