/** A variant's values of a metric, as all figures are made from them. */
import type { Load, Variant } from '../scenario/scenario';
import { metricNames, type MetricName } from './metrics';
import type { Sample } from './run';
import { mean } from './statistics';

/** One sample's value of one metric. Only of samples that count: valid and not of the warm-up. */
export interface Reading {
  readonly block: number;
  readonly repeat: number;
  readonly value: number;
}

/** The load that a variant's metric is read from: the first that lists it, so that two loads are never mixed. */
export function loadOf(variant: Variant, metric: MetricName): Load | undefined {
  return variant.loads.find((load) => load.metrics.includes(metric));
}

/**
 * The samples that a variant's metric is read from. A metric that no load lists (the time to program, which goes with the first
 * sample after a change) is taken from whichever sample has it.
 */
export function countedSamples(
  variant: Variant,
  metric: MetricName,
  samples: readonly Sample[],
): readonly Sample[] {
  const load = loadOf(variant, metric);
  return samples.filter(
    (sample) =>
      sample.valid &&
      sample.block > 0 &&
      sample.variant === variant.id &&
      (load === undefined || sample.load === load.id),
  );
}

export function readings(variant: Variant, metric: MetricName, samples: readonly Sample[]): Reading[] {
  return countedSamples(variant, metric, samples).flatMap(({ values, block, repeat }) => {
    const value = values[metric];
    return value !== undefined && Number.isFinite(value) ? [{ block, repeat, value }] : [];
  });
}

/** The mean logarithm of each block's readings: two halves of an A/A pair become their geometric mean. */
export function logByBlock(all: readonly Reading[]): ReadonlyMap<number, number> {
  const logs = new Map<number, number[]>();
  for (const { block, value } of all) {
    // A ratio to nothing has no meaning; no valid sample of these metrics is 0.
    if (value > 0) logs.set(block, [...(logs.get(block) ?? []), Math.log(value)]);
  }
  return new Map([...logs].map(([block, values]) => [block, mean(values)]));
}

/** ln(variant / baseline) of every block that has a valid sample of both. */
export function pairedLogRatios(own: readonly Reading[], baseline: readonly Reading[]): number[] {
  const baselineLogs = logByBlock(baseline);
  return [...logByBlock(own)].flatMap(([block, log]) => {
    const against = baselineLogs.get(block);
    return against === undefined ? [] : [log - against];
  });
}

/** What variants are compared in: the metrics that a load of both lists. */
export function sharedMetrics(one: Variant, other: Variant): readonly MetricName[] {
  return metricNames.filter((metric) => loadOf(one, metric) && loadOf(other, metric));
}
