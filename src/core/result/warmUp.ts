import type { Variant } from '../scenario/scenario';
import { levelChange, type LevelChange } from './levelChange';
import { metricNames, type MetricName } from './metrics';
import { loadOf, logByBlock, readings } from './readings';
import type { Sample } from './run';
import { logOfPercent, mean, noiseFloorPercent, percentOfLog, standardDeviation } from './statistics';

/** Rounds at the beginning of a run that count as warm-up, because the level changed after them. */
export interface WarmUpRounds {
  readonly rounds: number;
  /** The metric that shows it most clearly. */
  readonly metric: MetricName;
  /** What these rounds were against the rest in that metric, in percent, over all variants. */
  readonly percent: number;
  /** Corrected for all places and metrics that were tried. */
  readonly p: number;
}

/** Fewer rounds cannot tell a warm-up from noise. */
const fewestRounds = 5;
/** From so many rounds on a steady drift through the run is told apart from a change of level; fewer do not tell them apart. */
const fewestWithTrend = 8;
/**
 * What the p of the likeliest change is held to is this over the number of rounds: the more of them, the more of what a machine does by
 * itself they hold, whose modes last for a few rounds. So it is found in fewer than 5 of 100 clean runs of recorded noise.
 */
const mostPTimesRounds = 0.1;
/** A third of the rounds is the most that counts as warm-up: beyond it the run has two levels, and neither is the right one. */
const mostShare = 1 / 3;

interface Standardised {
  /** One number a round: the mean over variants of their log values, each centred and divided by its own deviation. */
  readonly scores: readonly number[];
  /** The same, centred only. */
  readonly logs: readonly number[];
}

/** The rounds in which every variant has a valid value of the metric, oldest first. Null where a variant does not vary. */
function standardised(
  variants: readonly Variant[],
  metric: MetricName,
  samples: readonly Sample[],
  rounds: readonly number[],
): Standardised | null {
  const own = variants
    .filter((variant) => loadOf(variant, metric))
    .map((variant) => logByBlock(readings(variant, metric, samples)));
  if (own.length === 0) return null;
  const columns = own.map((logs) => rounds.map((round) => logs.get(round) ?? Number.NaN));
  if (columns.some((column) => column.some(Number.isNaN))) return null;
  const centred = columns.map((column) => {
    const center = mean(column);
    return column.map((value) => value - center);
  });
  const deviations = centred.map(standardDeviation);
  if (deviations.some((deviation) => !(deviation > 0))) return null;
  const over = (divide: (variant: number) => number): number[] =>
    rounds.map((_, round) =>
      mean(centred.map((column, variant) => (column[round] ?? Number.NaN) / divide(variant))),
    );
  return { scores: over((variant) => deviations[variant] ?? Number.NaN), logs: over(() => 1) };
}

function sizeOf(logs: readonly number[], { after }: LevelChange): number {
  return mean(logs.slice(0, after)) - mean(logs.slice(after));
}

/**
 * The first rounds of a run that count as warm-up: where the level of all variants together changes within the first third of the
 * rounds ({@link levelChange}), in any metric that loads yield, each p corrected for the number of metrics, and by more than
 * {@link noiseFloorPercent}. Null where there are none, or fewer than {@link fewestRounds} rounds.
 *
 * Source: the steady state of a benchmark begins at the last change point of its measurements (Barrett et al., "Virtual Machine Warmup
 * Blows Hot and Cold", OOPSLA 2017), here only ever the first rounds: what changes later is drift, which pairing by round takes out.
 * A function of the samples alone, so that it comes out the same again. `docs/statistics.md` counts how often it is wrong.
 */
export function warmUpRounds(variants: readonly Variant[], samples: readonly Sample[]): WarmUpRounds | null {
  const valid = samples.filter((sample) => sample.valid && sample.block > 0);
  const rounds = [...new Set(valid.map(({ block }) => block))].sort((a, b) => a - b);
  const n = rounds.length;
  if (n < fewestRounds) return null;
  const tried = metricNames.flatMap((metric) => {
    const series = standardised(variants, metric, valid, rounds);
    return series ? [{ metric, ...series }] : [];
  });
  const rule = { latest: Math.floor(n * mostShare), withTrend: n >= fewestWithTrend };
  const found = tried
    .flatMap(({ metric, scores, logs }) => {
      const change = levelChange(scores, rule);
      if (!change) return [];
      const p = Math.min(1, change.p * tried.length);
      return [{ metric, p, after: change.after, size: sizeOf(logs, change) }];
    })
    .filter(({ p, size }) => p <= mostPTimesRounds / n && Math.abs(size) >= logOfPercent(noiseFloorPercent))
    .sort((a, b) => a.p - b.p)[0];
  if (!found) return null;
  return {
    rounds: rounds[found.after - 1] ?? found.after,
    metric: found.metric,
    percent: percentOfLog(found.size),
    p: found.p,
  };
}

/** Whether a sample was meant to count: it is of no warm-up, neither planned nor found. */
export function isMeasured(
  { block }: Pick<Sample, 'block'>,
  warmUp: WarmUpRounds | null | undefined,
): boolean {
  return block > (warmUp?.rounds ?? 0);
}
