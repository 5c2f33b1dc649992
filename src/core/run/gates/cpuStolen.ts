import { percentOf, type Gate } from './gate';

/** Of all CPU time. The lab's own machine, a shared virtual one, had 0.1 % over ten hours. */
const mostStolenShare = 0.05;
/** Fewer ticks than these (0.1 s of one CPU) tell no share. */
const fewestTicks = 10;

export const cpuStolen: Gate = {
  code: 'cpu-stolen',
  what: 'the hypervisor gave the machine’s CPU time to others',
  threshold:
    'more than 5 % steal of all CPU time during the load (/proc/stat); a shared virtual machine that was watched for ten hours had 0.1 %',
  todo: 'Use a machine with CPUs of its own; one that runs on burst credit, only while it has credit.',
  judge({ before, after }) {
    if (before.cpuTicks === undefined || after.cpuTicks === undefined) return 'not-judged';
    const all = after.cpuTicks.all - before.cpuTicks.all;
    const stolen = after.cpuTicks.stolen - before.cpuTicks.stolen;
    if (all < fewestTicks || stolen <= mostStolenShare * all) return 'passed';
    return { reason: `the hypervisor gave ${percentOf(stolen, all)} % of the CPU time to others (steal)` };
  },
};
