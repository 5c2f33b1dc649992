import { fixedRateLoad, saturatedLoad } from './httpLoads';
import { wholeNumber } from './parameters';
import type { Load, Scenario, Setting } from './scenario';

const states: readonly { readonly id: string; readonly label: string; readonly hubble: Setting['hubble'] }[] =
  [
    { id: 'off', label: 'Hubble off', hubble: 'off' },
    { id: 'on', label: 'Hubble on', hubble: 'as-found' },
  ];

/**
 * New connections are variants of their own: Hubble sees an event for each of them, and few in a kept connection. A change of
 * setting restarts agents, so both kinds are measured before the next one.
 */
export const hubble: Scenario = {
  id: 'hubble',
  title: 'Hubble',
  question: 'What does Hubble cost, against the same agents without it?',
  takesPolicy: false,
  runsOn: ['kube'],
  order: { kube: 'ramp' },
  parameters: [
    {
      name: 'connections',
      description: 'connections of the saturated loads',
      default: '16',
      keepsComparable: true,
    },
    {
      name: 'rate',
      description: 'requests a second of the latency load',
      default: '1000',
      keepsComparable: true,
    },
  ],
  variants(parameters) {
    const connections = wholeNumber(parameters, 'connections');
    const kept: Load[] = [
      saturatedLoad(connections, 'pod', true),
      fixedRateLoad(wholeNumber(parameters, 'rate')),
    ];
    const short: Load[] = [saturatedLoad(connections, 'pod', false)];
    return states.flatMap(({ id, label, hubble: state }) => {
      const isBaseline = id === 'off';
      const setting: Setting = state === undefined ? {} : { hubble: state };
      return [
        { id, label, setting, loads: kept, ...(isBaseline ? {} : { baseline: 'off' }) },
        {
          id: `${id}-short`,
          label: `${label}, a connection a request`,
          setting,
          loads: short,
          ...(isBaseline ? {} : { baseline: 'off-short' }),
        },
      ];
    });
  },
};
