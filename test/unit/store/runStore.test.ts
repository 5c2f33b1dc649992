import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { aPlan, aRawOutput, aRun, aSample, anEffect } from './aRun';

let folder: string;
let store: RunStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-store-'));
  store = createRunStore(path.join(folder, 'runs'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function keep(changes: Parameters<typeof aRun>[0] = {}): Promise<string> {
  const run = aRun(changes);
  const sink = store.sink();
  await sink.begin({ ...run, samples: [], state: 'partial' }, aPlan);
  await sink.sample({ ...run, state: 'partial' }, aSample(), aRawOutput);
  await sink.end(run);
  return run.id;
}

describe.skipIf(process.platform !== 'linux')('a folder that nothing can be made in', () => {
  it('is refused at once, also below /proc, where making folders never ends', async () => {
    await expect(createRunStore('/proc/cilium-bench/runs').prepare()).rejects.toThrow(
      /cannot be written|may not be/,
    );
  });
});

describe('keeping a run', () => {
  it('gives back the run, its plan and its raw output as they were', async () => {
    const id = await keep();
    expect(await store.read(id)).toEqual(aRun());
    expect(await store.readRaw(id, 'b1-none-saturated-1')).toEqual(aRawOutput);
    expect(JSON.parse(await readFile(path.join(store.folderOf(id), 'plan.json'), 'utf8'))).toEqual({
      schemaVersion: 1,
      ...aPlan,
    });
    expect(await store.readPlan(id)).toMatchObject(aPlan);
  });

  it('leaves no temporary files behind', async () => {
    const id = await keep();
    const all = await readdir(store.folderOf(id), { recursive: true });
    expect(all.sort()).toEqual(['plan.json', 'run.json', 'samples', 'samples/b1-none-saturated-1.json']);
  });

  it('can be read after each sample, as after a crash', async () => {
    const sink = store.sink();
    const unfinished = aRun({ state: 'partial', stateReason: 'The run has not ended.', samples: [] });
    await sink.begin(unfinished, aPlan);
    expect(await store.read(unfinished.id)).toEqual(unfinished);
    const further = { ...unfinished, samples: [aSample()] };
    await sink.sample(further, aSample(), aRawOutput);
    expect((await createRunStore(store.folder).read(unfinished.id)).samples).toHaveLength(1);
  });

  it('refuses to write over another run', async () => {
    await keep();
    await expect(store.sink().begin(aRun(), aPlan)).rejects.toThrow(/There is a run .* already/);
  });

  it.each(['..', '../elsewhere', 'a/b', '.hidden', '', 'a\\b', 'x'.repeat(200)])(
    'refuses the id %j',
    async (id) => {
      await expect(store.sink().begin(aRun({ id }), aPlan)).rejects.toMatchObject({ kind: 'usage' });
      await expect(store.read(id)).rejects.toMatchObject({ kind: 'usage' });
      await expect(store.remove(id, new Date(0))).rejects.toMatchObject({ kind: 'usage' });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('refuses a sample that would be written elsewhere', async () => {
    await store.sink().begin(aRun(), aPlan);
    const away = aSample({ raw: '../../away.json' });
    await expect(store.sink().sample(aRun(), away, aRawOutput)).rejects.toMatchObject({ kind: 'usage' });
  });

  it('says that the store cannot be written', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const inFile = createRunStore(path.join(folder, 'file', 'runs'));
    await expect(inFile.prepare()).rejects.toMatchObject({ name: 'Problem', kind: 'usage' });
    await store.prepare();
    expect(await readdir(store.folder)).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('says that the folder may not be written', async () => {
    await mkdir(store.folder);
    await chmod(store.folder, 0o500);
    await expect(store.prepare()).rejects.toThrow(/may not be written/);
  });
});

describe('ids of new runs', () => {
  it('are made of the local date, the scenario and something short', async () => {
    expect(await store.newRunId('policy-overhead', new Date(2026, 10, 3, 0, 30))).toMatch(
      /^2026-11-03-policy-overhead-[0-9a-z]{2}$/,
    );
  });

  it('are new even when a day has used the short ones up', async () => {
    const taken = Array.from({ length: 36 * 36 }, (_, index) => index.toString(36).padStart(2, '0'));
    await Promise.all(
      taken.map((end) => mkdir(path.join(store.folder, `2026-11-03-rps-${end}`), { recursive: true })),
    );
    const id = await store.newRunId('rps', new Date(2026, 10, 3));
    expect(id).toMatch(/^2026-11-03-rps-[0-9a-z]{3}$/);
  });
});

describe('the list', () => {
  it('is empty where there is no folder, and makes none', async () => {
    expect(await store.list()).toEqual({ runs: [], skipped: [] });
    await expect(stat(store.folder)).rejects.toThrow();
  });

  it('has the newest first, with the largest effect as its headline', async () => {
    await keep({ id: 'older', startedAt: '2026-11-20T10:00:00.000Z' });
    await keep({ id: 'newer', startedAt: '2026-11-24T10:00:00.000Z', effects: [anEffect('l3l4', null)] });
    const { runs, skipped } = await store.list();
    expect(skipped).toEqual([]);
    expect(runs.map(({ id }) => id)).toEqual(['newer', 'older']);
    expect(runs[0]?.headline).toBeNull();
    expect(runs[1]?.headline).toMatchObject({
      effect: { percent: -67 },
      variant: { label: 'L7 through Envoy' },
    });
    expect(runs[1]).toMatchObject({
      state: 'complete',
      samples: { valid: 1, invalid: 0 },
      target: { kind: 'lab', name: 'local lab' },
    });
  });

  it('takes a tripling for more than a halving', async () => {
    const id = await keep({ effects: [anEffect('l3l4', -50), anEffect('l7', 200)] });
    expect((await store.list()).runs.find((run) => run.id === id)?.headline?.effect.percent).toBe(200);
  });

  const runText = JSON.stringify(aRun({ id: 'spoilt' }));
  const spoilt: readonly (readonly [string, string, RegExp])[] = [
    ['cut short', runText.slice(0, 300), /not JSON, or was cut short/],
    ['empty', '', /it is empty/],
    ['alien JSON', '{"name": "left-pad", "version": "1.0.0"}', /is not a run: schemaVersion is not there/],
    ['a list', '[1, 2]', /is not a run: the document is not an object/],
    ['from the future', runText.replace('"schemaVersion":1', '"schemaVersion":2'), /schema version 2.*newer/],
    ['with another name inside', JSON.stringify(aRun({ id: 'other' })), /says it is other/],
    [
      'with a sample that leads away',
      runText.replaceAll('samples/b1', '../../b1'),
      /samples\[0\]\.raw does not name/,
    ],
    [
      'with a wrong type deep inside',
      runText.replace('"valid":true', '"valid":"yes"'),
      /samples\[0\]\.valid is not true or false/,
    ],
    [
      'with an unknown verdict',
      runText.replace('"worse"', '"dreadful"'),
      /effects\[0\]\.verdict is not one of better/,
    ],
    ['binary', '\u0000\u0001\u0002', /not JSON/],
  ];
  it.each(spoilt)('names a run.json that is %s and reads the others', async (_what, content, reason) => {
    await keep({ id: 'good' });
    await mkdir(path.join(store.folder, 'spoilt'));
    await writeFile(path.join(store.folder, 'spoilt', 'run.json'), content);
    const { runs, skipped } = await store.list();
    expect(runs.map(({ id }) => id)).toEqual(['good']);
    expect(skipped).toEqual([
      {
        file: path.join(store.folder, 'spoilt', 'run.json'),
        reason: expect.stringMatching(reason) as string,
      },
    ]);
    await expect(store.read('spoilt')).rejects.toMatchObject({ name: 'Problem', kind: 'usage' });
  });

  it('reads a run at every place it can have been cut at, or names it', async () => {
    const id = await keep();
    const file = path.join(store.folderOf(id), 'run.json');
    const { size } = await stat(file);
    for (let length = size - 2; length > 0; length -= 97) {
      await truncate(file, length);
      const { runs, skipped } = await store.list();
      expect(runs).toEqual([]);
      expect(skipped).toHaveLength(1);
    }
  });

  it('names what is no run at all', async () => {
    await mkdir(path.join(store.folder, 'empty'), { recursive: true });
    await mkdir(path.join(store.folder, 'folder', 'run.json'), { recursive: true });
    await writeFile(path.join(store.folder, 'notes.txt'), 'x');
    await symlink('/dev/zero', path.join(store.folder, 'empty', 'zero'));
    const { runs, skipped } = await store.list();
    expect(runs).toEqual([]);
    expect(
      skipped.map(({ file, reason }) => `${path.relative(store.folder, file)} ${reason}`).sort(),
    ).toEqual([
      'empty holds no run.json',
      'folder/run.json is not a file',
      'notes.txt is not the folder of a run',
    ]);
  });

  it('does not read a huge file', async () => {
    await mkdir(path.join(store.folder, 'huge'), { recursive: true });
    await writeFile(path.join(store.folder, 'huge', 'run.json'), '{');
    await truncate(path.join(store.folder, 'huge', 'run.json'), 40_000_000_000);
    const { skipped } = await store.list();
    expect(skipped[0]?.reason).toMatch(/larger than 32 MB/);
  });

  it('lets fields of later versions pass', async () => {
    await mkdir(path.join(store.folder, 'later'), { recursive: true });
    await writeFile(
      path.join(store.folder, 'later', 'run.json'),
      JSON.stringify({ ...aRun({ id: 'later' }), novelty: { deep: [1] } }),
    );
    expect((await store.list()).runs).toHaveLength(1);
    expect(await store.read('later')).toHaveProperty('novelty');
  });

  it('reads again only what has changed', async () => {
    const id = await keep();
    const file = path.join(store.folderOf(id), 'run.json');
    const first = (await store.list()).runs[0];
    expect((await store.list()).runs[0]).toBe(first);
    await utimes(file, new Date(), new Date());
    const second = (await store.list()).runs[0];
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
  });
});

describe('what a run leaves beside it', () => {
  it('names the sample that is not there', async () => {
    const id = await keep();
    await expect(store.readRaw(id, 'b9')).rejects.toThrow(/has no sample "b9"/);
    await expect(store.readRaw(id, 'b0-none-saturated-1')).rejects.toThrow(/is not there/);
  });

  it('keeps a report in the folder and nowhere else', async () => {
    const id = await keep();
    const file = await store.writeBeside(id, 'report.html', '<p>');
    expect(file).toBe(path.join(store.folderOf(id), 'report.html'));
    await expect(store.writeBeside(id, '../report.html', '<p>')).rejects.toMatchObject({ kind: 'usage' });
  });

  it('is gone with the run', async () => {
    const id = await keep();
    await keep({ id: 'other' });
    await store.remove(id, new Date(0));
    expect((await store.list()).runs.map((run) => run.id)).toEqual(['other']);
    expect((await readdir(store.folder)).filter((name) => name.includes(id))).toEqual([]);
    await expect(store.remove(id, new Date(0))).rejects.toThrow(/There is no run/);
  });
});

describe('watching', () => {
  it('tells of a run that ends, also one of another process, and is silent afterwards', async () => {
    let told = 0;
    const watching = store.watch(() => told++);
    await watching.begun;
    const another = createRunStore(store.folder);
    await another.sink().begin(aRun({ samples: [] }), aPlan);
    await expect.poll(() => told, { timeout: 3000 }).toBeGreaterThan(0);
    const before = told;
    await another.sink().end(aRun());
    await expect.poll(() => told, { timeout: 3000 }).toBeGreaterThan(before);
    watching.dispose();
    const atEnd = told;
    await another.remove(aRun().id, new Date(0));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(told).toBe(atEnd);
  });

  it('that was let go of before it began watches nothing', async () => {
    let told = 0;
    const watching = store.watch(() => told++);
    watching.dispose();
    await watching.begun;
    await keep();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(told).toBe(0);
  });

  it.skipIf(process.platform !== 'linux')(
    'begins at once, and is silent, where no folder can be made',
    async () => {
      const watching = createRunStore('/proc/cilium-bench/runs').watch(() => undefined);
      await watching.begun;
      watching.dispose();
    },
  );
});
