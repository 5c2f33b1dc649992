import type { Variant } from '../scenario/scenario';
import { figureRules } from './figureRules';
import { holm } from './holm';
import type { MetricName } from './metrics';
import { metricNames, metrics, percentOf } from './metrics';
import { pooledFigures } from './pooledFigures';
import { countedSamples, loadOf, pairedLogRatios, readings, sharedMetrics, type Reading } from './readings';
import { hodgesLehmann, mannWhitneyP, signedRankP } from './ranks';
import type { Difference, Effect, MetricSummary, Sample, VariantSummary } from './run';
import type { PairedEffect, RoundsChosen } from './statistics';
import {
  lookedFactor,
  mean,
  meanInterval95,
  median,
  noiseBandPercent,
  pairedEffect,
  percentOfLog,
  smallestSeenPercent,
} from './statistics';
import { isFound, judge } from './verdict';
import { isMeasured, warmUpRounds, type WarmUpRounds } from './warmUp';

/** Fewest blocks with a valid sample of both that an effect is made of. */
const fewestPairs = 2;

/**
 * Over all valid samples, both halves of an A/A pair among them. A latency percentile is summarised over the samples'
 * own percentiles (the median of the rounds' p99s), which pairs by round; beside it stands the percentile of all requests together,
 * which no average of percentiles could give ({@link pooledFigures}).
 */
function summaryOf(variant: Variant, metric: MetricName, samples: readonly Sample[]): MetricSummary | null {
  const values = readings(variant, metric, samples).map(({ value }) => value);
  if (values.length === 0) return null;
  const load = loadOf(variant, metric);
  const percent = percentOf(metric);
  return {
    ...summaryOfValues(metric, values),
    ...(load ? { load } : {}),
    ...(percent === null ? {} : pooledFigures(percent, countedSamples(variant, metric, samples))),
  };
}

function summaryOfValues(metric: MetricName, values: readonly number[]): MetricSummary {
  return {
    unit: metrics[metric].unit,
    n: values.length,
    median: median(values),
    mean: mean(values),
    ci95: meanInterval95(values),
    samples: values,
  };
}

function variantSummary(variant: Variant, samples: readonly Sample[]): VariantSummary {
  const summaries: Partial<Record<MetricName, MetricSummary>> = {};
  for (const metric of metricNames) {
    const summary = summaryOf(variant, metric, samples);
    if (summary) summaries[metric] = summary;
  }
  return {
    id: variant.id,
    label: variant.label,
    baseline: variant.baseline ?? null,
    ...(variant.point ? { point: variant.point } : {}),
    metrics: summaries,
    ...partsOf(variant, samples),
  };
}

/** Each part's figures over the samples that count, in the order in which the parts first appear. */
function partsOf(variant: Variant, samples: readonly Sample[]): Pick<VariantSummary, 'parts'> {
  const counted = samples.filter(
    (sample) => sample.valid && sample.block > 0 && sample.variant === variant.id,
  );
  const values = counted.flatMap((sample) => sample.parts ?? []);
  if (values.length === 0) return {};
  const names = [...new Set(values.map(({ part }) => part))];
  return {
    parts: names.map((part) => {
      const summaries: Partial<Record<MetricName, MetricSummary>> = {};
      for (const metric of metricNames) {
        const own = values.filter((value) => value.part === part && value.metric === metric);
        if (own.length > 0)
          summaries[metric] = summaryOfValues(
            metric,
            own.map(({ value }) => value),
          );
      }
      const about = values.find((value) => value.part === part && value.about !== undefined)?.about;
      return { part, ...(about === undefined ? {} : { about }), metrics: summaries };
    }),
  };
}

/** ln(second / first) of every block in which the same setting was measured twice. */
function pairDifferences(all: readonly Reading[]): number[] {
  return all
    .filter(({ repeat, value }) => repeat === 1 && value > 0)
    .flatMap((first) =>
      all
        .filter(({ block, repeat, value }) => block === first.block && repeat === 2 && value > 0)
        .map((second) => Math.log(second.value / first.value)),
    );
}

function whyNotMeasured(pairs: number, variant: Variant, samples: readonly Sample[]): string {
  const own = samples.filter((sample) => sample.variant === variant.id && sample.block > 0);
  if (own.length === 0) return 'no sample of it was taken';
  const blocks = new Set(own.map((sample) => sample.block)).size;
  const have = pairs === 0 ? `none of ${blocks}` : `only ${pairs} of ${blocks}`;
  return `${have} ${blocks === 1 ? 'round' : 'rounds'} has a valid sample of both, and ${fewestPairs} are needed`;
}

/** An effect before it is judged among the others of its run; judged already where there is nothing to judge. */
interface Compared {
  readonly common: Pick<Effect, 'metric' | 'variant' | 'baseline' | 'noisePercent' | 'n'>;
  readonly reason: string | null;
  readonly logRatios: readonly number[];
  readonly paired: PairedEffect;
  readonly mannWhitneyP: number;
}

