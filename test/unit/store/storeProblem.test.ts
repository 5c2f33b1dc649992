import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/core/problem';
import { defaultRunsFolder } from '../../../src/store/runsFolder';
import { storeProblem } from '../../../src/store/storeProblem';
import { writeAtomically } from '../../../src/store/writeAtomically';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something, write`), { code });
}

describe('what the file system refuses', () => {
  it.each([
    ['ENOSPC', 'no-result', /^The disk is full: \/data\/run\.json cannot be written\. Free some space/],
    ['EDQUOT', 'no-result', /quota is used up/],
    ['EACCES', 'usage', /may not be written\. Make \/data writable/],
    ['EROFS', 'usage', /may not be written/],
    ['ENOTDIR', 'usage', /\/data is not a folder that runs can be kept in/],
    ['EIO', 'no-result', /cannot be written: EIO/],
  ] as const)('%s becomes a sentence', (code, kind, message) => {
    const problem = storeProblem(systemError(code), '/data/run.json');
    expect(problem).toBeInstanceOf(Problem);
    expect(problem.kind).toBe(kind);
    expect(problem.message).toMatch(message);
  });

  it('leaves the old file and nothing else, when the last step fails', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-full-'));
    // A folder in the way of the name makes the rename fail, after the temporary file was written whole.
    await mkdir(path.join(folder, 'run.json', 'inside'), { recursive: true });
    await expect(writeAtomically(path.join(folder, 'run.json'), 'text')).rejects.toBeInstanceOf(Problem);
    expect(await readdir(folder)).toEqual(['run.json']);
    await rm(folder, { recursive: true });
  });
});

describe('the folder of the runs', () => {
  it.each([
    [{ XDG_DATA_HOME: '/data', HOME: '/home/ada' }, 'linux', '/data/cilium-bench/runs'],
    [{ XDG_DATA_HOME: 'relative', HOME: '/home/ada' }, 'linux', '/home/ada/.local/share/cilium-bench/runs'],
    [{ HOME: '/Users/ada' }, 'darwin', '/Users/ada/.local/share/cilium-bench/runs'],
    [{ LOCALAPPDATA: '/appdata', HOME: '/home/ada' }, 'win32', '/appdata/cilium-bench/runs'],
  ] as const)('of %j on %s is %s', (env, platform, expected) => {
    expect(defaultRunsFolder(env, platform)).toBe(expected);
  });
});
