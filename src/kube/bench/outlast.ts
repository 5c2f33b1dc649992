import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../core/problem';
import { statusOf } from '../client/apiProblem';

/** How long a run waits for an API server that went away while a load runs. The load goes on meanwhile. */
export const longestOutageMs = 180_000;
const pauseMs = 500;

/** The API server did not answer, or not as one that is up: it may be back soon. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Problem) || error.kind !== 'target') return false;
  const status = statusOf(error);
  return status === null || status >= 500;
}

/**
 * Tries again while the API server is away. What is tried may already have been done when its answer was lost.
 * @throws what the last attempt threw, once the API server has been away for too long or the error is another.
 */
export async function outlast<Result>(
  attempt: () => Promise<Result>,
  signal: AbortSignal,
  boundMs = longestOutageMs,
): Promise<Result> {
  const end = performance.now() + boundMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!isOutage(error) || performance.now() > end) throw error;
      await delay(pauseMs, undefined, { signal });
    }
  }
}
