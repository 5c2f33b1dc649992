import type { Setting } from './scenario';

/** The two ways between nodes; the direct one is what the other is compared with. */
export const wires = ['direct', 'vxlan'] as const satisfies readonly NonNullable<Setting['wire']>[];

export const wireLabels: Readonly<Record<(typeof wires)[number], string>> = {
  direct: 'direct routing',
  vxlan: 'VXLAN',
};
