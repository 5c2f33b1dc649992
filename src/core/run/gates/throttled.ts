import { percentOf, type Gate } from './gate';

/** Of the load's time. A third of the smallest effect that profiles are made to find (3 %). */
const mostThrottledShare = 0.01;

export const throttled: Gate = {
  code: 'throttled',
  what: 'a CPU quota kept the load waiting',
  threshold:
    'more than 1 % of the load’s time in which a quota held its control group back (cpu.stat); a third of the smallest effect that is looked for, and none without a quota',
  todo: 'Raise the CPU quota (the CPU limit of the container or slice), or take it away.',
  judge({ seconds, before, after }) {
    if (before.throttledUs === undefined || after.throttledUs === undefined) return 'not-judged';
    const waited = (after.throttledUs - before.throttledUs) / 1e6;
    if (waited <= mostThrottledShare * seconds) return 'passed';
    return {
      reason: `a CPU quota held the load back for ${waited.toFixed(2)} s in ${seconds.toFixed(1)} s (${percentOf(waited, seconds)} %)`,
    };
  },
};
