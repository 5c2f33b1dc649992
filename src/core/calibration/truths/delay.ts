import { fortio } from '../../tool/fortio';
import { percentileReading } from '../fortioReadings';
import { closedLoop } from '../loads';
import type { Truth } from '../truth';

/**
 * How much longer than asked for a Go program sleeps where nothing else wakes it, in µs: the runtime waits in whole milliseconds, at
 * least one (`runtime/netpoll_epoll.go`, netpoll, Go 1.26).
 */
const granularityUs = 1000;
/**
 * How late an idle machine wakes from a wait, in µs: Linux’s timer slack of 50 µs (`prctl(2)`, `PR_SET_TIMERSLACK`), and what the CPU takes
 * to wake. Seen on two cores of a virtual machine (2026-11-26): 110 to 240 µs over the millisecond that fortio’s server waited for
 * when asked for 50 and 500 µs, and 300 to 340 µs over the two waits of 2 ms. What is asked for below a millisecond is part of that
 * millisecond, and room as well.
 */
const wakesLateUs = 200;
/** A longer sleep is waited for in two parts: its whole milliseconds, and the rest. */
const waitsOf = (microseconds: number): number => (microseconds < 1000 ? 1 : 2);

const source =
  'fortio README, server URL features: delay= is waited for before the answer. The control’s p50 comes on top, up to 1 ms by which a Go program sleeps longer (runtime/netpoll_epoll.go, Go 1.26), and up to 0.2 ms by which an idle machine wakes late from each of its waits.';

function delayed(id: string, text: string, microseconds: number): Truth {
  return {
    id,
    title: `a server that waits ${text} before each answer, p50`,
    unit: 'µs',
    needs: [],
    injection: { kind: 'none' },
    load: closedLoop(1),
    tool: fortio,
    path: `/?delay=${microseconds}us`,
    seconds: 1,
    control: { injection: { kind: 'none' }, path: '/', whyNot: () => null },
    read: (taken) => percentileReading(taken, 50),
    expected: (control) => {
      const floor = microseconds + (control ?? 0);
      return [floor, floor + granularityUs + waitsOf(microseconds) * wakesLateUs];
    },
    source,
  };
}

/** 2 % of the answers are late: the p99 lies among them, the p50 does not. */
const lateUs = 10_000;
const mixture = `/?delay=${lateUs}us:2`;

export const delayTruths: readonly Truth[] = [
  delayed('delay-50us', '50 µs', 50),
  delayed('delay-500us', '500 µs', 500),
  delayed('delay-2ms', '2 ms', 2000),
  delayed('delay-10ms', '10 ms', 10_000),
  {
    ...delayed('delay-mixture', '', lateUs),
    title: 'a server that waits 10 ms before 2 % of its answers, p99',
    path: mixture,
    read: (taken) => percentileReading(taken, 99),
    // The control's own p99 is that of rare answers; where they are later than the injected ones they are the p99.
    control: {
      injection: { kind: 'none' },
      path: '/',
      whyNot: (p99) =>
        p99 < lateUs / 2
          ? null
          : `this machine answers late by itself: a p99 of ${(p99 / 1000).toFixed(1)} ms without any delay`,
    },
  },
];
