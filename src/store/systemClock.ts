import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/run/events';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
};
