import type { Gate } from './gate';

/** Of the usual rate. */
const leastShare = 1 / 3;

export const machineSlower: Gate = {
  code: 'machine-slower',
  what: 'the control sample of the block did less work than in the blocks before it',
  threshold:
    'less than a third of the median of the run’s earlier blocks; a neighbour on the same core’s other thread takes up to half (48 % was left), and of 150 control samples on two cores with a load average of 28 the slowest did 58 %',
  todo: 'Use a machine that is not slowed down: by burst credit that is used up, by heat, by neighbours.',
  judge({ control }) {
    if (control === null) return 'not-judged';
    if (control === 'first' || control.rate >= leastShare * control.usual) return 'passed';
    const share = ((100 * control.rate) / control.usual).toFixed(0);
    return {
      reason: `the machine did only ${share} % of its usual work in the control sample of this block`,
    };
  },
};
