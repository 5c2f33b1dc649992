import { saturatedLoad } from './httpLoads';
import { serviceRules, words } from './parameters';
import type { Scenario, Via } from './scenario';

const connectionKinds = [
  { id: 'c64', label: '64 kept connections', connections: 64, keepAlive: true },
  { id: 'c256', label: '256 kept connections', connections: 256, keepAlive: true },
  { id: 'short', label: 'a connection a request, 64 at a time', connections: 64, keepAlive: false },
] as const;

const viaLabels: Readonly<Record<Via, string>> = { pod: 'to the pod', service: 'through a Service' };

/** The article's RPS table: kept and short connections, to the pod and through a Service. */
export const rps: Scenario = {
  id: 'rps',
  title: 'HTTP requests a second',
  question:
    'How many HTTP requests a second, over kept and short connections, directly and through a Service?',
  takesPolicy: false,
  parameters: [
    { name: 'rules', description: 'what serves the Service: iptables or nftables', default: 'iptables' },
  ],
  variants(parameters) {
    const [rules = 'iptables'] = words(parameters, 'rules', serviceRules);
    return connectionKinds.flatMap(({ id, label, connections, keepAlive }) =>
      (['pod', 'service'] as const).map((via) => {
        const load = saturatedLoad(connections, via, keepAlive);
        return {
          id: `${via}-${id}`,
          label: `${viaLabels[via]}, ${label}`,
          // Rules are loaded for the pod's address too: without them connection tracking is off, which is another datapath.
          setting: { services: { rules, count: 0 } },
          loads: [load],
          ...(via === 'pod' ? {} : { baseline: `pod-${id}` }),
        };
      }),
    );
  },
};
