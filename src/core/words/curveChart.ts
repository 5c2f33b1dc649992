import { crossingOfRun, type SeriesCrossing } from '../result/crossing';
import type { MetricName } from '../result/metrics';
import type { ChartModel, ChartPoint } from '../result/panelModel';
import type { Run } from '../result/run';
import { conclusion, headingOf, leftOut, pointOf, unitOf } from './chartPoints';
import { crossingSentences, curveSentences, curvesOf, roundPlace } from './curves';

/** The place where the lead changes, as a mark on the chart. Its band ends with what was measured; the words say where it is open. */
function crossingMark(crossing: SeriesCrossing | null): Pick<ChartModel, 'marks'> {
  if (crossing === null) return {};
  const { at, interval, measured } = crossing;
  const [low, high] = [interval[0] ?? measured[0], interval[1] ?? measured[1]];
  return { marks: [{ place: at, low, high, label: `cross at ${roundPlace(at)}` }] };
}

/** A metric over the axis that the variants stand on, a line for each series. */
export function curveChart(run: Run, metric: MetricName, isRunning: boolean): ChartModel {
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
  const crossing = crossingOfRun(run, metric);
  const told = [...curveSentences(run, metric), ...crossingSentences(run, metric, crossing)];
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
    ...crossingMark(crossing),
    summary: told.length === 0 ? conclusion(run, metric) : told.join(' '),
    ...leftOut(run, metric, isRunning),
  };
}
