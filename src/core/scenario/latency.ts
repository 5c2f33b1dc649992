import { fixedRateLoad, percentileMetrics } from './httpLoads';
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
    const loads: readonly { readonly id: string; readonly label: string; readonly load: Load }[] = [
      {
        id: 'rr',
        label: 'TCP round trip',
        load: { kind: 'round-trip', id: 'round-trip', via: 'pod', metrics: percentileMetrics },
      },
      {
        id: 'crr',
        label: 'TCP connect, request, close',
        load: { kind: 'connect', id: 'connect', via: 'pod', metrics: percentileMetrics },
      },
      {
        id: 'http',
        label: `HTTP at ${parameters.rate ?? ''}/s`,
        load: fixedRateLoad(wholeNumber(parameters, 'rate')),
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
