/** Simulated samples: a seeded log-normal reading for every planned visit, as a plan orders them. */
import { seededNumbers } from '../../../src/core/plan/shuffle';
import type { MetricName } from '../../../src/core/result/metrics';
import type { Sample } from '../../../src/core/result/run';
import type { Load, Variant } from '../../../src/core/scenario/scenario';

export const saturated: Load = {
  kind: 'http',
  id: 'saturated',
  via: 'pod',
  connections: 16,
  keepAlive: true,
  ratePerSecond: 'max',
  metrics: ['rps'],
};

export const pair: readonly Variant[] = [
  { id: 'none', label: 'no policy', setting: {}, loads: [saturated] },
  { id: 'l7', label: 'L7 through Envoy', setting: { policy: 'l7' }, loads: [saturated], baseline: 'none' },
];

export function sample(
  variant: string,
  block: number,
  values: Partial<Record<MetricName, number>>,
  more: Partial<Sample> = {},
): Sample {
  const repeat = more.repeat ?? 1;
  const load = more.load ?? 'saturated';
  const id = `b${block}-${variant}-${load}-${repeat}`;
  return {
    id,
    variant,
    load,
    block,
    repeat,
    tool: 'fortio',
    argv: ['fortio', 'load'],
    startedAt: '2026-11-23T18:49:00.000Z',
    seconds: 3,
    raw: `samples/${id}.json`,
    valid: true,
    invalidReasons: [],
    values,
    cpuUs: {},
    ...more,
  };
}

/** Standard normal numbers by Box and Muller. */
export function normals(seed: number): () => number {
  const random = seededNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export interface Simulation {
  readonly rounds: number;
  /** Standard deviation of a reading's logarithm, and of what a whole block shares. */
  readonly noise: number;
  readonly drift: number;
  /** True change of the variant, in percent. */
  readonly effectPercent: number;
}

export function simulate(
  { rounds, noise, drift, effectPercent }: Simulation,
  normal: () => number,
): Sample[] {
  return Array.from({ length: rounds }, (_, index) => {
    const block = index + 1;
    const level = 20_000 * Math.exp(drift * normal());
    const reading = (factor: number): { rps: number } => ({
      rps: level * factor * Math.exp(noise * normal()),
    });
    return [
      sample('none', block, reading(1)),
      sample('none', block, reading(1), { repeat: 2 }),
      sample('l7', block, reading(1 + effectPercent / 100)),
    ];
  }).flat();
}
