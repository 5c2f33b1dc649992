import type { Setting, Via } from './scenario';

/** The two ways between nodes; the direct one is what the other is compared with. */
export const wires = ['direct', 'vxlan'] as const satisfies readonly NonNullable<Setting['wire']>[];

export const wireLabels: Readonly<Record<(typeof wires)[number], string>> = {
  direct: 'direct routing',
  vxlan: 'VXLAN',
};

/** The ways to a server in a cluster, as part of a label. */
export const viaLabels: Readonly<Record<Via, string>> = {
  pod: 'to the pod',
  service: 'through a Service',
  host: 'host network to host network',
};
