import type { Gate } from './gate';

/** NTP slews by at most 500 parts in a million; a thousand leaves room for reading two clocks one after the other. */
const mostSlew = 0.001;
const readingMs = 20;

export const clockStep: Gate = {
  code: 'clock-step',
  what: 'the machine’s clock was set while the load ran',
  threshold:
    'wall clock and monotonic clock differ by more than 20 ms and 0.1 % of the load’s time; the kernel slews by at most 0.05 % (adjtimex)',
  todo: 'Let the clock be slewed, not stepped (chrony’s makestep only at its start), or wait until it is in step.',
  judge({ before, after }) {
    if (before.clock === undefined || after.clock === undefined) return 'not-judged';
    const monotonic = after.clock.monotonicMs - before.clock.monotonicMs;
    const step = after.clock.wallMs - before.clock.wallMs - monotonic;
    if (Math.abs(step) <= readingMs + mostSlew * monotonic) return 'passed';
    const way = step > 0 ? 'forward' : 'back';
    return { reason: `the clock was set ${way} by ${(Math.abs(step) / 1000).toFixed(2)} s during the load` };
  },
};
