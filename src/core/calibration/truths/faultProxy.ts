import { fortio } from '../../tool/fortio';
import { percentileReading } from '../fortioReadings';
import { closedLoop } from '../loads';
import type { Truth } from '../truth';

const milliseconds = 100;
/** The kernel's wait counts whole milliseconds and ends at the next one (`epoll_wait(2)`). */
const granularityUs = 1000;
/**
 * Envoy's timers go by the kernel's coarse clock, which moves on once a tick (libevent, `evutil_time.c`: `CLOCK_MONOTONIC_COARSE`
 * unless precise timers are asked for; `clock_getres(2)`): a wait begins up to a tick early and ends up to a tick late. A tick is
 * 10 ms or less (Linux, `CONFIG_HZ` of 100 or more). So is the wait long: 5 ms would be read as 8 where a tick is 4 ms.
 */
const longestTickUs = 10_000;

export const faultProxyTruth: Truth = {
  id: 'proxy-100ms',
  title: 'a proxy that holds each request for 100 ms, p50',
  unit: 'µs',
  needs: ['envoy'],
  injection: { kind: 'fault-proxy', milliseconds },
  load: closedLoop(4),
  tool: fortio,
  path: '/',
  seconds: 1,
  // The same proxy without the fault: its own cost is no part of the truth.
  control: { injection: { kind: 'fault-proxy', milliseconds: 0 }, path: '/', whyNot: () => null },
  read: (taken) => percentileReading(taken, 50),
  expected: (control) => {
    const asked = 1000 * milliseconds + (control ?? 0);
    return [asked - longestTickUs, asked + longestTickUs + granularityUs];
  },
  source:
    'Envoy 1.40, HTTP fault filter, fixed_delay for 100 % of the requests; the control goes through the same Envoy without it. Its timers go by the kernel’s tick, 10 ms or less.',
};
