import { Problem } from '../../core/problem';
import { statusOf } from './apiProblem';
import { abortReason } from './slots';
import { isPassing } from './transportProblem';

/** Waiting and chance, passed in so that tests need neither. */
export interface Pacing {
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

export interface RetryLimits {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** The longest time that the API server may ask to wait; beyond it the call fails and says so. */
  readonly longestWaitMs: number;
}

/** An attempt that failed, and what the API server said about trying again. */
export class FailedAttempt extends Error {
  constructor(
    readonly problem: Problem,
    /** From `Retry-After`; null where the answer had none. */
    readonly retryAfterMs: number | null,
  ) {
    super(problem.message);
  }
}

const firstWaitMs = 200;
const longestBackoffMs = 10_000;

/** A time to wait before attempt `failures` + 1: doubled each time, anything between half of it and all of it. */
export function backoffMs(failures: number, random: number, longest = longestBackoffMs): number {
  const whole = Math.min(longest, firstWaitMs * 2 ** (failures - 1));
  return whole / 2 + (whole / 2) * random;
}

/** Seconds or a date, as HTTP allows (RFC 9110, 10.2.3), in milliseconds from now. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

const failedServers = new Set([500, 502, 503, 504]);

/**
 * Whether a failed call may be sent again: one that the API server turned away unread (429) always, one that failed on its
 * way or in the server only where sending it twice does no harm.
 */
function mayRepeat(problem: Problem, isRepeatable: boolean): boolean {
  const status = statusOf(problem);
  if (status === 429) return true;
  if (!isRepeatable) return false;
  return status === null ? isPassing(problem) : failedServers.has(status);
}

/**
 * Calls until it goes through or will not, waiting as long as the API server asks (Retry-After), else with backoff.
 * @throws Problem of the last attempt.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  isRepeatable: boolean,
  limits: RetryLimits,
  pacing: Pacing,
  signal: AbortSignal | undefined,
  onTurnedAway?: () => void,
): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof FailedAttempt)) throw error;
      const { problem, retryAfterMs: asked } = error;
      if (failures >= limits.attempts || !mayRepeat(problem, isRepeatable)) throw problem;
      if (asked !== null && asked > limits.longestWaitMs) {
        throw new Problem(
          'target',
          problem.what,
          `It asks to wait ${Math.ceil(asked / 1000)} s: try again after that.`,
          { cause: problem.cause },
        );
      }
      if (statusOf(problem) === 429) onTurnedAway?.();
      const waitMs = Math.max(asked ?? 0, backoffMs(failures, pacing.random()));
      await pacing.sleep(waitMs, signal).catch((woken: unknown) => {
        throw signal?.aborted === true ? abortReason(signal) : woken;
      });
    }
  }
}
