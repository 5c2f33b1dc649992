import { messageOf, Problem } from '../../core/problem';
import type { ChangedCluster, NumberedChange, UndoableJournal } from '../../core/run/journal';
import { statusOf } from '../client/apiProblem';
import type { KubeClient } from '../client/openClient';
import { clusterUidBy, tellingNamespace } from '../clusterIdentity';
import type { Waiting } from './absence';
import { deleteCollection } from './deleteCollection';
import { deleteObject } from './deleteObject';
import { restartPods } from './restartPods';

export interface Undone {
  readonly what: string;
  /** What is to be known about it, as a sentence; null where there is nothing. */
  readonly note: string | null;
}

export interface Left {
  readonly what: string;
  /** One sentence. */
  readonly reason: string;
  /** What to do, one sentence. */
  readonly todo: string;
}

export interface UndoReport {
  readonly undone: readonly Undone[];
  readonly left: readonly Left[];
}

export interface UndoOptions extends Waiting {
  /** Hears of each change before it is put back. */
  readonly onChange?: (change: NumberedChange) => void;
}

function leave(change: NumberedChange, error: unknown): Left {
  return error instanceof Problem
    ? { what: change.what, reason: error.what, todo: error.todo }
    : { what: change.what, reason: `${messageOf(error)}.`, todo: 'Try again.' };
}

/** @throws Problem unless the client's cluster is the one that was changed. */
async function requireSameCluster(
  client: KubeClient,
  { context, server, clusterUid }: ChangedCluster,
  signal: AbortSignal,
): Promise<void> {
  const refuse = (what: string): Problem =>
    new Problem(
      'target',
      what,
      `Point context "${context}" to the cluster that the run was on, then undo again.`,
    );
  if (client.server !== server) {
    throw refuse(`Context "${context}" now points to ${client.server}, and the run was on ${server}.`);
  }
  const namespace = tellingNamespace(clusterUid);
  if ((await clusterUidBy(client, namespace, signal)) !== clusterUid) {
    throw refuse(
      `The cluster at ${server} is not the one that the run was on (the uid of namespace ${namespace} differs).`,
    );
  }
}

async function undoOne(
  client: KubeClient,
  { undo }: NumberedChange,
  runId: string,
  waiting: Waiting,
): Promise<string | null> {
  switch (undo.kind) {
    case 'delete':
      return deleteObject(client, { runId, path: undo.path, uid: undo.uid }, waiting);
    case 'delete-collection':
      await deleteCollection(client, { runId, ...undo }, waiting);
      return null;
    case 'restart-pods':
      await restartPods(client, undo, waiting);
      return null;
  }
}

/**
 * The last change first; restarts at the end, each once: what is made anew shall read its settings when all of them are back.
 */
function inOrder(changes: readonly NumberedChange[]): {
  deletions: NumberedChange[];
  restarts: NumberedChange[][];
} {
  const backwards = [...changes].sort((a, b) => b.number - a.number);
  const restarts = new Map<string, NumberedChange[]>();
  for (const change of backwards.filter(({ undo }) => undo.kind === 'restart-pods')) {
    const key = JSON.stringify(change.undo);
    restarts.set(key, [...(restarts.get(key) ?? []), change]);
  }
  return {
    deletions: backwards.filter(({ undo }) => undo.kind !== 'restart-pods'),
    restarts: [...restarts.values()],
  };
}

/** Whether the next change would fail for the same reason: nobody answers, or not to these credentials. */
function isHopeless(error: unknown): boolean {
  return error instanceof Problem && error.cause !== undefined && [null, 401].includes(statusOf(error));
}

async function undoOnCluster(
  journal: UndoableJournal,
  changes: readonly NumberedChange[],
  client: KubeClient,
  options: UndoOptions,
): Promise<UndoReport> {
  const undone: Undone[] = [];
  const left: Left[] = [];
  let hopeless: unknown = null;

  /** Puts back what one action undoes. Whether it did. */
  const attempt = async (alike: readonly NumberedChange[]): Promise<boolean> => {
    const [first] = alike;
    if (first === undefined) return true;
    if (hopeless !== null) {
      left.push(...alike.map((change) => leave(change, hopeless)));
      return false;
    }
    options.onChange?.(first);
    try {
      const note = await undoOne(client, first, journal.runId, options);
      for (const [index, change] of alike.entries()) {
        await journal.undone(change.number);
        undone.push({ what: change.what, note: index === 0 ? note : null });
      }
      return true;
    } catch (error) {
      options.signal.throwIfAborted();
      if (isHopeless(error)) hopeless = error;
      left.push(...alike.map((change) => leave(change, error)));
      return false;
    }
  };

  const { deletions, restarts } = inOrder(changes);
  let areAllDeleted = true;
  for (const change of deletions) areAllDeleted = (await attempt([change])) && areAllDeleted;
  for (const alike of restarts) {
    if (areAllDeleted) await attempt(alike);
    else left.push(...alike.map((change) => leave(change, restartTooEarly)));
  }
  return { undone, left };
}

const restartTooEarly = new Problem(
  'target',
  'They would read the settings of the run again: something it made is still there.',
  'Undo again once that is gone.',
);

function byCluster(changes: readonly NumberedChange[]): NumberedChange[][] {
  const groups = new Map<string, NumberedChange[]>();
  for (const change of changes) {
    const { context, server, clusterUid } = change.cluster;
    const key = JSON.stringify([context, server, clusterUid]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()];
}

/**
 * Puts back what a run's journal says was not put back, each on the cluster that it was made on: nothing is touched on another
 * one that goes by the same name. What is not there any more counts as undone. Each change that was put back is noted in the
 * journal at once.
 * @param openClient opens a context; its clients are closed here.
 * @throws the signal's reason where it is aborted.
 */
export async function undoChanges(
  journal: UndoableJournal,
  openClient: (context: string) => Promise<KubeClient>,
  options: UndoOptions,
): Promise<UndoReport> {
  const undone: Undone[] = [];
  const left: Left[] = [];
  for (const changes of byCluster(journal.open())) {
    const [first] = changes;
    if (first === undefined) continue;
    let client: KubeClient | null = null;
    try {
      client = await openClient(first.cluster.context);
      await requireSameCluster(client, first.cluster, options.signal);
      const report = await undoOnCluster(journal, changes, client, options);
      undone.push(...report.undone);
      left.push(...report.left);
    } catch (error) {
      options.signal.throwIfAborted();
      left.push(...[...changes].reverse().map((change) => leave(change, error)));
    } finally {
      client?.close();
    }
  }
  return { undone, left };
}
