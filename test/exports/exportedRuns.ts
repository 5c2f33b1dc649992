/** Runs to export, a target for all: real scenarios with made-up readings, summarised by the real code. */
import type { MetricName } from '../../src/core/result/metrics';
import type { PartValue, Run } from '../../src/core/result/run';
import { summarise } from '../../src/core/result/summarise';
import { bpfMemory } from '../../src/core/scenario/bpfMemory';
import { policyOverhead } from '../../src/core/scenario/policyOverhead';
import { resources } from '../../src/core/scenario/resources';
import type { Scenario } from '../../src/core/scenario/scenario';
import { serviceScale } from '../../src/core/scenario/serviceScale';
import { throughput } from '../../src/core/scenario/throughput';
import { overheadValues, runOf, scaleValues } from '../unit/words/runs';

/** The context of a cluster, as EKS names them: it has slashes and colons. */
export const targetName = 'arn:aws:eks:eu-west-1:1:cluster/prod "eu"\\1';
const target: Run['target'] = { kind: 'kube', name: targetName, fingerprint: { kernel: 'Linux 6.18' } };

const mebibyte = 2 ** 20;

/** With parts in each sample, the values of the whole made of them. */
function withParts(scenario: Scenario, partsOf: (variant: string) => readonly PartValue[]): Run {
  const run = runOf(scenario, () => 1, { target });
  const samples = run.samples.map((sample) => {
    const parts = partsOf(sample.variant);
    const values = { ...sample.values };
    for (const metric of new Set(parts.map((part) => part.metric)))
      values[metric] = parts
        .filter((part) => part.metric === metric)
        .reduce((sum, { value }) => sum + value, 0);
    return { ...sample, values, parts };
  });
  return { ...run, samples, ...summarise(scenario.variants(run.parameters, 'kube'), samples) };
}

const part = (name: string, metric: MetricName, value: number): PartValue => ({ part: name, metric, value });

const overhead = runOf(policyOverhead, overheadValues, { target });

/** One of each scenario that the dashboard has a panel for. */
export const exportedRuns: readonly Run[] = [
  {
    ...overhead,
    samples: overhead.samples.map((sample, at) =>
      at === 0 ? { ...sample, valid: false, invalidReasons: ['8 % of the requests failed'] } : sample,
    ),
  },
  runOf(serviceScale, scaleValues, { target }),
  runOf(throughput, () => 9.4e9, { target }),
  withParts(resources, (variant) => [
    part('Cilium agent', 'componentCpuCores', variant === 'idle' ? 0.02 : 0.3),
    part('Cilium agent', 'componentMemoryBytes', 200 * mebibyte),
  ]),
  withParts(bpfMemory, () => [
    part('cilium_lxc', 'bpfMemoryBytes', 2 * mebibyte),
    part('cilium_ct4_global', 'bpfMemoryBytes', 64 * mebibyte),
    part('cilium_ct4_global', 'bpfMapMaxEntries', 524_288),
  ]),
].map((run) => ({ ...run, id: `2026-11-23-${run.scenario}-x7` }));
