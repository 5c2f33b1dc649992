import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, Problem } from '../../core/problem';
import type { KubeClient } from '../client/openClient';
import { watchList } from '../client/watchList';
import { longestOutageMs } from './outlast';
import { podState, type PodState } from './podState';

export interface WatchedPod extends PodState {
  /** It is no more; the rest is what was last known of it. */
  readonly gone: boolean;
}

/** The pods of a run, kept up to date by one watch. */
export interface PodWatch {
  all(): readonly WatchedPod[];
  /**
   * Asks `look` now, after every change and every half second until it gives something. Time during which the API server is
   * away does not count. Resolves with null when the time is up.
   * @throws what `look` throws; a Problem when the API server was away for too long; the signal's reason.
   */
  until<Found>(
    look: () => Found | undefined | Promise<Found | undefined>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Found | null>;
  close(): void;
}

const tickMs = 500;
const pauseMs = 300;

export function watchPods(client: KubeClient, namespace: string, labelSelector: string): PodWatch {
  const pods = new Map<string, WatchedPod>();
  const stop = new AbortController();
  let wake: () => void = () => undefined;
  let changed = new Promise<void>((resolve) => (wake = resolve));
  let failure: Problem | null = null;
  let away: { readonly since: number; readonly problem: Problem } | null = null;

  const tell = (): void => {
    wake();
    changed = new Promise<void>((resolve) => (wake = resolve));
  };
  const replaceAll = (items: readonly PodState[]): void => {
    const there = new Set(items.map(({ uid }) => uid));
    for (const pod of pods.values()) if (!there.has(pod.uid)) pods.set(pod.uid, { ...pod, gone: true });
    for (const pod of items) pods.set(pod.uid, { ...pod, gone: false });
  };

  /** Ends at the first interruption: a new watch begins with a list, which tells that the API server is back. */
  const watchOnce = async (): Promise<void> => {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    for await (const change of watchList(client, {
      path,
      labelSelector,
      pick: podState,
      signal: stop.signal,
    })) {
      if (change.kind === 'interrupted') {
        away ??= { since: performance.now(), problem: change.problem };
        return;
      }
      away = null;
      if (change.kind === 'listed') replaceAll(change.items);
      else pods.set(change.item.uid, { ...change.item, gone: change.kind === 'gone' });
      tell();
    }
  };
  const watching = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await watchOnce();
      await delay(pauseMs);
    }
  };
  watching().catch((error: unknown) => {
    failure =
      error instanceof Problem
        ? error
        : new Problem('target', `${messageOf(error)}.`, 'Report it.', { cause: error });
    tell();
  });

  return {
    all: () => [...pods.values()],
    async until(look, timeoutMs, signal) {
      let left = timeoutMs;
      for (;;) {
        signal.throwIfAborted();
        if (failure !== null) throw failure;
        // Taken before looking: a change while `look` asks something is not missed.
        const next = changed;
        const found = await look();
        if (found !== undefined) return found;
        if (away !== null && performance.now() - away.since > longestOutageMs) throw away.problem;
        if (left <= 0) return null;
        const began = performance.now();
        const timer = new AbortController();
        await Promise.race([
          next,
          delay(tickMs, undefined, { signal: AbortSignal.any([timer.signal, signal]) }),
        ])
          .catch(() => undefined)
          .finally(() => {
            timer.abort();
          });
        if (away === null) left -= performance.now() - began;
      }
    },
    close() {
      stop.abort(new Error('The bench was closed.'));
    },
  };
}
