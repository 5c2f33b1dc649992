/**
 * Changes that outlive the process that made them, written down before they are made: cancel, crash or power loss, and what is
 * left can still be undone. The store implements it; targets decide what goes into it.
 */

/** How a change is undone, as data: it is read by another process, perhaps of a later version. */
export type Undo =
  /** Deletes an object that the run made; one with another uid is somebody else's and stays. */
  | { readonly kind: 'delete'; readonly path: string; readonly uid: string | null }
  /** Deletes the run's objects of one collection. */
  | { readonly kind: 'delete-collection'; readonly path: string; readonly labelSelector: string }
  /** Has the pods that match made anew by what owns them, so that they read their settings again. */
  | {
      readonly kind: 'restart-pods';
      readonly namespace: string;
      readonly labelSelector: string;
      readonly nodes: readonly string[];
    };

/** Which cluster it was, so that it is never undone on another one that goes by the same name. */
export interface ChangedCluster {
  readonly context: string;
  readonly server: string;
  /** uid of the namespace kube-system; `namespace/NAME:UID` where only that of the run may be read. */
  readonly clusterUid: string;
}

export interface JournaledChange {
  readonly what: string;
  readonly old: string;
  readonly new: string;
  readonly cluster: ChangedCluster;
  readonly undo: Undo;
}

/** A change as the journal has it. */
export interface NumberedChange extends JournaledChange {
  readonly number: number;
}

export interface Journal {
  /** Resolves once the change is safe on disk, with its number: only then may it be made. */
  begin(change: JournaledChange): Promise<number>;
  /** Notes the uid of the object that the change made, as soon as there is one: from then on it tells the object. */
  made?(change: number, uid: string): Promise<void>;
  /** Notes that it was put back. */
  undone(change: number): Promise<void>;
}

/** A journal by which a run's changes are put back, perhaps by another process than the one that made them. */
export interface UndoableJournal {
  readonly runId: string;
  /** What has not been put back, in the order in which it was begun. */
  open(): readonly NumberedChange[];
  undone(change: number): Promise<void>;
}

/** For targets whose changes end with this process. */
export const noJournal: Journal = {
  begin: () => Promise.resolve(0),
  undone: () => Promise.resolve(),
};
