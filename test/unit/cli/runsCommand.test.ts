import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCommand } from '../../../src/cli/commands/report';
import { exportFormats } from '../../../src/core/words/exportFormats';
import { runsCommand } from '../../../src/cli/commands/runs';
import { dispatch } from '../../../src/cli/dispatch';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { capturedPath } from '../result/import/files';
import { aPlan, aRawOutput, aRun, aSample } from '../store/aRun';
import { startPushServer } from '../push/pushServer';
import { fakeContext } from './fakeContext';

const { id } = aRun();
let folder: string;
let store: RunStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-runs-'));
  store = createRunStore(path.join(folder, 'runs'));
  const sink = store.sink();
  await sink.begin(aRun({ samples: [] }), aPlan);
  for (const sample of aRun().samples) await sink.sample(aRun(), sample, aRawOutput);
  await sink.end(aRun());
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function cilium(...words: readonly string[]) {
  return ciliumWith({}, ...words);
}

async function ciliumWith(env: NodeJS.ProcessEnv, ...words: readonly string[]) {
  const fake = fakeContext({
    cwd: folder,
    env,
    readStdin: () => Promise.resolve('from\nstdin\n'),
  });
  const args = [...words, '--store', 'runs'];
  const code = await dispatch(args, [reportCommand, runsCommand], '1.2.3', fake.context);
  return { code, out: fake.out(), err: fake.err() };
}

