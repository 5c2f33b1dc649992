import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/problem';
import { accessResult } from '../../core/tool/fortioAccessLog';
import { readPodLog } from '../client/podLog';
import { proberClock } from './proberClock';
import type { BenchSpace } from './space';

/** One prober's results as they come. */
export interface ProberFeed {
  /** Calls for each result from now on; gives the function that ends that. */
  listen(onResult: (status: number, beganMs: number) => void): () => void;
  /** Why nothing can be read now; null while it can. */
  problem(): string | null;
}

/** A prober writes about 100 bytes for each request; a run of a day stays below this. */
const mostBytes = 1_000_000_000;
/** Beyond any line of an access log. */
const longestLine = 100_000;
const pauseMs = 300;

/** Follows the log of a prober's container until the signal is aborted, anew after each lost connection. */
export function followProber(
  space: BenchSpace,
  pod: string,
  container: string,
  signal: AbortSignal,
): ProberFeed {
  const listeners = new Set<(status: number, beganMs: number) => void>();
  const clock = proberClock();
  let problem: string | null = null;
  let newestMs = 0;

  const onLine = (line: string): void => {
    const result = accessResult(line);
    // After a lost connection lines come again.
    if (result === null || result.startedMs <= newestMs) return;
    newestMs = result.startedMs;
    problem = null;
    const beganMs = clock.beganMs(result, performance.now());
    for (const listener of [...listeners]) listener(result.status, beganMs);
  };
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      let rest = '';
      try {
        await readPodLog(
          space.client,
          { namespace: space.namespace, pod, container, follow: true, tailLines: 1, mostBytes, signal },
          (bytes) => {
            const lines = `${rest}${bytes.toString('latin1')}`.split('\n');
            rest = (lines.pop() ?? '').slice(-longestLine);
            lines.forEach(onLine);
          },
        );
        problem = 'it ended';
      } catch (error) {
        problem = messageOf(error);
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  void follow();
  return {
    listen(onResult) {
      listeners.add(onResult);
      return () => listeners.delete(onResult);
    },
    problem: () => problem,
  };
}
