/** Runs to put in words: real scenarios with made-up readings, summarised by the real code. */
import type { MetricName } from '../../../src/core/result/metrics';
import type { Run, Sample } from '../../../src/core/result/run';
import { summarise } from '../../../src/core/result/summarise';
import { fillParameters } from '../../../src/core/scenario/parameters';
import type { Load, Scenario, Variant } from '../../../src/core/scenario/scenario';
import { sample } from '../result/samples';

export type ValueOf = (variant: Variant, metric: MetricName, load: Load) => number;

/** A fixed zigzag instead of chance: shares by which the readings of a round differ from their middle. */
const offsets = [0.004, -0.011, 0.007, 0.012, -0.006];

export function runOf(scenario: Scenario, valueOf: ValueOf, more: Partial<Run> = {}, rounds = 3): Run {
  const parameters = fillParameters(scenario, {});
  const variants = scenario.variants(parameters, 'lab');
  const baselines = new Set(variants.map(({ baseline }) => baseline));
  const samples: Sample[] = Array.from({ length: rounds }, (_, round) =>
    variants.flatMap((variant, place) =>
      [1, ...(baselines.has(variant.id) ? [2] : [])].flatMap((repeat) =>
        variant.loads.map((load) => {
          const share = 1 + (offsets[(round + 2 * place + repeat) % offsets.length] ?? 0);
          const values = Object.fromEntries(
            load.metrics.map((metric) => [metric, valueOf(variant, metric, load) * share]),
          );
          return sample(variant.id, round + 1, values, { load: load.id, repeat });
        }),
      ),
    ),
  ).flat();
  return {
    schemaVersion: 1,
    id: '2026-11-23-run-x7',
    scenario: scenario.id,
    title: scenario.title,
    profile: 'quick',
    target: { kind: 'lab', name: 'lab', fingerprint: { kernel: '6.18', 'irq time accounting': null } },
    startedAt: '2026-11-23T18:49:00.000Z',
    endedAt: '2026-11-23T18:51:00.000Z',
    state: 'complete',
    parameters: { ...parameters, rounds: String(rounds) },
    ...summarise(variants, samples),
    samples,
    notMeasured: [],
    changes: [],
    tools: [{ name: 'fortio', version: '1.68.0', source: 'cache' }],
    underLoadShare: 0.82,
    ...more,
  };
}

const overhead: Readonly<Record<string, Partial<Record<MetricName, number>>>> = {
  none: { rps: 21_890, latencyP50Us: 137, latencyP90Us: 201, latencyP99Us: 420, cpuUsPerRequest: 49 },
  l3l4: { rps: 19_930, latencyP50Us: 148, latencyP90Us: 219, latencyP99Us: 455, cpuUsPerRequest: 54.6 },
  l7: { rps: 7_324, latencyP50Us: 401, latencyP90Us: 640, latencyP99Us: 1_380, cpuUsPerRequest: 161 },
};

export const overheadValues: ValueOf = (variant, metric) => overhead[variant.id]?.[metric] ?? 1;

/** iptables falls with every Service, nftables does not and starts lower. */
export const scaleValues: ValueOf = ({ point }, metric) => {
  const x = point?.x ?? 0;
  const isLinear = point?.series === 'iptables';
  if (metric === 'rps') return isLinear ? 12_000 / (1 + x / 15_000) : 9_000;
  return isLinear ? 80 + x / 100 : 100;
};

export const measuredPolicy: NonNullable<Run['policy']> = {
  file: 'examples/shop-l7.yaml',
  name: 'checkout',
  textHash: 'abc',
  protocol: 'http',
  direction: 'ingress',
  ports: ['8080'],
  httpRules: 2,
  line: 14,
};
