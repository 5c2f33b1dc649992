/** Models of runs whose figures are made of parts: BPF maps, components. The readings are made up. */
import type { PartValue, Run } from '../../../src/core/result/run';
import { summarise } from '../../../src/core/result/summarise';
import { bpfMemory } from '../../../src/core/scenario/bpfMemory';
import { resources } from '../../../src/core/scenario/resources';
import type { Scenario } from '../../../src/core/scenario/scenario';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { runOf } from '../words/runs';

const mebibyte = 2 ** 20;

/** A run whose samples have parts, the values of the whole made of them, each sample half a minute after the one before. */
function runWithParts(scenario: Scenario, partsOf: (variant: string) => readonly PartValue[]): Run {
  const run = runOf(scenario, () => 1, { target: { kind: 'kube', name: 'prod', fingerprint: {} } });
  const samples = run.samples.map((sample, index) => {
    const grown = 1 + index / 40;
    const parts = partsOf(sample.variant).map((part) => ({ ...part, value: part.value * grown }));
    const values = { ...sample.values };
    for (const metric of ['componentCpuCores', 'componentMemoryBytes', 'bpfMemoryBytes'] as const) {
      const own = parts.filter((part) => part.metric === metric);
      if (own.length > 0) values[metric] = own.reduce((sum, { value }) => sum + value, 0);
    }
    const startedAt = new Date(Date.parse(run.startedAt) + index * 30_000).toISOString();
    return { ...sample, values, parts, startedAt };
  });
  return { ...run, samples, ...summarise(scenario.variants(run.parameters, 'kube'), samples) };
}

const map = (part: string, mebibytes: number): PartValue => ({
  part,
  metric: 'bpfMemoryBytes',
  value: mebibytes * mebibyte,
});

export const bpfRun = runWithParts(bpfMemory, () => [
  map('cilium_ct4_global', 64),
  map('cilium_lb4_services_v2', 12),
  map('cilium_snat_v4_external', 48),
  map('cilium_ipcache', 9),
  map('cilium_lxc', 2),
  map('cilium_policy_*', 6),
  ...Array.from({ length: 14 }, (_, index) => map(`cilium_other_${index}`, 0.5)),
]);

const component = (part: string, cores: number, mebibytes: number): PartValue[] => [
  { part, metric: 'componentCpuCores', value: cores },
  { part, metric: 'componentMemoryBytes', value: mebibytes * mebibyte },
];

export const resourcesRun = runWithParts(resources, (variant) => [
  ...component('Cilium agent', variant === 'idle' ? 0.02 : 0.3, 200),
  ...component('Cilium Envoy', variant === 'short' ? 0.9 : 0.01, 40),
  ...component('CoreDNS', 0.004, 20),
]);

export const bpfModel = panelModelOf(bpfRun, undefined, 'UTC');
export const resourcesModel = panelModelOf(resourcesRun, undefined, 'UTC');
