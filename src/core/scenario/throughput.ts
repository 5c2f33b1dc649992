import { wholeNumbers } from './parameters';
import type { Scenario, Setting, TargetKind, Via } from './scenario';
import { viaLabels, wireLabels, wires } from './wires';

/** One way from client to server, and the way that it is compared with. */
interface Way {
  readonly id: string;
  readonly label: string;
  readonly setting: Setting;
  readonly via: Via;
  readonly against?: string;
}

const ways: Readonly<Record<TargetKind, readonly Way[]>> = {
  lab: wires.map((wire) => ({
    id: wire,
    label: wireLabels[wire],
    setting: { wire },
    via: 'pod',
    ...(wire === 'direct' ? {} : { against: 'direct' }),
  })),
  kube: [
    { id: 'pod', label: viaLabels.pod, setting: {}, via: 'pod' },
    { id: 'service', label: viaLabels.service, setting: {}, via: 'service', against: 'pod' },
    { id: 'host', label: viaLabels.host, setting: {}, via: 'host', against: 'pod' },
  ],
};

export const throughput: Scenario = {
  id: 'throughput',
  title: 'TCP throughput',
  question:
    'How many bits a second over 1, 8 and 16 streams: by each way that the target has between two nodes?',
  takesPolicy: false,
  runsOn: ['lab', 'kube'],
  parameters: [
    { name: 'streams', description: 'numbers of parallel streams', default: '1,8,16', keepsComparable: true },
  ],
  variants(parameters, on) {
    return wholeNumbers(parameters, 'streams').flatMap((streams) =>
      ways[on].map(({ id, label, setting, via, against }) => ({
        id: `${id}-${streams}`,
        label: `${label}, ${streams} ${streams === 1 ? 'stream' : 'streams'}`,
        setting,
        loads: [
          {
            kind: 'stream' as const,
            id: 'stream',
            via,
            streams,
            metrics: ['throughputBitsPerSecond' as const],
          },
        ],
        ...(against === undefined ? {} : { baseline: `${against}-${streams}` }),
      })),
    );
  },
};
