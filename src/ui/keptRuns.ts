import * as vscode from 'vscode';
import { clearIncoming } from '../store/incoming';
import { createRunStore, type RunList, type RunStore } from '../store/runStore';
import { defaultRunsFolder } from '../store/runsFolder';
import type { Watching } from '../store/watchRuns';
import { settings } from '../ids';
import { storeFolderSetting } from './configuration';
import type { Disposable } from './disposable';

/** The runs on this machine, in the folder that the settings name at the moment. */
export interface KeptRuns extends Disposable {
  readonly store: RunStore;
  /** A run began, ended or went, whoever did it, or another folder was set. */
  readonly onDidChange: vscode.Event<void>;
  /** From now on gives word of changes; what is read after it misses none. */
  follow(): Promise<void>;
  /** The runs, and from now on word of their changes. Until then nothing is touched. */
  list(): Promise<RunList>;
}

/** Opens the store without touching it. */
export function createKeptRuns(environment: NodeJS.ProcessEnv): KeptRuns {
  const changed = new vscode.EventEmitter<void>();
  const open = (): RunStore => createRunStore(storeFolderSetting() ?? defaultRunsFolder(environment));
  let store = open();
  let watching: Watching | undefined;

  const watch = (): Promise<void> => {
    if (watching === undefined) void clearIncoming(store.folder, new Date());
    watching ??= store.watch(() => {
      changed.fire();
    });
    return watching.begun;
  };
  const configuration = vscode.workspace.onDidChangeConfiguration((change) => {
    if (!change.affectsConfiguration(settings.storeFolder)) return;
    const wasWatching = watching !== undefined;
    watching?.dispose();
    watching = undefined;
    store = open();
    if (wasWatching) void watch();
    changed.fire();
  });

  return {
    get store() {
      return store;
    },
    onDidChange: changed.event,
    follow: watch,
    async list() {
      // Watched first: what changes between the two is told.
      await watch();
      return store.list();
    },
    dispose() {
      watching?.dispose();
      configuration.dispose();
      changed.dispose();
    },
  };
}
