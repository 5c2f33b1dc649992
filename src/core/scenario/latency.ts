import { wholeNumber } from './parameters';
import type { Load, Scenario } from './scenario';
import { wireLabels, wires } from './wires';

export const latency: Scenario = {
  id: 'latency',
  title: 'TCP and HTTP latency',
  question: 'How long do a round trip, a new connection and an HTTP request at a fixed rate take?',
  takesPolicy: false,
  parameters: [{ name: 'rate', description: 'HTTP requests a second', default: '1000' }],
  variants(parameters) {
    const percentiles = ['latencyP50Us', 'latencyP90Us', 'latencyP99Us'] as const;
    const loads: readonly { readonly id: string; readonly label: string; readonly load: Load }[] = [
      {
        id: 'rr',
        label: 'TCP round trip',
        load: { kind: 'round-trip', id: 'round-trip', via: 'pod', metrics: percentiles },
      },
      {
        id: 'crr',
        label: 'TCP connect, request, close',
        load: { kind: 'connect', id: 'connect', via: 'pod', metrics: percentiles },
      },
      {
        id: 'http',
        label: `HTTP at ${parameters.rate ?? ''}/s`,
        load: {
          kind: 'http',
          id: 'fixed-rate',
          via: 'pod',
          connections: 8,
          keepAlive: true,
          ratePerSecond: wholeNumber(parameters, 'rate'),
          metrics: percentiles,
        },
      },
    ];
    return loads.flatMap(({ id, label, load }) =>
      wires.map((wire) => ({
        id: `${id}-${wire}`,
        label: `${label}, ${wireLabels[wire]}`,
        setting: { wire },
        loads: [load],
        ...(wire === 'direct' ? {} : { baseline: `${id}-direct` }),
      })),
    );
  },
};
