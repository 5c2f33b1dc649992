import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareCommand } from '../../../src/cli/commands/compare';
import { runsCommand } from '../../../src/cli/commands/runs';
import { dispatch } from '../../../src/cli/dispatch';
import type { Run } from '../../../src/core/result/run';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { simulatedRun } from '../result/comparedRuns';
import { normals } from '../result/samples';
import { aPlan } from '../store/aRun';
import { fakeContext } from './fakeContext';

const normal = normals(6);
let folder: string;
let store: RunStore;

const day = (of: number): Partial<Run> => ({ startedAt: `2026-11-${of}T10:00:00.000Z` });

async function keep(id: string, level: number, changes: Partial<Run> = {}): Promise<Run> {
  const run = simulatedRun(id, { level }, normal, changes);
  const sink = store.sink();
  await sink.begin(run, aPlan);
  await sink.end(run);
  return run;
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-compare-'));
  store = createRunStore(path.join(folder, 'runs'));
  await keep('2026-11-20-policy-overhead-aa', 1, day(20));
  await keep('2026-11-21-policy-overhead-bb', 0.5, day(21));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function cilium(...words: readonly string[]) {
  const fake = fakeContext({ cwd: folder });
  const args = [...words, '--store', 'runs'];
  const code = await dispatch(args, [compareCommand, runsCommand], '1.2.3', fake.context);
  return { code, out: fake.out(), err: fake.err() };
}

describe('compare', () => {
  it('exits with 1 where a run is worse, unless told never to, and with 0 where it is better', async () => {
    const worse = await cilium('compare', '2026-11-20', 'latest');
    expect([worse.code, worse.err]).toEqual([1, '']);
    expect(worse.out).toMatch(/B against A, Policy overhead: worse in/);
    expect((await cilium('compare', '2026-11-20', 'latest', '--fail-on', 'never')).code).toBe(0);
    expect((await cilium('compare', 'latest', '2026-11-20')).code).toBe(0);
  });

  it('counts the other runs of the store as the past, and not the two', async () => {
    const noise = async () => {
      const { out } = await cilium('compare', '2026-11-20', '2026-11-21', '--format', 'json');
      const document = JSON.parse(out) as {
        schemaVersion: number;
        scenarios: { values: { noise: { betweenRuns: { runs: number } | null }; verdict: string }[] }[];
      };
      expect(document.schemaVersion).toBe(1);
      const [value] = document.scenarios[0]?.values ?? [];
      return [value?.noise.betweenRuns?.runs, value?.verdict];
    };
    expect(await noise()).toEqual([undefined, 'worse']);
    for (const [at, level] of [1, 0.4, 2.2].entries()) await keep(`2026-11-1${at}-x`, level, day(10 + at));
    expect(await noise()).toEqual([3, 'within-noise']);
  });

  it('reads runs from outside the store, whatever their folder is called, and published figures', async () => {
    const json = await readFile(path.join(store.folderOf('2026-11-21-policy-overhead-bb'), 'run.json'));
    await mkdir(path.join(folder, 'artefact'));
    await writeFile(path.join(folder, 'artefact', 'run.json'), json);
    await writeFile(path.join(folder, 'other.json'), json);
    for (const word of ['artefact', './artefact/', 'artefact/run.json', 'other.json']) {
      expect((await cilium('compare', '2026-11-20', word)).code, word).toBe(1);
    }
    const beside = await cilium('compare', 'other.json', 'published:tke-cilium-native', '--format', 'md');
    expect([beside.code, beside.err]).toEqual([0, '']);
    expect(beside.out).toContain('published, not measured here');
  });

  it('writes to a file', async () => {
    const { out, err } = await cilium('compare', '2026-11-20', 'latest', '--format', 'md', '-o', 'pr.md');
    expect([out, err]).toEqual(['', `Wrote ${path.join(folder, 'pr.md')}\n`]);
    expect(await readFile(path.join(folder, 'pr.md'), 'utf8')).toMatch(/^### Benchmark comparison/);
  });

  it('exits with 4 where no figure can be compared, and says why', async () => {
    await keep('2026-11-22-policy-overhead-cc', 1, { ...day(22), state: 'cancelled' });
    const { code, out } = await cilium('compare', '2026-11-20', 'latest');
    expect(code).toBe(4);
    expect(out).toMatch(/not compared, because this run is cancelled/);
  });

  it.each([
    ['nothing', [], /There is nothing to compare/],
    ['one run', ['latest'], /There is one run to compare/],
    ['the same word twice', ['latest', 'latest'], /latest is named twice/],
    ['the same run by two words', ['latest', '2026-11-21'], /2026-11-21-policy-overhead-bb is named twice/],
    ['seven runs', ['1', '2', '3', '4', '5', '6', '7'], /7 runs are too many/],
    [
      'an unknown id',
      ['latest', '2026-11-20-policy-overhead-ab'],
      /Did you mean "2026-11-20-policy-overhead-aa"/,
    ],
    ['a path to nothing', ['latest', './nowhere/run.json'], /There is no run at \.\/nowhere\/run\.json/],
    ['an unknown publication', ['latest', 'published:tke-iptable'], /Did you mean "?published:tke-iptables/],
    [
      'published figures alone',
      ['published:tke-iptables', 'published:tke-cilium-vxlan'],
      /Name a run of yours/,
    ],
    ['an unknown verdict', ['latest', '2026-11-20', '--fail-on', 'better'], /--fail-on cannot be "better"/],
  ])('refuses %s with 2', async (_, words, message) => {
    const { code, out, err } = await cilium('compare', ...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('refuses a file that is cut short, no run, or of a newer schema', async () => {
    const file = path.join(store.folderOf('2026-11-20-policy-overhead-aa'), 'run.json');
    const whole = await readFile(file, 'utf8');
    const refused = async (text: string, word: string): Promise<string> => {
      await writeFile(file, text);
      const { code, err } = await cilium('compare', 'latest', word);
      expect(code).toBe(2);
      return err;
    };
    const [byPath, byId] = ['runs/2026-11-20-policy-overhead-aa', '2026-11-20-policy-overhead-aa'];
    expect(await refused(whole.slice(0, 400), byPath)).toMatch(/run\.json is not JSON, or was cut short/);
    expect(await refused(whole.slice(0, 400), byId)).toMatch(/run\.json is not JSON, or was cut short/);
    expect(await refused('{"schemaVersion":1}', byPath)).toMatch(/is not a run/);
    expect(await refused('{"schemaVersion":9}', byPath)).toMatch(
      /schema version 9.*a newer Cilium Bench wrote it/,
    );
  });
});

describe('runs drift', () => {
  beforeEach(async () => {
    for (const at of [0, 1, 2, 3]) await keep(`2026-11-1${at}-x`, 1, day(10 + at));
  });

  it('says what became of a figure, its points, and as JSON', async () => {
    const { code, out } = await cilium('runs', 'drift', 'policy-overhead', '--variant', 'none');
    expect(code).toBe(0);
    expect(out).toMatch(
      /the last run has \d+\s%\s+fewer\s+requests\s+a\s+second\s+than\s+the\s+5\s+runs\s+before\s+it,\s+worse/,
    );
    const json = await cilium('runs', 'drift', 'policy-overhead', '--json');
    const document = JSON.parse(json.out) as { drifts: { variant: string; points: unknown[] }[] };
    expect(document.drifts.map(({ variant, points }) => [variant, points.length])).toEqual([
      ['none', 6],
      ['l7', 6],
    ]);
  });

  it.each([
    ['no scenario', [], /runs drift takes one scenario/],
    ['a scenario without runs', ['rps'], /There is no complete run of rps/],
    ['a place without runs', ['policy-overhead', '--target', 'prod'], /on prod/],
    ['an unknown metric', ['policy-overhead', '--metric', 'rp'], /Did you mean "?rps/],
    ['an unknown variant', ['policy-overhead', '--variant', 'l8'], /has no variant "l8"/],
  ])('refuses %s', async (_, words, message) => {
    const { code, err } = await cilium('runs', 'drift', ...words);
    expect([code, err]).toEqual([2, expect.stringMatching(message) as string]);
  });
});
