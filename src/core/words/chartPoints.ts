/** What the charts of a run are made of: points with their samples, units, headings and conclusions. */
import type { MetricName } from '../result/metrics';
import { metrics } from '../result/metrics';
import type { ChartPoint } from '../result/panelModel';
import type { Run, Sample, VariantSummary } from '../result/run';
import { differenceOf, differenceWords } from './differences';
import { changeWords, verdictWords } from './effects';
import { loadOfMetric, loadWords } from './loads';
import { samplePlace } from './notes';
import { counted, quantity, shownUnit } from './numbers';
import { metricNoun, startOfSentence } from './phrases';
import { effectOf, measuredSamples, mediansOf } from './runParts';

/** The chart's unit and what the stored values are divided by. */
export interface Unit {
  readonly unit: string;
  readonly divisor: number;
}

export function unitOf(run: Pick<Run, 'variants'>, metric: MetricName): Unit {
  const shown = shownUnit(metric, mediansOf(run, metric));
  return { divisor: shown.divisor, unit: metric === 'rps' ? metrics.rps.unit : shown.unit };
}

/** The samples that a variant's figure was read from, valid or not. */
function samplesBehind(run: Run, variant: VariantSummary, metric: MetricName): readonly Sample[] {
  const load = variant.metrics[metric]?.load?.id;
  return measuredSamples(run).filter(
    (sample) => sample.variant === variant.id && (load === undefined || sample.load === load),
  );
}

/** The round that goes on: while a run does, the newest. */
function openRound(run: Pick<Run, 'samples'>, isRunning: boolean): number {
  return isRunning ? Math.max(0, ...run.samples.map(({ block }) => block)) : Number.NaN;
}

export function pointOf(
  run: Run,
  variant: VariantSummary,
  metric: MetricName,
  { divisor }: Unit,
  isRunning: boolean,
): ChartPoint {
  const summary = variant.metrics[metric];
  const open = openRound(run, isRunning);
  const samples = samplesBehind(run, variant, metric).flatMap(({ id, values, valid, block }) => {
    const value = values[metric];
    return value === undefined
      ? []
      : [{ id, value: value / divisor, valid, ...(block === open ? { isOpen: true } : {}) }];
  });
  const low = summary?.ci95?.[0];
  return {
    label: variant.label,
    value: summary ? summary.median / divisor : null,
    // An interval of few rounds can reach below zero, where no measured value can lie.
    low: low === undefined ? null : Math.max(low, 0) / divisor,
    high: summary?.ci95 ? summary.ci95[1] / divisor : null,
    samples,
    ...(summary ? {} : { note: isRunning ? 'not measured yet' : 'no valid sample' }),
    ...variantMark(run, variant),
  };
}

/** Which variant a point shows, and whether the manifest's policy was in force on it. */
export function variantMark(
  run: Pick<Run, 'policy'>,
  { id, baseline }: Pick<VariantSummary, 'id' | 'baseline'>,
): Pick<ChartPoint, 'variant' | 'isPolicy'> {
  return { variant: id, ...(run.policy && baseline !== null ? { isPolicy: true } : {}) };
}

/** `Requests a second, saturated`. */
export function headingOf(run: Pick<Run, 'variants'>, metric: MetricName): string {
  const under = loadWords(loadOfMetric(run, metric));
  const name = startOfSentence(metricNoun(metric));
  if (under === '' || metric === 'cpuUsPerRequest') return name;
  return under.startsWith('at ') ? `${name} ${under}` : `${name}, ${under}`;
}

/** `No policy 21 890/s; L3/L4 19 930/s, −9 % (−12 to −6), worse.` */
export function conclusion(run: Run, metric: MetricName): string {
  const parts = run.variants.flatMap(({ id, label, metrics: summaries }) => {
    const summary = summaries[metric];
    if (!summary) return [];
    const effect = effectOf(run, id, metric);
    const compared = effect?.percent == null ? '' : `, ${changeWords(effect) ?? ''}, ${verdictWords(effect)}`;
    const described = differenceOf(run, id, metric);
    const differs = described === undefined ? '' : `, ${differenceWords(run, described)}`;
    return [`${label} ${quantity(metric, summary.median, summary.ci95)}${compared}${differs}`];
  });
  return parts.length === 0 ? 'Nothing is measured yet.' : `${startOfSentence(parts.join('; '))}.`;
}

/** A chart has room for so many reasons; the list of samples has them all. */
const mostReasons = 3;

/** The samples that a chart leaves out, with the reason, and the variants without a figure. */
export function leftOut(
  run: Run,
  metric: MetricName,
  isRunning: boolean,
): { readonly notes?: readonly string[] } {
  const invalid = run.variants
    .flatMap((variant) => samplesBehind(run, variant, metric))
    .filter(({ valid }) => !valid);
  const lines = invalid
    .slice(0, mostReasons)
    .map((sample) => `Not used: ${samplePlace(run, sample)}: ${sample.invalidReasons.join('; ')}.`);
  const more = invalid.length - lines.length;
  const missing = isRunning ? [] : run.variants.filter(({ metrics: summaries }) => !summaries[metric]);
  const notes = [
    ...lines,
    ...(more > 0
      ? [`${counted(more, 'more sample')} not used, with the reasons in the list of samples.`]
      : []),
    ...(missing.length > 0 && missing.length < run.variants.length
      ? [`No figure of ${missing.map(({ label }) => label).join(', ')}.`]
      : []),
  ];
  return notes.length === 0 ? {} : { notes };
}
