import { wholeNumbers } from './parameters';
import type { Scenario } from './scenario';
import { wireLabels, wires } from './wires';

export const throughput: Scenario = {
  id: 'throughput',
  title: 'TCP throughput',
  question: 'How many bits a second over 1, 8 and 16 streams, routed directly and through VXLAN?',
  takesPolicy: false,
  parameters: [{ name: 'streams', description: 'numbers of parallel streams', default: '1,8,16' }],
  variants(parameters) {
    return wholeNumbers(parameters, 'streams').flatMap((streams) =>
      wires.map((wire) => ({
        id: `${wire}-${streams}`,
        label: `${wireLabels[wire]}, ${streams} ${streams === 1 ? 'stream' : 'streams'}`,
        setting: { wire },
        loads: [
          {
            kind: 'stream' as const,
            id: 'stream',
            via: 'pod' as const,
            streams,
            metrics: ['throughputBitsPerSecond' as const],
          },
        ],
        ...(wire === 'direct' ? {} : { baseline: `direct-${streams}` }),
      })),
    );
  },
};
