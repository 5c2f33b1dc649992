import type { Probe } from '../plan/plan';
import type { Bench } from '../target';
import type { Clock } from './events';

/** Asked often at first, since most changes are in force at once, then less often. */
const firstWaitMs = 5;
const longestWaitMs = 250;

export interface ProbeOutcome {
  readonly inForce: boolean;
  readonly seconds: number;
  /** The last answer. */
  readonly seen: string;
}

/** Asks until the answer is as expected or the time is up; never sleeps for a fixed time and hopes. */
export async function probeUntil(
  bench: Bench,
  probe: Probe,
  timeoutSeconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const start = clock.monotonicMs();
  const elapsed = (): number => (clock.monotonicMs() - start) / 1000;
  let wait = firstWaitMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await bench.probe(probe, signal);
    if (answer.asExpected) return { inForce: true, seconds: elapsed(), seen: answer.seen };
    if (elapsed() >= timeoutSeconds) return { inForce: false, seconds: elapsed(), seen: answer.seen };
    await clock.sleep(wait, signal);
    wait = Math.min(wait * 2, longestWaitMs);
  }
}
