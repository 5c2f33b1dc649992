import { fixedRateLoad, saturatedLoad } from './httpLoads';
import { wholeNumber } from './parameters';
import type { Load, Scenario } from './scenario';

export const aa: Scenario = {
  id: 'aa',
  title: 'A/A: noise',
  question: 'What does noise look like here: one setting measured against itself?',
  takesPolicy: false,
  runsOn: ['lab', 'kube'],
  parameters: [
    {
      name: 'connections',
      description: 'kept connections of the saturated load',
      default: '16',
      keepsComparable: true,
    },
  ],
  variants(parameters) {
    const loads: Load[] = [
      saturatedLoad(wholeNumber(parameters, 'connections'), 'pod', true),
      fixedRateLoad(1000),
    ];
    return [
      { id: 'a', label: 'A', setting: {}, loads },
      { id: 'a-again', label: 'A again', setting: {}, loads, baseline: 'a' },
    ];
  },
};
