import type { MetricName } from '../result/metrics';
import type { Run, VariantSummary } from '../result/run';
import { changeWords, verdictNames } from './effects';
import { loadOfMetric, metricHeading } from './loads';
import { noiseBands, notMeasuredLines, profileWords, samplePlace, validityWords } from './notes';
import { change, plusMinus, quantity } from './numbers';
import { startOfSentence } from './phrases';
import { effectOf, measuredSamples, mediansOf, metricsOf } from './runParts';
import { runTitle } from './panelModelOf';
import { runSentences } from './sentences';
import { targetName } from './targets';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

type Colour = 'bold' | 'red' | 'green' | 'dim';

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  dim: [2, 22],
};
const escape = '\u001b[';

interface Cell {
  readonly text: string;
  readonly colour?: Colour;
}

/** Columns that a text takes: combining and wide characters do not occur in what is shown here, except in given labels. */
function widthOf(text: string): number {
  return Array.from(text).length;
}

function paint({ text, colour }: Cell, coloured: boolean): string {
  if (!coloured || colour === undefined) return text;
  const [on, off] = codes[colour];
  return `${escape}${on}m${text}${escape}${off}m`;
}

/** Words onto as many lines as it takes; a word that is longer than a line is cut. */
function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const start = line === '' ? (lines.length === 0 ? '' : indent) : `${line} `;
    if (widthOf(start) + widthOf(word) <= width || line === '') line = `${start}${word}`;
    else {
      lines.push(line);
      line = `${indent}${word}`;
    }
    while (widthOf(line) > width) {
      lines.push(Array.from(line).slice(0, width).join(''));
      line = indent + Array.from(line).slice(width).join('');
    }
  }
  return [...lines, line];
}

function shortened(text: string, width: number): string {
  return widthOf(text) <= width
    ? text
    : `${Array.from(text)
        .slice(0, Math.max(1, width - 1))
        .join('')}…`;
}

const gap = 2;

/** One metric of one variant: the value, then how far it is from the baseline or how sure it is, then the verdict. */
function cellsOf(run: Run, variant: VariantSummary, metric: MetricName): readonly Cell[] {
  const summary = variant.metrics[metric];
  const effect = effectOf(run, variant.id, metric);
  const value: Cell = {
    text: summary ? quantity(metric, summary.median, summary.ci95, mediansOf(run, metric)) : '–',
  };
  if (!effect) return [value, { text: summary?.ci95 ? plusMinus(summary.ci95) : '' }, { text: '' }];
  const colour: Colour | undefined =
    effect.verdict === 'worse' ? 'red' : effect.verdict === 'better' ? 'green' : undefined;
  return [
    value,
    { text: changeWords(effect) ?? '', ...(colour ? { colour } : {}) },
    { text: verdictNames[effect.verdict], ...(colour ? { colour } : { colour: 'dim' as const }) },
  ];
}

/** The narrow form of the same: the change without its interval. */
function briefCellsOf(run: Run, variant: VariantSummary, metric: MetricName): readonly Cell[] {
  const [value, changed, verdict] = cellsOf(run, variant, metric);
  const effect = effectOf(run, variant.id, metric);
  const percent = effect?.percent;
  return [
    value ?? { text: '' },
    percent == null ? (changed ?? { text: '' }) : { ...changed, text: change(percent, effect?.ci95 ?? null) },
    verdict ?? { text: '' },
  ];
}

type CellsOf = typeof cellsOf;

interface Grid {
  readonly rows: readonly (readonly Cell[])[];
  readonly widths: readonly number[];
}

function gridOf(run: Run, metric: MetricName, cells: CellsOf): Grid {
  const rows = run.variants
    .filter(
      (variant) => variant.metrics[metric] !== undefined || effectOf(run, variant.id, metric) !== undefined,
    )
    .map((variant) => [{ text: startOfSentence(variant.label) }, ...cells(run, variant, metric)]);
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...rows.map((row) => widthOf(row[column]?.text ?? ''))),
  );
  return { rows, widths };
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + gap, -gap);
}

/** A table of one metric. What does not fit is the interval first, then the end of the label; never the verdict. */
function metricLines(run: Run, metric: MetricName, { width, colour }: TerminalOptions): string[] {
  const inner = width - gap;
  const full = gridOf(run, metric, cellsOf);
  const { rows, widths } = total(full.widths) <= inner ? full : gridOf(run, metric, briefCellsOf);
  const [label = 0, ...others] = widths;
  const room = Math.max(6, Math.min(label, inner - total(others) - gap));
  const heading = metricHeading(metric, loadOfMetric(run, metric));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        if (column === 0) return shortened(cell.text, room).padEnd(room);
        const space = ' '.repeat(Math.max(0, (others[column - 1] ?? 0) - widthOf(cell.text)));
        // Values stand flush right, words flush left.
        return column === 1 ? `${space}${paint(cell, colour)}` : `${paint(cell, colour)}${space}`;
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  );
  return [
    paint({ text: startOfSentence(heading), colour: 'bold' }, colour),
    ...lines.map((line) => `  ${line}`),
    '',
  ];
}

/**
 * The result of a run as lines of text: the answer in sentences, a table for each metric, then how sure it is. Fits the
 * width from 48 columns up. Colour repeats what the words say and is never the only signal.
 */
export function resultTable(run: Run, options: TerminalOptions): readonly string[] {
  const { width, colour } = options;
  const title = `${runTitle(run)} · ${targetName(run.target)} · ${profileWords(run)}`;
  const bad = measuredSamples(run).filter((sample) => !sample.valid);
  const bands = noiseBands(run);
  const sure = [
    ...(bands === null ? [] : [`Noise here: ± ${bands} (A/A)`]),
    [validityWords(run), ...(run.target.kind === 'lab' ? ['this machine, not a cluster'] : [])].join(' · '),
    ...bad.map((sample) => `Not used: ${samplePlace(run, sample)}: ${sample.invalidReasons.join('; ')}`),
    ...notMeasuredLines(run),
  ];
  return [
    ...wrap(title, width).map((text) => paint({ text, colour: 'bold' }, colour)),
    '',
    ...runSentences(run).flatMap((sentence) => wrap(sentence, width)),
    '',
    ...metricsOf(run).flatMap((metric) => metricLines(run, metric, options)),
    ...sure.flatMap((line) => wrap(line, width, '  ')),
  ];
}
