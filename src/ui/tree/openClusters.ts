import type { PodObject } from '../../core/cluster/blastRadius';
import type { Finding } from '../../core/policy/finding';
import { messageOf, type Problem } from '../../core/problem';
import type { ClusterConnection, ClusterView, StandingPolicies } from '../../kube/main';
import type { Disposable } from '../disposable';
import type { TargetNode } from './targetNode';

/** What is known of a cluster whose context was opened. */
export type ClusterState =
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'known';
      readonly view: ClusterView;
      /** Undefined until they were listed. */
      readonly policies: StandingPolicies | undefined;
      /** Why what is shown grows old, while the cluster does not answer. */
      readonly interrupted: string | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** The clusters of contexts that were opened in the tree. They are followed only while somebody looks. */
export interface OpenClusters extends Disposable {
  state(context: string): ClusterState | undefined;
  /** Follows the cluster, unless it is followed already; settles with what is then known first. Never fails. */
  open(context: string): Promise<ClusterState | undefined>;
  /** Nobody looks at it any more. What is known stays, except that it could not be reached. */
  leave(context: string): void;
  /** Nothing is known of it any more. */
  forget(context: string): void;
  /** Leaves all, and goes on with the same ones. */
  pause(): void;
  resume(): void;
  readonly contexts: readonly string[];
  /**
   * The pods of a namespace, or of the cluster, that policies can select; null where there are too many to be counted, undefined
   * where the cluster is not followed: it is not asked then. Kept for half a minute.
   * @throws Problem where they cannot be listed.
   */
  pods(context: string, namespace: string | null): Promise<readonly PodObject[] | null | undefined>;
}

export interface OpenClustersMeans {
  readonly connect: (context: string) => Promise<ClusterConnection>;
  /** Loads the analysis of policies. */
  readonly analysis: () => Promise<(text: string) => readonly Finding[]>;
  readonly onChange: (context: string) => void;
}

interface Entry {
  state: ClusterState;
  /** Undefined while it is not followed. */
  following?: { readonly stop: AbortController; readonly first: Promise<void> };
  /** Open as long as it is followed. */
  connection?: ClusterConnection | undefined;
  readonly pods: Map<
    string,
    { readonly askedAt: number; readonly pods: Promise<readonly PodObject[] | null> }
  >;
}

/** People look at several findings of a namespace in a row. */
const podsKeptMs = 30_000;
const podsPatienceMs = 10_000;

/** Changes that come together are drawn together; the first one is drawn at once. */
const shortestRedrawMs = 250;

/** Calls back at once, and then no more often than that. */
function paced(call: () => void): Disposable & { readonly now: () => void } {
  let calledAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const run = (): void => {
    timer = undefined;
    calledAt = performance.now();
    call();
  };
  return {
    now() {
      const waitMs = calledAt + shortestRedrawMs - performance.now();
      if (waitMs <= 0 && timer === undefined) run();
      else timer ??= setTimeout(run, Math.max(0, waitMs));
    },
    dispose() {
      clearTimeout(timer);
    },
  };
}

/** What a view tells of who looks at it. */
interface LookedAt {
  onDidChangeVisibility(listener: (event: { readonly visible: boolean }) => void): Disposable;
  onDidExpandElement(listener: (event: { readonly element: TargetNode }) => void): Disposable;
  onDidCollapseElement(listener: (event: { readonly element: TargetNode }) => void): Disposable;
}

/** Follows the clusters of the contexts that stand open in a view, while it is seen. */
export function whileLookedAt(view: LookedAt, clusters: OpenClusters): Disposable {
  const listeners = [
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) clusters.resume();
      else clusters.pause();
    }),
    view.onDidExpandElement(({ element }) => {
      if (element.kind === 'context') void clusters.open(element.context.name);
    }),
    view.onDidCollapseElement(({ element }) => {
      if (element.kind === 'context') clusters.leave(element.context.name);
    }),
  ];
  return {
    dispose() {
      for (const listener of listeners) listener.dispose();
    },
  };
}