describe('runs rm', () => {
  it('removes the run whole and says which', async () => {
    expect(await cilium('runs', 'rm', id)).toEqual({
      code: 0,
      out: `Removed ${id} · local lab · quick · complete · 1 samples\n`,
      err: `It is kept for 30 days: cilium-bench runs restore ${id}\n`,
    });
    expect(existsSync(store.folderOf(id))).toBe(false);
    expect((await store.list()).runs).toEqual([]);
  });

  it('removes a run that cannot be read', async () => {
    await writeFile(path.join(store.folderOf(id), 'run.json'), '{"cut sh');
    expect(await cilium('runs', 'rm', id)).toMatchObject({ code: 0, out: `Removed ${id}\n` });
    expect(existsSync(store.folderOf(id))).toBe(false);
  });

  it.each([
    ['no id', [], 'runs rm takes one run.'],
    ['two ids', [id, id], 'runs rm takes one run.'],
    ['a run that is not there', ['elephant'], 'There is no run "elephant"'],
    ['the beginning of an id', [id.slice(0, -1)], `Did you mean "${id}"?`],
    ['latest', ['latest'], 'There is no run "latest"'],
    ['a path', [`../runs/${id}`], ''],
    ['a folder that holds no run', ['holiday'], 'There is no run "holiday"'],
  ])('removes nothing for %s', async (_, words, message) => {
    await mkdir(path.join(store.folder, 'holiday'));
    const { code, out, err } = await cilium('runs', 'rm', ...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(existsSync(store.folderOf(id))).toBe(true);
    expect(existsSync(path.join(store.folder, 'holiday'))).toBe(true);
  });

  it('is named where an unknown action is refused', async () => {
    const { code, err } = await cilium('runs', 'elephant');
    expect([code, err]).toEqual([2, expect.stringContaining('It has list, show, verify, drift, rename,')]);
  });
});

describe('runs export and import', () => {
  it('hand a run on: the archive’s path, then the id', async () => {
    const { code, out, err } = await cilium('runs', 'export', 'latest');
    expect([code, out, err]).toEqual([0, `${path.join(folder, `${id}.zip`)}\n`, '']);
    await store.remove(id, new Date());
    expect(await cilium('runs', 'import', `${id}.zip`)).toEqual({ code: 0, out: `${id}\n`, err: '' });
    expect((await store.readRaw(id, aSample().id)).stdout).toBe(aRawOutput.stdout);
  });

  it('write where they are told to', async () => {
    const { code, out } = await cilium('runs', 'export', id, '-o', 'x.zip');
    expect([code, out]).toEqual([0, `${path.join(folder, 'x.zip')}\n`]);
    expect(existsSync(path.join(folder, 'x.zip'))).toBe(true);
  });

  it('print ids alone on standard output, what was left out on the other', async () => {
    const results = path.join(folder, 'results');
    await cp(capturedPath('article'), results, { recursive: true });
    await writeFile(path.join(results, 'broken.json'), '{\n "a": NaN\n}');
    const { code, out, err } = await cilium('runs', 'import', 'results', '--name', 'Before');
    expect(code).toBe(0);
    const { runs } = await store.list();
    expect(out.trimEnd().split('\n').sort()).toEqual(
      runs
        .filter((run) => run.title.startsWith('Before: '))
        .map((run) => run.id)
        .sort(),
    );
    expect(out.trimEnd().split('\n')).toHaveLength(5);
    expect(err).toContain('Left out: broken.json, line 2, is not JSON: "NaN" cannot stand here.\n');
  });

  it('say so where a run is here already', async () => {
    await cilium('runs', 'export', id);
    expect(await cilium('runs', 'import', `${id}.zip`)).toEqual({
      code: 0,
      out: `${id}\n`,
      err: `Run ${id} is here already.\n`,
    });
  });

  it.each([
    ['nothing importable', ['import', 'prose.txt'], 'prose.txt is of no format that is known.'],
    ['no path', ['import'], 'takes one file, folder or zip archive'],
    ['no such path', ['import', 'nowhere'], 'cannot be read'],
    ['no run', ['export'], 'takes one run'],
    ['no such run', ['export', 'elephant'], 'There is no run "elephant"'],
  ])('end with 2 for %s', async (_, words, message) => {
    await writeFile(path.join(folder, 'prose.txt'), 'hello');
    const { code, out, err } = await cilium('runs', ...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

describe('runs restore and trash', () => {
  it('bring a removed run back whole', async () => {
    expect(await cilium('runs', 'trash')).toMatchObject({
      code: 0,
      out: '',
      err: `The trash of ${store.folder} is empty.\n`,
    });
    await cilium('runs', 'rm', id);
    expect((await cilium('runs', 'trash')).out).toMatch(new RegExp(`^${id} · removed \\d+ \\w+ \\d{4}, `));
    expect(await cilium('runs', 'restore', id)).toEqual({ code: 0, out: `Restored ${id}\n`, err: '' });
    expect(await store.read(id)).toEqual(aRun());
    expect(await store.readRaw(id, aSample().id)).toEqual(aRawOutput);
  });

  it('name the run that was meant', async () => {
    await cilium('runs', 'rm', id);
    const { code, err } = await cilium('runs', 'restore', id.slice(0, -1));
    expect([code, err]).toEqual([2, expect.stringContaining(`Did you mean "${id}"?`)]);
  });

  it('delete for good where they are asked to', async () => {
    await cilium('runs', 'rm', id);
    expect(await cilium('runs', 'trash', '--empty')).toEqual({
      code: 0,
      out: 'Deleted 1 run for good\n',
      err: '',
    });
    expect((await cilium('runs', 'restore', id)).code).toBe(2);
  });
});

describe('what is kept with a run', () => {
  it('is a name, tags and a baseline in the list', async () => {
    const name = await cilium('runs', 'rename', 'latest', 'Before', 'the', 'upgrade');
    expect(name).toEqual({ code: 0, out: `${id} is named Before the upgrade\n`, err: '' });
    expect((await cilium('runs', 'tag', id, '+nightly', 'eu', '+gone')).out).toContain('eu, gone, nightly');
    expect((await cilium('runs', 'tag', id, '-gone', '+2')).out).toContain('is tagged 2, eu, nightly');
    expect((await cilium('runs', 'pin', id)).out).toBe(
      `${id} is the baseline of policy-overhead on the local lab now\n`,
    );
    expect((await cilium('runs', 'list')).out).toBe(
      `${id} · Before the upgrade · local lab · quick · complete · 1 samples · baseline · #2 · #eu · #nightly\n`,
    );
    await cilium('runs', 'rename', id);
    await cilium('runs', 'tag', id, '-2', '-eu', '-nightly');
    await cilium('runs', 'unpin', id);
    expect((await cilium('runs')).out).toBe(`${id} · local lab · quick · complete · 1 samples\n`);
  });

  it('is a note from words or from standard input', async () => {
    expect(await cilium('runs', 'note', id, 'a note')).toMatchObject({ code: 0 });
    await cilium('runs', 'note', id, '-');
    const { runs } = JSON.parse((await cilium('runs', 'list', '--json')).out) as {
      readonly runs: readonly { readonly annotations: unknown }[];
    };
    expect(runs.map(({ annotations }) => annotations)).toEqual([
      { name: null, note: 'from\nstdin', tags: [], pinnedAt: null },
    ]);
    expect((await cilium('runs', 'note', id, '')).out).toBe(`${id} has no note now\n`);
  });

  it.each([
    [['rename'], 'runs rename takes a run'],
    [['note', id], 'runs note takes one text'],
    [['note', id, 'two', 'words'], 'runs note takes one text'],
    [['tag', id], 'runs tag takes tags'],
    [['tag', id, '+two words'], 'is not a tag'],
    [['pin', id, id], 'runs pin takes one run'],
    [['pin', 'elephant'], 'There is no run "elephant"'],
    [['trash', id], 'runs trash takes no run'],
  ])('is refused as runs %j', async (words, message) => {
    const { code, out, err } = await cilium('runs', ...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it.each([
    [['--tag', 'nightly'], true],
    [['--tag', 'nightly', '--tag', 'eu'], false],
    [['--scenario', 'policy'], true],
    [['--scenario', 'rps'], false],
    [['--target', 'lab'], true],
    [['--target', 'prod'], false],
    [['UPGRADE'], true],
  ])('is what runs list %j asks for', async (options, isListed) => {
    await cilium('runs', 'rename', id, 'before the upgrade');
    await cilium('runs', 'tag', id, '+nightly');
    const { code, out, err } = await cilium('runs', 'list', ...options);
    expect(code).toBe(0);
    expect(out.startsWith(id)).toBe(isListed);
    expect(err).toBe(isListed ? '' : `None of the 1 runs in ${store.folder} is asked for.\n`);
    expect((await cilium('runs', 'list', '--json', ...options)).out.includes(`"${id}"`)).toBe(isListed);
  });
});

describe('report', () => {
  it('prints OpenMetrics', async () => {
    const { code, out } = await cilium('report', id, '--format', 'openmetrics');
    expect(code).toBe(0);
    expect(out).toMatch(/^# TYPE [\s\S]*\n# EOF\n$/);
  });

  it('prints NDJSON, and nothing at all of a run without a line', async () => {
    const { out } = await cilium('report', id, '--format', 'ndjson');
    expect(out.trimEnd().split('\n')).toHaveLength(aRun().samples.length + aRun().effects.length);
    await store.sink().end(aRun({ samples: [], effects: [] }));
    expect(await cilium('report', id, '--format', 'ndjson')).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('report --push', () => {
  const credential = { CILIUM_BENCH_PUSH_CREDENTIAL: 'me:hunter2' };

  it('says where it sends what, then sends it, with the credential of the environment', async () => {
    let saidBefore = '';
    const server = await startPushServer((response) => {
      saidBefore = fake.err();
      response.end();
    });
    const fake = fakeContext({ cwd: folder, env: credential });
    const words = ['report', id, '--push', server.address, '--store', 'runs'];
    const code = await dispatch(words, [reportCommand], '1.2.3', fake.context);
    await server.close();
    const url = `${server.address}/metrics/job/cilium-bench/target@base64/bG9jYWwgbGFi/scenario/policy-overhead`;
    expect([code, fake.out()]).toEqual([0, '']);
    expect(saidBefore).toContain(`Sends the figures of run ${id} (Policy overhead, local lab) to ${url}.`);
    expect(saidBefore).toContain('The credential for this address is sent along.');
    expect(fake.err()).toBe(`${saidBefore}Pushed to ${url}\n`);
    expect(server.received[0]?.headers.authorization).toBe('Basic bWU6aHVudGVyMg==');
    expect(fake.err()).not.toMatch(/hunter2|bWU6aHVudGVyMg/);
  });

  it('prints a report as well where one is asked for', async () => {
    const server = await startPushServer();
    const { code, out } = await cilium('report', id, '--push', server.address, '--format', 'csv');
    await server.close();
    expect([code, server.received.length]).toEqual([0, 1]);
    expect(out).toMatch(/^run,scenario,/);
  });

  it('that fails says why, ends with 3 and leaves the run as it was', async () => {
    const server = await startPushServer((response) => response.writeHead(500).end('me:hunter2 is broken'));
    const before = await store.read(id);
    const { code, err } = await ciliumWith(credential, 'report', id, '--push', server.address);
    await server.close();
    expect(code).toBe(3);
    expect(err).toContain('answered 500 ([hidden] is broken). The run is kept.');
    expect(err).not.toContain('hunter2');
    expect(await store.read(id)).toEqual(before);
  });

  it('takes no credential on the command line', async () => {
    const { code, err } = await cilium('report', id, '--push', 'http://me:hunter2@127.0.0.1:9');
    expect(code).toBe(2);
    expect(err).toContain('holds a credential');
    expect(err).not.toContain('hunter2');
  });
});

it('report has the formats that there are', () => {
  expect(reportCommand.options['format']?.choices).toEqual(exportFormats.map(({ id: format }) => format));
});
