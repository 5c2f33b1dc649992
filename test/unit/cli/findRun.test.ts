import { mkdtemp, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRun } from '../../../src/cli/findRun';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { aPlan, aRun } from '../store/aRun';

let folder: string;
let store: RunStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-find-'));
  store = createRunStore(path.join(folder, 'runs'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function keep(id: string, startedAt: string): Promise<void> {
  await store.sink().begin(aRun({ id, startedAt }), aPlan);
}

async function found(word: string): Promise<string> {
  return (await findRun(store, word, folder)).run.id;
}

describe('a run', () => {
  beforeEach(async () => {
    await keep('2026-11-22-rps-aa', '2026-11-22T10:00:00Z');
    await keep('2026-11-23-rps-bb', '2026-11-23T10:00:00Z');
    await keep('2026-11-23-rps-bbb', '2026-11-23T09:00:00Z');
  });

  it.each([
    ['latest', '2026-11-23-rps-bb'],
    ['2026-11-22', '2026-11-22-rps-aa'],
    ['2026-11-23-rps-bb', '2026-11-23-rps-bb'],
    ['2026-11-23-rps-bbb', '2026-11-23-rps-bbb'],
    ['runs/2026-11-22-rps-aa', '2026-11-22-rps-aa'],
    ['runs/2026-11-22-rps-aa/run.json', '2026-11-22-rps-aa'],
  ])('is found by %s', async (word, id) => {
    expect(await found(word)).toBe(id);
  });

  it.each([
    ['2026-11-23', /begins the ids of 2 runs\. Write more of it: 2026-11-23-rps-bb, 2026-11-23-rps-bbb/],
    ['2026-11-22-rps-ab', /Did you mean "2026-11-22-rps-aa"/],
    ['elephant', /There is no run "elephant"/],
    ['../runs', /There is no run/],
  ])('is not found by %s', async (word, message) => {
    await expect(found(word)).rejects.toThrow(message);
  });

  it('is found in a folder outside the store, and its report goes there', async () => {
    await rename(store.folderOf('2026-11-22-rps-aa'), path.join(folder, '2026-11-22-rps-aa'));
    const { store: there } = await findRun(store, './2026-11-22-rps-aa', folder);
    expect(there.folder).toBe(folder);
  });
});

it('is not there in an empty store', async () => {
  await expect(found('latest')).rejects.toThrow(/There are no runs/);
});