/** Nothing is contacted before a context is opened. */
export function createOpenClusters({ connect, analysis, onChange }: OpenClustersMeans): OpenClusters {
  const entries = new Map<string, Entry>();
  let paused: readonly string[] = [];

  const follow = async (
    context: string,
    entry: Entry,
    signal: AbortSignal,
    onFirst: () => void,
  ): Promise<void> => {
    const redraw = paced(() => {
      onChange(context);
    });
    const set = (state: ClusterState): void => {
      if (signal.aborted) return;
      entry.state = state;
      onFirst();
      redraw.now();
    };
    const change = (part: Partial<Extract<ClusterState, { kind: 'known' }>>): void => {
      if (entry.state.kind === 'known') set({ ...entry.state, ...part });
    };
    let connection: ClusterConnection | undefined;
    let arePoliciesFollowed = false;
    const followPolicies = async (): Promise<void> => {
      await connection?.followPolicies({
        signal,
        analyse: await analysis(),
        onPolicies: (policies) => {
          change({ policies });
        },
      });
    };
    try {
      connection = await connect(context);
      if (!signal.aborted) entry.connection = connection;
      await connection.follow({
        signal,
        onView(view) {
          const before = entry.state.kind === 'known' ? entry.state.policies : undefined;
          set({ kind: 'known', view, policies: before, interrupted: undefined });
          if (arePoliciesFollowed) return;
          arePoliciesFollowed = true;
          void followPolicies().catch(fail);
        },
        onInterrupted(problem: Problem) {
          change({ interrupted: problem.message });
        },
      });
    } catch (error) {
      fail(error);
    } finally {
      redraw.dispose();
      if (entry.connection === connection) entry.connection = undefined;
      connection?.close();
    }
    function fail(error: unknown): void {
      set({ kind: 'failed', reason: messageOf(error) });
    }
  };

  const leave = (context: string): void => {
    const entry = entries.get(context);
    entry?.following?.stop.abort(new Error('Nobody looks at it any more.'));
    delete entry?.following;
    if (entry && entry.state.kind !== 'known') entries.delete(context);
  };
  const open = async (context: string): Promise<ClusterState | undefined> => {
    const entry: Entry = entries.get(context) ?? { state: { kind: 'asking' }, pods: new Map() };
    entries.set(context, entry);
    if (!entry.following) {
      const stop = new AbortController();
      const first = new Promise<void>((resolve) => {
        stop.signal.addEventListener('abort', () => {
          resolve();
        });
        void follow(context, entry, stop.signal, resolve).finally(resolve);
      });
      entry.following = { stop, first };
    }
    // What was known before is shown at once.
    if (entry.state.kind !== 'known') await entry.following.first;
    return entries.get(context)?.state;
  };

  return {
    state: (context) => entries.get(context)?.state,
    open,
    leave,
    forget(context) {
      leave(context);
      entries.delete(context);
    },
    pause() {
      paused = [...entries].flatMap(([context, { following }]) => (following ? [context] : []));
      for (const context of paused) leave(context);
    },
    resume() {
      for (const context of paused) {
        void open(context).then(() => {
          onChange(context);
        });
      }
      paused = [];
    },
    async pods(context, namespace) {
      const entry = entries.get(context);
      const { connection, following } = entry ?? {};
      if (!entry || !connection || !following) return undefined;
      const key = namespace ?? '';
      const before = entry.pods.get(key);
      if (before && performance.now() - before.askedAt < podsKeptMs) return before.pods;
      const signal = AbortSignal.any([following.stop.signal, AbortSignal.timeout(podsPatienceMs)]);
      const pods = connection.pods(namespace, signal);
      entry.pods.set(key, { askedAt: performance.now(), pods });
      return pods;
    },
    get contexts() {
      return [...entries.keys()];
    },
    dispose() {
      for (const context of [...entries.keys()]) leave(context);
    },
  };
}
