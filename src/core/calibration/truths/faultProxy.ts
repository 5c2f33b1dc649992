import { fortio } from '../../tool/fortio';
import { percentileReading } from '../fortioReadings';
import { closedLoop } from '../loads';
import type { Truth } from '../truth';

const milliseconds = 5;
/** Envoy's timers count whole milliseconds and the kernel's wait ends at the next one (`epoll_wait(2)`). */
const granularityUs = 1000;

export const faultProxyTruth: Truth = {
  id: 'proxy-5ms',
  title: 'a proxy that holds each request for 5 ms, p50',
  unit: 'µs',
  needs: ['envoy'],
  injection: { kind: 'fault-proxy', milliseconds },
  load: closedLoop(1),
  tool: fortio,
  path: '/',
  seconds: 1,
  // The same proxy without the fault: its own cost is no part of the truth.
  control: { injection: { kind: 'fault-proxy', milliseconds: 0 }, path: '/', whyNot: () => null },
  read: (taken) => percentileReading(taken, 50),
  expected: (control) => {
    const floor = 1000 * milliseconds + (control ?? 0);
    return [floor, floor + granularityUs];
  },
  source:
    'Envoy 1.40, HTTP fault filter, fixed_delay for 100 % of the requests; the control goes through the same Envoy without it. Its timers count whole milliseconds.',
};
