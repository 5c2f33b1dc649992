import type { MetricName } from '../result/metrics';
import type { ChartModel, ChartPoint } from '../result/panelModel';
import type { Run } from '../result/run';
import { conclusion, headingOf, leftOut, pointOf, unitOf } from './chartPoints';
import { withTable } from './chartTable';
import { curveChart } from './curveChart';
import { shortMetricNames } from './effects';
import { effectsCharts } from './effectsChart';
import { loadOfMetric, loadWords } from './loads';
import { overTimeChart } from './overTimeCharts';
import { partChart } from './partCharts';
import { metricNoun, startOfSentence } from './phrases';
import { metricsOf } from './runParts';

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

/** An interval that reaches 0 has no place on a logarithmic axis. */
function onLogarithmicAxis(point: ChartPoint): ChartPoint {
  return point.low !== null && point.low <= 0
    ? { ...point, low: Math.min(...point.samples.filter(({ valid }) => valid).map(({ value }) => value)) }
    : point;
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
    ...leftOut(run, metric, isRunning),
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
    ...leftOut(run, last, isRunning),
  };
}

/** What the datapath took: what it is made of, and beside it how it went over the run. */
function resourceCharts(run: Run): readonly (ChartModel | null)[] {
  return [
    partChart(run, 'bpfMemoryBytes'),
    partChart(run, 'componentCpuCores'),
    overTimeChart(run, 'components-over-time'),
    partChart(run, 'componentMemoryBytes'),
    overTimeChart(run, 'memory-over-time'),
    overTimeChart(run, 'cpu-over-time'),
  ];
}

function measuredCharts(run: Run, isRunning: boolean): readonly ChartModel[] {
  const measured = metricsOf(run);
  if (run.variants.some((variant) => variant.point !== undefined)) {
    return curveMetrics
      .filter((metric) => measured.includes(metric))
      .slice(0, mostCharts)
      .map((metric) => curveChart(run, metric, isRunning));
  }
  return [
    ...(['rps', 'throughputBitsPerSecond'] as const)
      .filter((metric) => measured.includes(metric))
      .map((metric) => bars(run, metric, isRunning)),
    ...(latencyMetrics.some((metric) => measured.includes(metric)) ? [latencyDots(run, isRunning)] : []),
    ...effectsCharts(run, isRunning),
    ...barMetrics.filter((metric) => measured.includes(metric)).map((metric) => bars(run, metric, isRunning)),
  ];
}

/**
 * The charts of a run, by what it measured: curves where its variants stand on an axis, else bars, dots and effects; then what the
 * figures are made of, and what the datapath took over the time of the run. Each with its numbers as a table.
 */
export function chartsOf(run: Run, isRunning: boolean): readonly ChartModel[] {
  return [...measuredCharts(run, isRunning), ...resourceCharts(run).flatMap((chart) => chart ?? [])].map(
    withTable,
  );
}
