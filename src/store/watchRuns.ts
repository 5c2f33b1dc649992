import { watch, type FSWatcher } from 'node:fs';
import { mkdirSync } from 'node:fs';

export interface Watching {
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
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  const close = (): void => {
    clearTimeout(timer);
    watcher?.close();
    watcher = undefined;
  };
  try {
    mkdirSync(root, { recursive: true });
    watcher = watch(root, { persistent: false }, () => {
      clearTimeout(timer);
      timer = setTimeout(listener, quietMs);
    });
    watcher.on('error', close);
  } catch {
    close();
  }
  return { dispose: close };
}
