/** Offered against achieved: what a fortio that holds a rate was to send, and did. */
import type { OfferedLoad } from '../result/run';
import { numberAt } from './json';

/** `1m30s`, `2.5s`: a duration as Go prints it, in seconds; null for another text. */
function goSeconds(text: unknown): number | null {
  const parts = typeof text === 'string' ? /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text) : null;
  if (!parts) return null;
  const [hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return 3600 * hours + 60 * minutes + seconds;
}

function offeredByOne(output: Record<string, unknown>): OfferedLoad | null {
  const rate = Number(output['RequestedQPS']);
  const seconds = goSeconds(output['RequestedDuration']);
  const threads = numberAt(output, 'NumThreads');
  const sent = numberAt(output, 'DurationHistogram', 'Count');
  if (!(rate > 0) || seconds === null || seconds <= 0 || threads === null || sent === null) return null;
  const due = Math.round(rate * seconds);
  // Each thread begins up to one interval late (`-uniform`) and ends with the time: on a quiet machine 16 to 24 of 32 are missing.
  return { due, sent, late: Math.max(0, due - Math.max(0, threads) - sent) };
}

/**
 * Of all clients together; null where a client held no rate (its `RequestedQPS` is `max`). With `-nocatchup` a thread that a slow answer
 * held up goes on from there and never sends what it missed: nothing is repaid with a burst, and what is missing is counted here. How
 * late single requests began fortio does not tell: its sleep times are a summary in its log, without those of calls that did not sleep.
 */
export function offeredLoad(outputs: readonly Record<string, unknown>[]): OfferedLoad | null {
  let [due, sent, late] = [0, 0, 0];
  for (const output of outputs) {
    const one = offeredByOne(output);
    if (!one) return null;
    due += one.due;
    sent += one.sent;
    late += one.late;
  }
  return outputs.length === 0 ? null : { due, sent, late };
}
