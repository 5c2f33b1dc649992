import type { MetricName } from '../result/metrics';
import { metrics } from '../result/metrics';
import type { ChartModel, ChartPoint } from '../result/panelModel';
import type { Effect, Run, VariantSummary } from '../result/run';
import { crossingSentences, curveSentences, curvesOf } from './curves';
import { differenceOf, differenceWords } from './differences';
import { changeWords, shortMetricNames, verdictWords } from './effects';
import { loadOfMetric, loadWords } from './loads';
import { changeDecimals, quantity, shownUnit, tellingPercent } from './numbers';
import { metricNoun, startOfSentence } from './phrases';
import {
  effectOf,
  headlineMetric,
  labelOf,
  largestNoise,
  measuredSamples,
  mediansOf,
  metricsOf,
} from './runParts';

const latencyMetrics = ['latencyP50Us', 'latencyP90Us', 'latencyP99Us'] as const;
/** The curves that are drawn, by how much they tell; no more than three charts stand in sight. */
const curveMetrics: readonly MetricName[] = [
  'rps',
  'latencyP99Us',
  'programmingSeconds',
  'cpuUsPerRequest',
  'latencyP50Us',
  'throughputBitsPerSecond',
  'reachableSeconds',
];
const mostCharts = 3;
/** Drawn as bars below the others. */
const barMetrics: readonly MetricName[] = [
  'cpuUsPerRequest',
  'componentCpuCores',
  'componentMemoryBytes',
  'bpfMemoryBytes',
];

/** The chart's unit and what the stored values are divided by. */
interface Unit {
  readonly unit: string;
  readonly divisor: number;
}

function unitOf(run: Run, metric: MetricName): Unit {
  const shown = shownUnit(metric, mediansOf(run, metric));
  return { divisor: shown.divisor, unit: metric === 'rps' ? metrics.rps.unit : shown.unit };
}

