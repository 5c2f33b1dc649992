import type { MetricName } from '../result/metrics';
import type { Run } from '../result/run';
import type { Figure } from './figures';
import { figureOf, pieces } from './figures';
import { loadOfMetric, metricHeading } from './loads';
import { startOfSentence } from './phrases';
import { effectOf, metricsOf } from './runParts';
import type { Grid } from './terminalText';
import { gap, gridLines, gridWidth, lineWidth, paint, shortened } from './terminalText';

const indent = '  ';
const fewestForLabel = 6;

function gridOf(run: Run, metric: MetricName, wanted: readonly (keyof Figure)[]): Grid {
  const shown = run.variants
    .filter(
      (variant) => variant.metrics[metric] !== undefined || effectOf(run, variant.id, metric) !== undefined,
    )
    .map((variant) => ({ label: variant.label, figure: figureOf(run, variant, metric) }));
  const column = shown.map(({ figure }) => figure);
  return shown.map(({ label, figure }) => [
    [[{ text: startOfSentence(label) }]],
    [pieces(figure, column, wanted)],
  ]);
}

/** The same with labels cut so that it fits. */
function fitted(grid: Grid, width: number): Grid {
  const figures = Math.max(0, ...grid.map((row) => lineWidth(row[1]?.[0] ?? [])));
  const room = Math.max(fewestForLabel, width - figures - gap);
  return grid.map(([label = [], ...rest]) => [
    label.map((line) => line.map((span) => ({ ...span, text: shortened(span.text, room) }))),
    ...rest,
  ]);
}

/** From the widest to the narrowest. */
const forms: readonly (readonly (keyof Figure)[])[] = [
  ['value', 'change', 'interval', 'verdict'],
  ['value', 'change', 'verdict'],
  ['value', 'change', 'shortVerdict'],
];

/** A table of one metric. What does not fit is the interval first, then what would have been seen, then the end of the label. */
function metricLines(run: Run, metric: MetricName, width: number, coloured: boolean): string[] {
  const inner = width - indent.length;
  const grids = forms.map((form) => gridOf(run, metric, form));
  const whole = grids.find((grid) => gridWidth(grid) <= inner);
  const grid = whole ?? fitted(grids.at(-1) ?? [], inner);
  const heading = startOfSentence(metricHeading(metric, loadOfMetric(run, metric)));
  return [
    paint({ text: heading, colour: 'bold' }, coloured),
    ...gridLines(grid, coloured).map((line) => `${indent}${line}`),
    '',
  ];
}

/** A table for each metric, with a row for each variant: fits any result into 48 columns. */
export function metricTables(run: Run, width: number, coloured: boolean): readonly string[] {
  return metricsOf(run).flatMap((metric) => metricLines(run, metric, width, coloured));
}
