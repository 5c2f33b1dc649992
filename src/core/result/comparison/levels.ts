import type { Load } from '../../scenario/scenario';
import type { MetricName } from '../metrics';
import type { Run, VariantSummary } from '../run';
import { mean } from '../statistics';
import { isMeasured } from '../warmUp';

/**
 * The logarithms of a variant's metric by block, from the samples that count: valid, not of the warm-up, of the load that the
 * metric was summarised over. Both halves of an A/A pair are one. What is not above 0 has no logarithm and is left out.
 */
export function logsByBlock(
  run: Pick<Run, 'samples' | 'warmUp'>,
  variant: VariantSummary,
  metric: MetricName,
): ReadonlyMap<number, number> {
  const load = variant.metrics[metric]?.load?.id;
  const byBlock = new Map<number, number[]>();
  for (const sample of run.samples) {
    const value = sample.values[metric];
    const counts =
      sample.valid &&
      isMeasured(sample, run.warmUp) &&
      sample.variant === variant.id &&
      (load === undefined || sample.load === load);
    if (!counts || value === undefined || !(value > 0)) continue;
    byBlock.set(sample.block, [...(byBlock.get(sample.block) ?? []), Math.log(value)]);
  }
  return new Map([...byBlock].map(([block, logs]) => [block, mean(logs)]));
}

/**
 * The logarithms of a variant's metric, one a block, which are independent of each other. A run that holds its summary alone, as
 * an imported one may, has its summary's values.
 */
export function blockLogs(
  run: Pick<Run, 'samples' | 'warmUp'>,
  variant: VariantSummary,
  metric: MetricName,
): readonly number[] {
  const summary = variant.metrics[metric];
  if (!summary) return [];
  const byBlock = logsByBlock(run, variant, metric);
  if (byBlock.size > 0) return [...byBlock.values()];
  return summary.samples.filter((value) => value > 0).map(Math.log);
}

/** Whether two loads send the same; which metrics are read of them does not matter. */
export function isSameLoad(one: Load | undefined, other: Load | undefined): boolean {
  const key = (load: Load | undefined): string =>
    load === undefined
      ? ''
      : JSON.stringify(
          Object.entries(load)
            .filter(([name]) => name !== 'metrics')
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        );
  return key(one) === key(other);
}
