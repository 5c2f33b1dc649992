/** What the words of a run are looked up by. */
import type { MetricName } from '../result/metrics';
import { metricNames } from '../result/metrics';
import type { Effect, Run, Sample, VariantSummary } from '../result/run';

/** The metrics that some variant of the run has, in their fixed order. */
export function metricsOf(run: Pick<Run, 'variants'>): readonly MetricName[] {
  return metricNames.filter((metric) =>
    run.variants.some((variant) => variant.metrics[metric] !== undefined),
  );
}

/** The metric that a run is about: the first that it compares or describes, else the first that it has. */
export function headlineMetric(
  run: Pick<Run, 'variants' | 'effects' | 'differences'>,
): MetricName | undefined {
  const compared = metricNames.find((metric) =>
    run.effects.some((effect) => effect.metric === metric && effect.percent !== null),
  );
  return compared ?? run.differences?.[0]?.metric ?? metricsOf(run)[0];
}

export function effectOf(run: Pick<Run, 'effects'>, variant: string, metric: MetricName): Effect | undefined {
  return run.effects.find((effect) => effect.variant === variant && effect.metric === metric);
}

export function variantOf(run: Pick<Run, 'variants'>, id: string): VariantSummary | undefined {
  return run.variants.find((variant) => variant.id === id);
}

export function labelOf(run: Pick<Run, 'variants'>, id: string): string {
  return variantOf(run, id)?.label ?? id;
}

/** The samples that were meant to count: all but the warm-up. */
export function measuredSamples(run: Pick<Run, 'samples'>): readonly Sample[] {
  return run.samples.filter((sample) => sample.block > 0);
}

/** The largest noise band among these effects, in percent; null where none has one. */
export function largestNoise(effects: readonly Effect[]): number | null {
  const bands = effects.flatMap((effect) => effect.noisePercent ?? []);
  return bands.length === 0 ? null : Math.max(...bands);
}

/** The medians of all variants, by which the unit of a column or an axis is chosen. */
export function mediansOf(run: Pick<Run, 'variants'>, metric: MetricName): readonly number[] {
  return run.variants.flatMap((variant) => variant.metrics[metric]?.median ?? []);
}
