import { fixedRateLoad, percentileMetrics } from './httpLoads';
import { wholeNumber } from './parameters';
import type { Load, Scenario, Setting, TargetKind, Via } from './scenario';
import { viaLabels, wireLabels, wires } from './wires';

interface Way {
  readonly id: string;
  readonly label: string;
  readonly setting: Setting;
  readonly via: Via;
}

/** The ways of each kind of target; the others are compared with the first. */
const ways: Readonly<Record<TargetKind, readonly Way[]>> = {
  lab: wires.map((wire) => ({ id: wire, label: wireLabels[wire], setting: { wire }, via: 'pod' })),
  kube: (['pod', 'service'] as const).map((via) => ({ id: via, label: viaLabels[via], setting: {}, via })),
};

export const latency: Scenario = {
  id: 'latency',
  title: 'TCP and HTTP latency',
  question: 'How long do a round trip, a new connection and an HTTP request at a fixed rate take?',
  takesPolicy: false,
  runsOn: ['lab', 'kube'],
  parameters: [
    { name: 'rate', description: 'HTTP requests a second', default: '1000', keepsComparable: true },
  ],
  variants(parameters, on) {
    const rate = wholeNumber(parameters, 'rate');
    const loads: readonly {
      readonly id: string;
      readonly label: string;
      readonly load: (via: Via) => Load;
    }[] = [
      {
        id: 'rr',
        label: 'TCP round trip',
        load: (via) => ({ kind: 'round-trip', id: 'round-trip', via, metrics: percentileMetrics }),
      },
      {
        id: 'crr',
        label: 'TCP connect, request, close',
        load: (via) => ({ kind: 'connect', id: 'connect', via, metrics: percentileMetrics }),
      },
      { id: 'http', label: `HTTP at ${rate}/s`, load: (via) => fixedRateLoad(rate, via) },
    ];
    const first = ways[on][0]?.id ?? '';
    return loads.flatMap(({ id, label, load }) =>
      ways[on].map((way) => ({
        id: `${id}-${way.id}`,
        label: `${label}, ${way.label}`,
        setting: way.setting,
        loads: [load(way.via)],
        ...(way.id === first ? {} : { baseline: `${id}-${first}` }),
      })),
    );
  },
};