function comparedOf(
  metric: MetricName,
  variant: Variant,
  baseline: Variant,
  samples: readonly Sample[],
  chosen: RoundsChosen,
): Compared {
  const baselineReadings = readings(baseline, metric, samples);
  const ownReadings = readings(variant, metric, samples);
  const logRatios = pairedLogRatios(ownReadings, baselineReadings);
  const noisePercent = noiseBandPercent(pairDifferences(baselineReadings));
  const n = logRatios.length;
  return {
    common: { metric, variant: variant.id, baseline: baseline.id, noisePercent, n },
    reason: n < fewestPairs ? whyNotMeasured(n, variant, samples) : null,
    logRatios,
    paired: pairedEffect(logRatios, chosen),
    mannWhitneyP: mannWhitneyP(
      ownReadings.map(({ value }) => value),
      baselineReadings.map(({ value }) => value),
    ),
  };
}

/** The effects of a run, judged together: each p is corrected for all of them. */
function judged(compared: readonly Compared[], chosen: RoundsChosen): Effect[] {
  const measured = compared.filter(({ reason }) => reason === null);
  const comparisons = measured.length;
  const corrected = holm(measured.map(({ paired }) => paired.pValue));
  // What Holm's correction has found no longer counts among what the others are held against.
  const open = Math.max(1, corrected.filter((p) => !isFound(p)).length);
  const byEffect = new Map(measured.map((one, place) => [one, corrected[place] ?? 1]));
  return compared.map((one): Effect => {
    const { common, reason, paired, logRatios } = one;
    const correctedP = byEffect.get(one);
    if (reason !== null || correctedP === undefined)
      return { ...common, percent: null, ci95: null, verdict: 'not-measured', ...(reason ? { reason } : {}) };
    const seen = smallestSeenPercent(
      paired,
      common.noisePercent,
      chosen === 'fixed' ? open : open * lookedFactor,
    );
    return {
      ...common,
      percent: paired.percent,
      ci95: paired.ci95,
      ...judge(common.metric, paired, common.noisePercent, { correctedP, comparisons }),
      method: paired.method,
      logError: paired.logDeviation / Math.sqrt(paired.n),
      pValue: paired.pValue,
      correctedP,
      comparisons,
      hodgesLehmannPercent: percentOfLog(hodgesLehmann(logRatios)),
      signedRankP: signedRankP(logRatios),
      mannWhitneyP: one.mannWhitneyP,
      ...(seen === null ? {} : { smallestSeenPercent: seen }),
    };
  });
}

/** The mean of each block's readings. */
function meanByBlock(all: readonly Reading[]): ReadonlyMap<number, number> {
  const blocks = [...new Set(all.map(({ block }) => block))];
  return new Map(
    blocks.map((block) => [block, mean(all.filter((one) => one.block === block).map(({ value }) => value))]),
  );
}

/** Empty where no block has a valid sample of both. */
function differenceOf(
  metric: MetricName,
  variant: Variant,
  beside: Variant,
  samples: readonly Sample[],
): Difference[] {
  const others = meanByBlock(readings(beside, metric, samples));
  const differences = [...meanByBlock(readings(variant, metric, samples))].flatMap(([block, value]) => {
    const other = others.get(block);
    return other === undefined ? [] : [value - other];
  });
  if (differences.length === 0) return [];
  return [
    {
      metric,
      variant: variant.id,
      beside: beside.id,
      unit: metrics[metric].unit,
      difference: mean(differences),
      ci95: meanInterval95(differences),
      n: differences.length,
    },
  ];
}

/** How a run came by its samples, as far as its figures depend on it. */
export interface SummaryRules {
  /** `fixed` unless said otherwise. */
  readonly chosen?: RoundsChosen;
  /** Rounds that another program took, and left its own warm-up out of. */
  readonly keepsFirstRounds?: true;
}

export interface Summary {
  readonly figureRules: number;
  readonly variants: VariantSummary[];
  readonly effects: Effect[];
  readonly differences?: Difference[];
  readonly warmUp?: WarmUpRounds;
}

/**
 * What the samples say: each variant's figures and each variant's effects against its baseline, paired by block, in the
 * order of the variants and of {@link metricNames}. Warm-up (block 0, and the first rounds where {@link warmUpRounds} finds them to be) and
 * invalid samples are never averaged in. Where a block measured the baseline twice, its value is the geometric mean of both valid
 * ones, and the two are the A/A pair that the noise band of this metric is made of. Effects are judged together, their p values
 * corrected for all of them. Variants that are shown beside another one have differences in place of effects.
 */
export function summarise(
  variants: readonly Variant[],
  samples: readonly Sample[],
  { chosen = 'fixed', keepsFirstRounds }: SummaryRules = {},
): Summary {
  const warmUp = keepsFirstRounds ? null : warmUpRounds(variants, samples);
  const counted = warmUp ? samples.filter((sample) => isMeasured(sample, warmUp)) : samples;
  const compared = variants.flatMap((variant) => {
    const baseline = variants.find((candidate) => candidate.id === variant.baseline);
    if (!baseline) return [];
    return sharedMetrics(variant, baseline).map((metric) =>
      comparedOf(metric, variant, baseline, counted, chosen),
    );
  });
  const differences = variants.flatMap((variant) => {
    const beside = variants.find((candidate) => candidate.id === variant.beside);
    if (!beside) return [];
    return sharedMetrics(variant, beside).flatMap((metric) => differenceOf(metric, variant, beside, counted));
  });
  return {
    figureRules,
    variants: variants.map((variant) => variantSummary(variant, counted)),
    effects: judged(compared, chosen),
    ...(variants.some(({ beside }) => beside !== undefined) ? { differences } : {}),
    ...(warmUp ? { warmUp } : {}),
  };
}