function pointOf(
  run: Run,
  variant: VariantSummary,
  metric: MetricName,
  { divisor }: Unit,
  isRunning: boolean,
): ChartPoint {
  const summary = variant.metrics[metric];
  const load = summary?.load?.id;
  const samples = measuredSamples(run)
    .filter((sample) => sample.variant === variant.id && (load === undefined || sample.load === load))
    .flatMap((sample) => {
      const value = sample.values[metric];
      return value === undefined ? [] : [{ id: sample.id, value: value / divisor, valid: sample.valid }];
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
  };
}

/** An interval that reaches 0 has no place on a logarithmic axis. */
function onLogarithmicAxis(point: ChartPoint): ChartPoint {
  return point.low !== null && point.low <= 0
    ? { ...point, low: Math.min(...point.samples.filter(({ valid }) => valid).map(({ value }) => value)) }
    : point;
}

function headingOf(run: Run, metric: MetricName): string {
  const under = loadWords(loadOfMetric(run, metric));
  const name = startOfSentence(metricNoun(metric));
  if (under === '' || metric === 'cpuUsPerRequest') return name;
  return under.startsWith('at ') ? `${name} ${under}` : `${name}, ${under}`;
}

/** `no policy 21 890/s; L3/L4 19 930/s, −9 % (−12 to −6), worse`. */
function conclusion(run: Run, metric: MetricName): string {
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

function bars(run: Run, metric: MetricName, isRunning: boolean): ChartModel {
  const unit = unitOf(run, metric);
  return {
    id: metric,
    title: headingOf(run, metric),
    kind: 'bars',
    unit: unit.unit,
    scale: 'linear',
    categories: run.variants.map(({ label }) => label),
    series: [
      {
        label: startOfSentence(metricNoun(metric)),
        points: run.variants.map((variant) => pointOf(run, variant, metric, unit, isRunning)),
      },
    ],
    summary: conclusion(run, metric),
  };
}

function latencyDots(run: Run, isRunning: boolean): ChartModel {
  const shown = latencyMetrics.filter((metric) => metricsOf(run).includes(metric));
  const last = shown.at(-1) ?? 'latencyP50Us';
  const unit = unitOf(run, last);
  const under = loadWords(loadOfMetric(run, last));
  return {
    id: 'latency',
    title: under === '' ? 'Latency' : `Latency${under.startsWith('at ') ? '' : ','} ${under}`,
    kind: 'dots',
    unit: unit.unit,
    scale: 'logarithmic',
    categories: shown.map((metric) => shortMetricNames[metric]),
    series: run.variants.map((variant) => ({
      label: variant.label,
      points: shown.map((metric) => ({
        ...onLogarithmicAxis(pointOf(run, variant, metric, unit, isRunning)),
        label: `${variant.label}, ${shortMetricNames[metric]}`,
      })),
    })),
    summary: shown.map((metric) => `${shortMetricNames[metric]}: ${conclusion(run, metric)}`).join(' '),
  };
}

/** An interval that reaches farther from its middle, by a factor, would leave no room for anything else on the axis. */
const farthestReach = 10;

/** The interval as far as it can be drawn; where it cannot, the chart's words have it. */
function drawableInterval({ percent, ci95 }: Effect): readonly [number, number] | null {
  if (percent === null || ci95 === null) return null;
  const reach = (100 + ci95[1]) / (100 + percent);
  return reach <= farthestReach ? ci95 : null;
}

/** A change rounded as the words round it, so that a mark carries no more digits than the sentence beside it. */
function asShown(percent: number, ci95: readonly [number, number] | null = null): number {
  return percent > tellingPercent ? percent : Number(percent.toFixed(changeDecimals(percent, ci95)));
}

/** A band wider than a doubling would fill the chart; the words say that it is. */
function drawableNoise(effects: readonly Effect[]): number | null {
  const noise = largestNoise(effects);
  return noise !== null && noise <= tellingPercent ? noise : null;
}

function effectPoint(run: Run, effect: Effect, isRunning: boolean): ChartPoint {
  const interval = drawableInterval(effect);
  return {
    label: labelOf(run, effect.variant),
    value: effect.percent === null ? null : asShown(effect.percent, effect.ci95),
    low: interval?.[0] ?? null,
    high: interval?.[1] ?? null,
    samples: [],
    ...(effect.percent === null
      ? {
          note: isRunning
            ? 'not measured yet'
            : `not measured, because ${effect.reason ?? 'there is no valid sample'}`,
        }
      : {}),
  };
}

/** The changes of one metric: each metric has a noise band of its own, so two would need two charts. */
function effectsChart(run: Run, metric: MetricName, isRunning: boolean): ChartModel | null {
  const effects = run.effects.filter((effect) => effect.metric === metric);
  if (effects.length === 0) return null;
  const baselines = [...new Set(effects.map(({ baseline }) => labelOf(run, baseline)))];
  const [only = ''] = baselines;
  const noise = drawableNoise(effects);
  return {
    id: 'effects',
    title: `${startOfSentence(metricNoun(metric))} against ${baselines.length === 1 ? only : 'the baseline of each'}`,
    kind: 'effects',
    unit: '%',
    scale: 'linear',
    categories: effects.map(({ variant }) => labelOf(run, variant)),
    series: [
      {
        label: startOfSentence(metricNoun(metric)),
        points: effects.map((effect) => effectPoint(run, effect, isRunning)),
      },
    ],
    ...(noise === null ? {} : { noisePercent: asShown(noise) }),
    summary: effects
      .map((effect) => {
        const change = changeWords(effect);
        return `${startOfSentence(labelOf(run, effect.variant))}: ${change === null ? '' : `${change}, `}${verdictWords(effect)}.`;
      })
      .join(' '),
  };
}

function lines(run: Run, metric: MetricName, isRunning: boolean): ChartModel {
  const curves = curvesOf(run, metric);
  const unit = unitOf(run, metric);
  const places = [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const missing = (x: number): ChartPoint => ({
    label: String(x),
    value: null,
    low: null,
    high: null,
    samples: [],
    note: isRunning ? 'not measured yet' : 'not measured',
  });
  const told = [...curveSentences(run, metric), ...crossingSentences(run, metric)];
  return {
    id: metric,
    title: headingOf(run, metric),
    kind: 'lines',
    unit: unit.unit,
    scale: 'linear',
    categories: places.map(String),
    categoryTitle: curves[0]?.axis ?? '',
    series: curves.map(({ series, points }) => ({
      label: series,
      points: places.map((x) => {
        const id = points.find((point) => point.x === x)?.variant;
        const variant = run.variants.find((candidate) => candidate.id === id);
        return variant ? pointOf(run, variant, metric, unit, isRunning) : missing(x);
      }),
    })),
    summary: told.length === 0 ? conclusion(run, metric) : told.join(' '),
  };
}

/** The charts of a run, by what it measured: curves where its variants stand on an axis, else bars, dots and effects. */
export function chartsOf(run: Run, isRunning: boolean): readonly ChartModel[] {
  const measured = metricsOf(run);
  if (run.variants.some((variant) => variant.point !== undefined)) {
    return curveMetrics
      .filter((metric) => measured.includes(metric))
      .slice(0, mostCharts)
      .map((metric) => lines(run, metric, isRunning));
  }
  const headline = headlineMetric(run);
  const effects = headline === undefined ? null : effectsChart(run, headline, isRunning);
  return [
    ...(['rps', 'throughputBitsPerSecond'] as const)
      .filter((metric) => measured.includes(metric))
      .map((metric) => bars(run, metric, isRunning)),
    ...(latencyMetrics.some((metric) => measured.includes(metric)) ? [latencyDots(run, isRunning)] : []),
    ...(effects ? [effects] : []),
    ...barMetrics.filter((metric) => measured.includes(metric)).map((metric) => bars(run, metric, isRunning)),
  ];
}
