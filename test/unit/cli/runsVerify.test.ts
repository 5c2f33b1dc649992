import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runsCommand } from '../../../src/cli/commands/runs';
import { dispatch } from '../../../src/cli/dispatch';
import { summarise } from '../../../src/core/result/summarise';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { pair, sample } from '../result/samples';
import { fortioOutput } from '../run/fakes';
import { aPlan, aRun } from '../store/aRun';
import { fakeContext } from './fakeContext';

const plan = { ...aPlan, variants: pair };
const samples = [1, 2, 3].flatMap((block) => [
  sample('none', block, { rps: 20_000 + block }),
  sample('none', block, { rps: 20_100 + block }, { repeat: 2 }),
  sample('l7', block, { rps: 6000 + block }),
]);
const run = aRun({ samples, ...summarise(pair, samples) });
let folder: string;
let store: RunStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-verify-'));
  store = createRunStore(path.join(folder, 'runs'));
  const sink = store.sink();
  await sink.begin(run, plan);
  for (const one of samples)
    await sink.sample(run, one, {
      argv: one.argv,
      exitCode: 0,
      stdout: fortioOutput(3, 3 * (one.values.rps ?? 0)),
      stderr: '',
    });
  await sink.end(run);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function verify(...words: readonly string[]) {
  const fake = fakeContext({ cwd: folder });
  const code = await dispatch(
    ['runs', 'verify', ...words, '--store', 'runs'],
    [runsCommand],
    '1.2.3',
    fake.context,
  );
  return { code, out: fake.out(), err: fake.err() };
}

async function change(from: string, to: string): Promise<void> {
  const file = path.join(store.folderOf(run.id), 'run.json');
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
}

describe('runs verify', () => {
  it('ends with 0 where every figure comes out again, of one run or all', async () => {
    const line = new RegExp(`^${run.id}: \\d+ figures computed again from 9 samples, all the same\n$`);
    for (const words of [[run.id], ['latest'], []]) {
      const { code, out, err } = await verify(...words);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(line);
    }
  });

  it('names what differs and ends with 1', async () => {
    await change('"verdict": "worse"', '"verdict": "within-noise"');
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toContain(
      '  effects, rps of l7, verdict: "within-noise" is stored, computed again it is "worse"\n',
    );
    const json = JSON.parse((await verify('--json')).out) as unknown;
    expect(json).toMatchObject({
      schemaVersion: 1,
      verifications: [{ run: run.id, differences: [{ figure: 'effects, rps of l7, verdict' }] }],
    });
  });

  it('ends with 1 where raw output is gone', async () => {
    await rm(path.join(store.folderOf(run.id), samples[0]?.raw ?? ''));
    const { code, out } = await verify('latest');
    expect(code).toBe(1);
    expect(out).toContain(`because ${samples[0]?.raw ?? ''} is not there.`);
  });

  it('refuses two runs and a run that is not there', async () => {
    expect((await verify('a', 'b')).code).toBe(2);
    expect((await verify('elephant')).code).toBe(2);
  });
});
