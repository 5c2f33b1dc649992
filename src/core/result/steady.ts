import { levelChange } from './levelChange';
import type { MetricName } from './metrics';
import type { Sample } from './run';
import { logOfPercent, noiseFloorPercent } from './statistics';

/** Warm-up samples of a variant that are looked at together: the last of them show no change of level, or it goes on. */
export const steadySamples = 4;
/** The most warm-up samples of a variant, steady or not. */
export const mostWarmUpSamples = 8;
/** A change that is none costs one more short sample: it need not be certain. */
const likelyChange = 0.2;

/**
 * Whether a variant still warms up: the last {@link steadySamples} values of the metric that its load is there for have a likely change of
 * level ({@link levelChange}) of more than {@link noiseFloorPercent}. A value that is missing tells nothing, and ends the warm-up.
 */
export function stillWarmsUp(values: readonly (number | undefined)[]): boolean {
  const last = values.slice(-steadySamples);
  const logs = last.flatMap((value) => (value !== undefined && value > 0 ? [Math.log(value)] : []));
  if (logs.length < steadySamples) return false;
  const change = levelChange(logs, { latest: steadySamples - 1, withTrend: false });
  return (
    change !== null && change.p <= likelyChange && Math.abs(change.size) >= logOfPercent(noiseFloorPercent)
  );
}

/** A variant's values of a metric in the warm-up before the first round, in the order they were taken; undefined where a sample has none. */
export function warmUpValues(
  samples: readonly Sample[],
  variant: string,
  metric: MetricName | undefined,
): (number | undefined)[] {
  return samples
    .filter((sample) => sample.block === 0 && sample.variant === variant)
    .map(({ valid, values }) => (valid && metric !== undefined ? values[metric] : undefined));
}
