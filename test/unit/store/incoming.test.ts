import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearIncoming, handOver, makeIncoming } from '../../../src/store/incoming';
import { thisProcess } from '../../../src/store/journalOwner';

const now = new Date('2026-11-26T12:00:00Z');
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-incoming-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A folder of an import that this wrote as its owner, changed so many hours before now. */
async function left(name: string, owner: string | null, hours: number): Promise<void> {
  const folder = path.join(root, name);
  await mkdir(path.join(folder, 'samples'), { recursive: true });
  await writeFile(path.join(folder, 'run.json'), '{"id": "half');
  if (owner !== null) await writeFile(path.join(folder, '.owner.json'), owner);
  const changed = new Date(now.getTime() - hours * 3_600_000);
  await utimes(folder, changed, changed);
}

/** The number of a process that has ended. */
const endedPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('what an import leaves that ends in the middle', () => {
  it('is removed where its process has ended, however young', async () => {
    await left('.incoming-a', JSON.stringify({ ...thisProcess(), pid: endedPid() }), 0);
    await clearIncoming(root, now);
    expect(await readdir(root)).toEqual([]);
  });

  it('stays where its process runs, however old', async () => {
    await left('.incoming-a', JSON.stringify(thisProcess()), 48);
    await clearIncoming(root, now);
    expect(await readdir(root)).toEqual(['.incoming-a']);
  });

  it.each([
    ['another host', JSON.stringify({ ...thisProcess(), host: 'elsewhere.invalid' })],
    ['nobody', null],
    ['a text that was cut short', '{"pid": 1'],
    ['something else', '[1e308]'],
  ])('of %s goes by its age', async (_, owner) => {
    await left('.incoming-old', owner, 25);
    await left('.incoming-young', owner, 23);
    await clearIncoming(root, now);
    expect(await readdir(root)).toEqual(['.incoming-young']);
  });

  it('is all that is removed', async () => {
    await left('2026-11-01-rps-ab', null, 999);
    await left('.trash', null, 999);
    await clearIncoming(root, now);
    expect((await readdir(root)).sort()).toEqual(['.trash', '2026-11-01-rps-ab']);
    await clearIncoming(path.join(root, 'not-there'), now);
  });

  it('is named by this process, and handed over without that', async () => {
    const folder = await makeIncoming(root);
    await clearIncoming(root, new Date('2199-01-01'));
    expect(await readdir(folder)).toEqual(['.owner.json']);
    await handOver(folder);
    expect(await readdir(folder)).toEqual([]);
  });
});
