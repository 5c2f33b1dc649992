import type { Scenario } from './scenario';

/** Read several times, as every sample is: maps that grow with their entries show how much they move. */
export const bpfMemory: Scenario = {
  id: 'bpf-memory',
  title: 'Memory of BPF maps',
  question: 'How much memory do the BPF maps of the agents take, and which of them take it?',
  takesPolicy: false,
  runsOn: ['kube'],
  parameters: [],
  variants() {
    return [
      {
        id: 'as-found',
        label: 'as found',
        setting: {},
        loads: [{ kind: 'bpf-maps', id: 'maps', via: 'pod', metrics: ['bpfMemoryBytes'] }],
      },
    ];
  },
};
