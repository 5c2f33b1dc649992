import type { MetricName } from '../result/metrics';
import type { Run } from '../result/run';
import { shortMetricNames } from './effects';
import type { Figure } from './figures';
import { figureOf, pieces } from './figures';
import { loadOfMetric, loadWords } from './loads';
import { startOfSentence } from './phrases';
import { metricsOf } from './runParts';
import type { Cell, Grid } from './terminalText';
import { gridLines, gridWidth } from './terminalText';

const mostVariants = 8;
const mostColumns = 3;
/** What a reader looks for first, one of each kind; the percentiles further out come after it. */
const firstMetrics: readonly MetricName[] = [
  'rps',
  'throughputBitsPerSecond',
  'latencyP50Us',
  'cpuUsPerRequest',
];

/** The metrics by blocks of a few columns each, the headlines first. */
function blocksOf(run: Pick<Run, 'variants'>): readonly (readonly MetricName[])[] {
  const measured = metricsOf(run);
  const first = firstMetrics.filter((metric) => measured.includes(metric)).slice(0, mostColumns);
  const rest = measured.filter((metric) => !first.includes(metric));
  return [
    first,
    ...Array.from({ length: Math.ceil(rest.length / mostColumns) }, (_, index) =>
      rest.slice(index * mostColumns, (index + 1) * mostColumns),
    ),
  ].filter((block) => block.length > 0);
}

/** Whether every metric was read under one load by all: else a heading could not say what a column is. */
function haveSameLoads(run: Pick<Run, 'variants'>): boolean {
  return metricsOf(run).every((metric) => {
    const loads = run.variants.flatMap(({ metrics }) => metrics[metric]?.load ?? []);
    return new Set(loads.map((load) => JSON.stringify(load))).size <= 1;
  });
}

interface Form {
  /** The verdict stands once, at the end of the row. */
  readonly verdictAtEnd: boolean;
  readonly cell: (figure: Figure, column: readonly Figure[]) => Cell;
}

/** From the widest to the narrowest. What comes first, the value and the change, always shares the first line. */
const forms: readonly Form[] = [
  {
    verdictAtEnd: false,
    cell: (figure, column) => [pieces(figure, column, ['value', 'change', 'interval', 'verdict'])],
  },
  {
    verdictAtEnd: true,
    cell: (figure, column) => [pieces(figure, column, ['value', 'change', 'interval'])],
  },
  {
    verdictAtEnd: false,
    cell: (figure, column) => [
      pieces(figure, column, ['value', 'change']),
      [figure.verdict, { text: figure.interval.text === '' ? '' : ' ' }, figure.interval],
    ],
  },
  {
    verdictAtEnd: false,
    cell: (figure, column) => [
      pieces(figure, column, ['value', 'change']),
      [figure.verdict],
      [figure.interval],
    ],
  },
];

/** Lines that hold nothing take no room: a baseline has neither verdict nor interval. */
function withoutEmpty(cell: Cell): Cell {
  return cell.filter((line) => line.some(({ text }) => text.trim() !== ''));
}

function headingOf(run: Pick<Run, 'variants'>, metric: MetricName): Cell {
  const under = metric === 'cpuUsPerRequest' ? '' : loadWords(loadOfMetric(run, metric));
  return [
    [{ text: startOfSentence(metric === 'rps' ? 'requests' : shortMetricNames[metric]), colour: 'bold' }],
    ...(under === '' ? [] : [[{ text: under, colour: 'dim' as const }]]),
  ];
}

/** The grid of a form; null where its rows need more than the one verdict that it has room for. */
function gridOf(run: Run, block: readonly MetricName[], { verdictAtEnd, cell }: Form): Grid | null {
  const columns = block.map((metric) => run.variants.map((variant) => figureOf(run, variant, metric)));
  const rows = run.variants.map(({ label }, row) => ({
    label,
    figures: columns.flatMap((column) => {
      const figure = column[row];
      return figure ? [{ figure, column }] : [];
    }),
  }));
  const verdicts = rows.map(({ figures }) => figures.map(({ figure }) => figure.verdict));
  if (verdictAtEnd && verdicts.some((row) => new Set(row.map(({ text }) => text)).size > 1)) return null;
  return [
    [[], ...block.map((metric) => headingOf(run, metric))],
    ...rows.map(({ label, figures }, row) => [
      [[{ text: startOfSentence(label) }]],
      ...figures.map(({ figure, column }) => withoutEmpty(cell(figure, column))),
      ...(verdictAtEnd ? [[verdicts[row]?.slice(0, 1) ?? []]] : []),
    ]),
  ];
}

/**
 * The whole result with a row for each variant and a column for each metric; null where the variants are too many, were
 * measured under loads of their own, or do not fit the width: then a table for each metric says it better.
 */
export function compactTable(run: Run, width: number, coloured: boolean): readonly string[] | null {
  const blocks = blocksOf(run);
  if (run.variants.length > mostVariants || !haveSameLoads(run) || metricsOf(run).length < 2) return null;
  for (const form of forms) {
    const grids = blocks.map((block) => gridOf(run, block, form)).filter((grid) => grid !== null);
    const fits = grids.length === blocks.length && grids.every((grid) => gridWidth(grid) <= width);
    if (fits) return grids.flatMap((grid) => [...gridLines(grid, coloured), '']);
  }
  return null;
}
