import { saturatedLoad } from './httpLoads';
import { Problem } from '../problem';
import { grouped } from '../words/numbers';
import { serviceRules, wholeNumbers, words } from './parameters';
import type { Load, Scenario, ServiceScale } from './scenario';

/**
 * The baseline is no further Service *with* the rules loaded, not an empty kernel: without rules connection tracking is
 * off, and loading the first one would look like the cost of Services.
 */
export const serviceScale: Scenario = {
  id: 'service-scale',
  title: 'Service scale',
  question:
    'How do new connections slow down as the number of Services grows, with the rules that serve them?',
  takesPolicy: false,
  runsOn: ['lab', 'kube'],
  // Thousands of Services are made and deleted between two variants of a cluster; in the lab it takes a second.
  order: { kube: 'ramp' },
  parameters: [
    {
      name: 'services',
      description: 'numbers of Services',
      default: '0,5000,10000,20000,30000',
      keepsComparable: true,
    },
    {
      name: 'rules',
      description: 'rule kinds in the lab: iptables, nftables or both; a cluster has its own',
      default: 'iptables,nftables',
      keepsComparable: true,
    },
    {
      name: 'connections',
      description: 'short (a connection a request) or kept',
      default: 'short',
      keepsComparable: true,
    },
  ],
  variants(parameters, on) {
    const counts = wholeNumbers(parameters, 'services');
    if (counts[0] !== 0) {
      throw new Problem(
        'usage',
        'services does not hold 0, which is the baseline.',
        'Set it like --set services=0,5000,30000.',
      );
    }
    const [connections = 'short'] = words(parameters, 'connections', ['short', 'kept']);
    const keepAlive = connections === 'kept';
    const loads: Load[] = [
      saturatedLoad(16, 'service', keepAlive),
      {
        kind: 'http',
        id: 'one-at-a-time',
        via: 'service',
        connections: 1,
        keepAlive,
        ratePerSecond: 'max',
        metrics: ['latencyP50Us', 'latencyP99Us'],
      },
    ];
    const kinds: readonly ServiceScale['rules'][] =
      on === 'kube' ? ['cluster'] : words(parameters, 'rules', serviceRules);
    return kinds.flatMap((rules) =>
      counts.map((count) => ({
        id: `${rules}-${count}`,
        label: rules === 'cluster' ? `${grouped(count)} Services` : `${rules}, ${grouped(count)} Services`,
        setting: { services: { rules, count } },
        loads,
        point: { series: rules, axis: 'Services', x: count },
        ...(count === 0 ? {} : { baseline: `${rules}-0` }),
      })),
    );
  },
};
