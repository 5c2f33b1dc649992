import { saturatedLoad } from './httpLoads';
import { serviceRules, wholeNumber, words } from './parameters';
import type { Scenario } from './scenario';
import { viaLabels } from './wires';

const connectionKinds = [
  { id: 'c64', label: '64 kept connections', connections: 64, keepAlive: true },
  { id: 'c256', label: '256 kept connections', connections: 256, keepAlive: true },
  { id: 'short', label: 'a connection a request, 64 at a time', connections: 64, keepAlive: false },
] as const;

/** The article's RPS table: kept and short connections, to the pod and through a Service. */
export const rps: Scenario = {
  id: 'rps',
  title: 'HTTP requests a second',
  question:
    'How many HTTP requests a second, over kept and short connections, directly and through a Service?',
  takesPolicy: false,
  runsOn: ['lab', 'kube'],
  parameters: [
    {
      name: 'rules',
      description: 'what serves the Service in the lab: iptables or nftables',
      default: 'iptables',
    },
    {
      name: 'clients',
      description: 'client pods that send at the same time, on a cluster whose server one cannot fill',
      default: '1',
      keepsComparable: true,
    },
  ],
  variants(parameters, on) {
    const [rules = 'iptables'] = words(parameters, 'rules', serviceRules);
    const clients = wholeNumber(parameters, 'clients');
    return connectionKinds.flatMap(({ id, label, connections, keepAlive }) =>
      (['pod', 'service'] as const).map((via) => {
        const load = saturatedLoad(connections, via, keepAlive);
        return {
          id: `${via}-${id}`,
          label: `${viaLabels[via]}, ${label}`,
          // Rules are loaded for the pod's address too: without them connection tracking is off, which is another datapath.
          setting: on === 'lab' ? { services: { rules, count: 0 } } : {},
          loads: [clients === 1 ? load : { ...load, clients }],
          ...(via === 'pod' ? {} : { baseline: `pod-${id}` }),
        };
      }),
    );
  },
};
