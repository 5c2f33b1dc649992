import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../core/problem';
import { makeFolder } from './makeFolder';
import { isSafeName } from './safeNames';
import { errorCode, storeProblem } from './storeProblem';

/** How long a run stays in the trash at least: what is older goes with a later removal. */
export const trashKeptDays = 30;

/** A run that was removed and can come back. */
export interface TrashedRun {
  readonly id: string;
  readonly removedAt: Date;
  /** Absolute path. */
  readonly folder: string;
}

/** The removed runs of a store, each in a folder that is named after when it was removed and its id. */
export interface Trash {
  /** Newest first. Never throws: what is not named so is not one of ours. */
  list(): Promise<readonly TrashedRun[]>;
  /** Moves a run's folder here, and deletes what has been here for longer than {@link trashKeptDays}. */
  put(id: string, folder: string, now: Date): Promise<void>;
  /** Moves the run that was removed last under this id back. Throws a usage {@link Problem} where it cannot. */
  restore(id: string, to: string): Promise<void>;
  /** Deletes the runs in it for good, and says which. */
  empty(): Promise<readonly TrashedRun[]>;
}

const dayMs = 86_400_000;

export function createTrash(root: string): Trash {
  const trash = path.join(root, '.trash');

  const list = async (): Promise<readonly TrashedRun[]> => {
    const names = await readdir(trash).catch(() => []);
    return names
      .flatMap((name): TrashedRun[] => {
        const [, stamp, id] = /^(\d{13})-(.+)$/.exec(name) ?? [];
        if (stamp === undefined || id === undefined || !isSafeName(id)) return [];
        return [{ id, removedAt: new Date(Number(stamp)), folder: path.join(trash, name) }];
      })
      .sort((a, b) => b.removedAt.getTime() - a.removedAt.getTime());
  };
  const destroy = async (folders: readonly string[]): Promise<void> => {
    for (const folder of folders) {
      // Renamed first: what is half deleted is never brought back, and the next removal takes it along.
      const gone = path.join(root, `.removed-${randomBytes(4).toString('hex')}-${path.basename(folder)}`);
      await rename(folder, gone).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOENT') throw storeProblem(error, folder);
      });
    }
    for (const name of await readdir(root).catch(() => [])) {
      if (name.startsWith('.removed-')) await rm(path.join(root, name), { recursive: true, force: true });
    }
  };

  return {
    list,
    async put(id, folder, now) {
      try {
        await makeFolder(trash);
        await rename(folder, path.join(trash, `${String(now.getTime()).padStart(13, '0')}-${id}`));
      } catch (error) {
        throw storeProblem(error, folder);
      }
      const old = (await list()).filter(
        ({ removedAt }) => now.getTime() - removedAt.getTime() > trashKeptDays * dayMs,
      );
      await destroy(old.map((one) => one.folder));
    },
    async restore(id, to) {
      const found = (await list()).find((one) => one.id === id);
      if (!found) {
        throw new Problem(
          'usage',
          `There is no run "${id}" in the trash of ${root}.`,
          'cilium-bench runs trash shows what is there.',
        );
      }
      const isTaken = await stat(to).then(
        () => true,
        () => false,
      );
      if (isTaken) {
        throw new Problem(
          'usage',
          `There is a run ${id} already.`,
          'Remove that one first; both are kept then.',
        );
      }
      try {
        await rename(found.folder, to);
      } catch (error) {
        throw storeProblem(error, to);
      }
    },
    async empty() {
      const all = await list();
      await destroy(all.map(({ folder }) => folder));
      return all;
    },
  };
}
