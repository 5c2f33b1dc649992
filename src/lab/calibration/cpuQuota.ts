/** A CPU quota for a process by a control group of our own, where this machine lets us make one. */
import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, Problem } from '../../core/problem';

export interface CpuQuota {
  /** Takes the processes out of it and the group away. Safe to call more than once. */
  remove(): Promise<void>;
}

/** The folders that such a group can be made in: version 2's root, the cpu controller of version 1. */
const roots = ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu'] as const;
const prefix = 'cilium-bench-calibrate-';

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Writes a file of the kernel's; one that is not there is not made. */
const setExisting = (file: string, text: string): Promise<void> => writeFile(file, text, { flag: 'r+' });

async function ids(group: string): Promise<readonly string[]> {
  const text = await readFile(path.join(group, 'cgroup.procs'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

async function removeGroup(root: string, group: string): Promise<void> {
  for (const pid of await ids(group))
    await setExisting(path.join(root, 'cgroup.procs'), pid).catch(() => undefined);
  await rmdir(group).catch(() => undefined);
}

/** Takes away what a calibration that was killed has left: the name holds the process id of its maker. */
async function removeStrays(root: string): Promise<void> {
  for (const name of await readdir(root).catch((): string[] => [])) {
    if (!name.startsWith(prefix)) continue;
    const maker = name.slice(prefix.length);
    if (!(await isThere(`/proc/${maker}`))) await removeGroup(root, path.join(root, name));
  }
}

/**
 * Holds a process to so many cores, counted over periods of `periodUs`. Throws a target {@link Problem} and leaves nothing behind where
 * that cannot be had.
 */
export async function limitCpu(pid: number, cores: number, periodUs: number): Promise<CpuQuota> {
  let why = 'there is no cgroup file system with a cpu controller';
  for (const root of roots) {
    await removeStrays(root);
    // The kernel shows what a group can do as files; where version 1 is mounted, the folder above its controllers is a plain one.
    if (!(await isThere(path.join(root, 'cgroup.procs')))) continue;
    const group = path.join(root, `${prefix}${process.pid}`);
    const quota = String(Math.round(cores * periodUs));
    try {
      await mkdir(group);
      if (await isThere(path.join(group, 'cpu.max'))) {
        await setExisting(path.join(group, 'cpu.max'), `${quota} ${periodUs}`);
      } else {
        await setExisting(path.join(group, 'cpu.cfs_period_us'), String(periodUs));
        await setExisting(path.join(group, 'cpu.cfs_quota_us'), quota);
      }
      await setExisting(path.join(group, 'cgroup.procs'), String(pid));
      return { remove: () => removeGroup(root, group) };
    } catch (error) {
      why = messageOf(error);
      await removeGroup(root, group);
    }
  }
  throw new Problem(
    'target',
    `No CPU quota can be set here: ${why}.`,
    'Calibrate as root on a machine whose control groups can be written.',
  );
}
