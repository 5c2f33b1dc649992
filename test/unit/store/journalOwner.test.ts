import { describe, expect, it } from 'vitest';
import { lifeOf, thisProcess } from '../../../src/store/journalOwner';

const own = thisProcess();
/** Above what any Linux gives (PID_MAX_LIMIT is 2^22). */
const noProcess = 2 ** 22 + 1;

describe('the owner of a journal', () => {
  it.each([
    ['this process', own, 'alive'],
    ['a process that is not there', { ...own, pid: noProcess }, 'dead'],
    ['another machine', { ...own, host: `not-${own.host}` }, 'unsure'],
    ['a container with process numbers of its own', { ...own, space: 'pid:[1]' }, 'unsure'],
  ] as const)('of %s', (_what, owner, life) => {
    expect(lifeOf(owner)).toBe(life);
  });

  it.skipIf(process.platform !== 'linux').each([
    ['an earlier process with the same number', { ...own, started: 'other-boot/1' }, 'dead'],
    ['a process whose start is not known', { ...own, pid: process.ppid, started: null }, 'unsure'],
  ] as const)('of %s', (_what, owner, life) => {
    expect(lifeOf(owner)).toBe(life);
  });
});
