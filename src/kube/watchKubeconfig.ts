import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { kubeconfigFiles } from './kubeconfigFiles';

const quietMs = 300;
const mostLinks = 10;

/** A file and what it links to, link by link: a change at any of them is a change of the file. */
async function chainOf(file: string): Promise<string[]> {
  const chain = [file];
  let at = file;
  while (chain.length <= mostLinks) {
    try {
      if (!(await lstat(at)).isSymbolicLink()) break;
      at = path.resolve(path.dirname(at), await readlink(at));
      chain.push(at);
    } catch {
      break; // Not there yet.
    }
  }
  return chain;
}

/** The nearest folder that is there: what is missing is seen when it is made. */
async function nearestFolder(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch {
    // Its parent will see it come.
  }
  const parent = path.dirname(folder);
  return parent === folder ? folder : nearestFolder(parent);
}

/** Which names in which folders matter. */
async function foldersToWatch(files: readonly string[]): Promise<Map<string, Set<string>>> {
  const chains = await Promise.all(files.map(chainOf));
  const folders = new Map<string, Set<string>>();
  for (const file of chains.flat()) {
    const folder = await nearestFolder(path.dirname(file));
    const [name = ''] = path.relative(folder, file).split(path.sep);
    folders.set(folder, (folders.get(folder) ?? new Set()).add(name));
  }
  return folders;
}

export interface KubeconfigWatch {
  /** Settles once changes are seen, or cannot be; never fails. What is read after it misses none. */
  readonly begun: Promise<void>;
  dispose(): void;
}

/**
 * Calls back 300 ms after the user's kubeconfig files have changed, appeared or gone, however they were written: in place, by
 * a file moved over them, through a link. Folders are watched, not files, which editors replace. Nothing needs to exist yet.
 */
export function watchKubeconfig(env: NodeJS.ProcessEnv, onChange: () => void): KubeconfigWatch {
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;

  const closeAll = (): void => {
    for (const watcher of watchers) watcher.close();
    watchers = [];
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Links may lead elsewhere now, and folders may have come.
      void start().then(() => {
        if (!isEnded) onChange();
      });
    }, quietMs);
  };
  const start = async (): Promise<void> => {
    const folders = await foldersToWatch(kubeconfigFiles(env));
    if (isEnded) return;
    closeAll();
    for (const [folder, names] of folders) {
      try {
        const watcher = watch(folder, { persistent: false }, (_event, name) => {
          if (name === null || names.has(name)) soon();
        });
        watcher.on('error', soon);
        watchers.push(watcher);
      } catch {
        // The folder went away in this moment, or the system's watches are used up: the others still tell.
      }
    }
  };
  return {
    begun: start(),
    dispose() {
      isEnded = true;
      clearTimeout(timer);
      closeAll();
    },
  };
}
