import { fortio } from '../../tool/fortio';
import { fortioSeconds } from '../fortioReadings';
import { closedLoop } from '../loads';
import type { Truth } from '../truth';

const cores = 0.2;
/** The kernel enforces a quota at its own ticks and hands it out in slices: it is kept over several periods. */
export const quotaPeriodUs = 20_000;

export const cpuQuotaTruth: Truth = {
  id: 'cpu-quota',
  title: 'a server that may use a fifth of a core',
  unit: 'cores',
  needs: [],
  injection: { kind: 'cpu-quota', cores },
  load: closedLoop(8),
  tool: fortio,
  path: '/',
  seconds: 1,
  control: {
    injection: { kind: 'none' },
    path: '/',
    whyNot: (used) =>
      used > 1.5 * cores
        ? null
        : `the server got ${used.toFixed(2)} of a core without the quota, less than 1.5 times as much`,
  },
  read: (taken) => {
    const seconds = fortioSeconds(taken);
    const server = taken.sample.cpuUs.server;
    if (seconds === null || server === undefined) return null;
    const value = server / 1e6 / seconds;
    return { value, resolution: [value, value] };
  },
  // At each end of the load one period's quota may be left or already used.
  expected: () => {
    const period = (cores * quotaPeriodUs) / 1e6;
    return [cores - period, cores + period];
  },
  source:
    'Documentation/scheduler/sched-bwc.rst and cgroup-v2.rst of Linux: the group’s run time within each period is held to the quota.',
};
