import { watch, type FSWatcher } from 'node:fs';
import { makeFolder } from './makeFolder';

export interface Watching {
  /** Settles once changes are seen, or cannot be; never fails. What is listed after it misses none. */
  readonly begun: Promise<void>;
  dispose(): void;
}

/** One change to a run is several file events; they are told as one. */
const quietMs = 150;

/**
 * Calls when the list of runs may have changed: a run's folder came or went, or the store left its mark that one began or
 * ended. Makes the folder, since what does not exist cannot be watched. Where watching is refused it stays silent: the
 * list is then as old as its last refresh.
 */
export function watchRuns(root: string, listener: () => void): Watching {
  let isEnded = false;
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  const close = (): void => {
    isEnded = true;
    clearTimeout(timer);
    watcher?.close();
    watcher = undefined;
  };
  const begin = async (): Promise<void> => {
    try {
      await makeFolder(root);
      if (isEnded) return;
      watcher = watch(root, { persistent: false }, () => {
        clearTimeout(timer);
        timer = setTimeout(listener, quietMs);
      });
      watcher.on('error', close);
    } catch {
      close();
    }
  };
  return { begun: begin(), dispose: close };
}
