import type { MetricName } from '../result/metrics';
import type { Run } from '../result/run';
import { curvesOf } from './curves';
import type { Figure } from './figures';
import { figureOf, pieces } from './figures';
import { loadOfMetric, metricHeading } from './loads';
import { grouped } from './numbers';
import { startOfSentence } from './phrases';
import { metricsOf, variantOf } from './runParts';
import type { Grid } from './terminalText';
import { gridLines, gridWidth, padded, paint, widthOf } from './terminalText';

/** Percentiles beyond the median would make the tables of a curve long; the report has them. */
const leftToReport: readonly MetricName[] = ['latencyP90Us', 'latencyP99Us'];

/** From the widest to the narrowest: what does not fit is the interval, then what would have been seen, never the verdict. */
const forms: readonly (readonly (keyof Figure)[])[] = [
  ['value', 'change', 'interval', 'verdict'],
  ['value', 'change', 'verdict'],
  ['value', 'change', 'shortVerdict'],
];

/** A row for each place on the axis, a column for each series. */
function gridOf(run: Run, metric: MetricName, wanted: readonly (keyof Figure)[]): Grid {
  const curves = curvesOf(run, metric);
  const places = [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const axis = curves[0]?.axis ?? '';
  const labels = places.map((x) => grouped(x));
  const labelWidth = Math.max(...[axis, ...labels].map(widthOf));
  const columns = curves.map(({ points }) =>
    places.map((x) => {
      const variant = variantOf(run, points.find((point) => point.x === x)?.variant ?? '');
      return variant ? figureOf(run, variant, metric) : null;
    }),
  );
  return [
    [
      [[{ text: axis, colour: 'dim' }]],
      ...curves.map(({ series }) => [[{ text: series, colour: 'dim' as const }]]),
    ],
    ...places.map((_, row) => [
      [padded({ text: labels[row] ?? '' }, labelWidth, 'before')],
      ...columns.map((column) => {
        const figure = column[row];
        const own = column.filter((candidate) => candidate !== null);
        return figure ? [pieces(figure, own, wanted)] : [];
      }),
    ]),
  ];
}

/** The curves of a run as a small table for each metric; null where one does not fit, or where there are no curves. */
export function curveTables(run: Run, width: number, coloured: boolean): readonly string[] | null {
  if (run.variants.length === 0 || run.variants.some(({ point }) => point === undefined)) return null;
  const measured = metricsOf(run);
  const shown = measured.filter((metric) => !leftToReport.includes(metric));
  const wanted = forms.find((form) => shown.every((metric) => gridWidth(gridOf(run, metric, form)) <= width));
  if (!wanted || shown.length === 0) return null;
  const heading = (metric: MetricName): string =>
    startOfSentence(metricHeading(metric, loadOfMetric(run, metric)));
  const left = measured.filter((metric) => leftToReport.includes(metric));
  return [
    ...shown.flatMap((metric) => [
      paint({ text: heading(metric), colour: 'bold' }, coloured),
      ...gridLines(gridOf(run, metric, wanted), coloured),
      '',
    ]),
    ...left.map((metric) => `${heading(metric)}: in the report.`),
  ];
}
