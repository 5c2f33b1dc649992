/** The numbers of a chart as a table beside it. */
import type { ChartModel, ChartPoint, TableModel } from '../result/panelModel';
import { change, changeRange, counted, grouped, shortNumber } from './numbers';
import { startOfSentence } from './phrases';

/** A table that is longer is for a program to read, not for a person: the CSV and JSON reports have every row. */
const mostRows = 1000;

/** `seconds since the run began`, `Services`: what a point's place is called. */
function placeHeading({ categoryTitle }: ChartModel): string {
  return categoryTitle === undefined || categoryTitle === '' ? 'Setting' : startOfSentence(categoryTitle);
}

function placeOf({ kind, categories }: ChartModel, point: ChartPoint, index: number): string {
  if (point.place !== undefined) return shortNumber(point.place);
  const category = categories[index] ?? point.label;
  const isNumber = kind === 'lines' && Number.isFinite(Number(category));
  return isNumber ? grouped(Number(category)) : startOfSentence(category);
}

function valueCells({ kind, unit }: ChartModel, { value, low, high, note }: ChartPoint): readonly string[] {
  const isChange = kind === 'effects' && unit === '%';
  const ci95 = low === null || high === null ? null : ([low, high] as const);
  if (value === null) return [note ?? 'not measured', ''];
  if (isChange) return [change(value, ci95), ci95 === null ? '' : changeRange(ci95)];
  return [
    shortNumber(value, ci95),
    ci95 === null ? '' : `${shortNumber(ci95[0])} to ${shortNumber(ci95[1])}`,
  ];
}

function samplesCell({ samples }: ChartPoint): string {
  const valid = samples.filter((sample) => sample.valid).length;
  if (samples.length === 0) return '';
  return valid === samples.length ? grouped(valid) : `${grouped(valid)} of ${grouped(samples.length)} valid`;
}

/** A row for each point: where it stands, its series where there are several, value, interval, samples. */
function tableOf(chart: ChartModel): TableModel {
  const hasSeries = chart.series.length > 1;
  const hasIntervals = chart.series.some(({ points }) => points.some(({ low }) => low !== null));
  const hasSamples = chart.series.some(({ points }) => points.some(({ samples }) => samples.length > 1));
  const rows = chart.series.flatMap(({ label, points }) =>
    points.map((point, index) => {
      const [value = '', interval = ''] = valueCells(chart, point);
      return [
        placeOf(chart, point, index),
        ...(hasSeries ? [startOfSentence(label)] : []),
        value,
        ...(hasIntervals ? [interval] : []),
        ...(hasSamples ? [samplesCell(point)] : []),
      ];
    }),
  );
  const isNumericPlace = chart.kind === 'lines' || chart.kind === 'distribution';
  return {
    columns: [
      { label: placeHeading(chart), numeric: isNumericPlace },
      ...(hasSeries ? [{ label: 'Series', numeric: false }] : []),
      { label: chart.unit === '%' ? 'Change' : startOfSentence(chart.unit), numeric: true },
      ...(hasIntervals ? [{ label: startOfSentence(chart.interval ?? '95 % interval'), numeric: true }] : []),
      ...(hasSamples ? [{ label: 'Samples', numeric: true }] : []),
    ],
    rows: rows.slice(0, mostRows),
  };
}

/** The chart with its table, where it has none of its own. */
export function withTable(chart: ChartModel): ChartModel {
  if (chart.table !== undefined || chart.pending !== undefined) return chart;
  const points = chart.series.reduce((sum, { points: own }) => sum + own.length, 0);
  const over = points - mostRows;
  const notes = [
    ...(chart.notes ?? []),
    ...(over > 0
      ? [`The table ends after ${counted(mostRows, 'row')}: ${grouped(over)} are left to the reports.`]
      : []),
  ];
  return { ...chart, table: tableOf(chart), ...(notes.length > 0 ? { notes } : {}) };
}
