import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchKubeconfig } from '../../../src/kube/watchKubeconfig';

let folder: string;
let calls: number;
let stop: () => void;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-watch-'));
  calls = 0;
  stop = () => undefined;
});
afterEach(async () => {
  stop();
  await rm(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function begin(...names: readonly string[]): Promise<void> {
  const files = names.map((name) => path.join(folder, name));
  const watching = watchKubeconfig({ KUBECONFIG: files.join(path.delimiter) }, () => {
    calls += 1;
  });
  stop = () => {
    watching.dispose();
  };
  await watching.begun;
}

async function called(times: number): Promise<void> {
  await expect.poll(() => calls, { timeout: 3_000 }).toBe(times);
  await pause(400);
  expect(calls).toBe(times);
}

describe('a change of the kubeconfig', () => {
  it('in place is told once, however many writes it takes', async () => {
    await writeFile(path.join(folder, 'config'), 'a');
    await begin('config');
    for (let count = 0; count < 5; count += 1) {
      await writeFile(path.join(folder, 'config'), `change ${count}`);
      await pause(20);
    }
    await called(1);
  });

  it('by a file moved over it is told, again and again', async () => {
    await writeFile(path.join(folder, 'config'), 'a');
    await begin('config');
    for (const time of [1, 2]) {
      await writeFile(path.join(folder, 'config.new'), 'b');
      await rename(path.join(folder, 'config.new'), path.join(folder, 'config'));
      await called(time);
    }
  });

  it('through a link into another folder is told, where it leads next too', async () => {
    for (const name of ['one', 'two']) {
      await mkdir(path.join(folder, name));
      await writeFile(path.join(folder, name, 'real'), name);
    }
    const link = path.join(folder, 'config');
    await symlink(path.join('one', 'real'), link);
    await begin('config');
    await writeFile(path.join(folder, 'one', 'real'), 'changed');
    await called(1);
    await rm(link);
    await symlink(path.join('two', 'real'), link);
    await called(2);
    await writeFile(path.join(folder, 'two', 'real'), 'changed');
    await called(3);
  });

  it('that makes or deletes a file is told, its folder not there before', async () => {
    await begin(path.join('later', 'config'));
    await mkdir(path.join(folder, 'later'));
    await called(1);
    await writeFile(path.join(folder, 'later', 'config'), 'a');
    await called(2);
    await rm(path.join(folder, 'later', 'config'));
    await called(3);
  });

  it('is told of no other file, and not after the end', async () => {
    await writeFile(path.join(folder, 'config'), 'a');
    await begin('config');
    await writeFile(path.join(folder, 'other'), 'a');
    await pause(500);
    stop();
    await writeFile(path.join(folder, 'config'), 'b');
    await pause(500);
    expect(calls).toBe(0);
  });
});
