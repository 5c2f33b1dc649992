import type { Drift } from '../result/drift';
import { driftHeading, driftLeftOut, driftRow, driftSentence } from './driftWords';
import { startOfSentence } from './phrases';
import type { TerminalOptions } from './terminalTable';
import type { Grid } from './terminalText';
import { gridLines, gridWidth, paint, shortened, wrap } from './terminalText';

const indent = '  ';

function tableOf(drift: Drift, width: number, coloured: boolean): readonly string[] {
  const rows: readonly (readonly string[])[] = drift.points.map((_, place) => driftRow(drift, place));
  const grid = (columns: readonly number[], changes: number): Grid =>
    rows.map((row) =>
      columns.map((at) => [[{ text: at === 4 ? shortened(row[at] ?? '', changes) : (row[at] ?? '') }]]),
    );
  const room = width - indent.length;
  // What changed is what a reader looks for; the run's name gives way to it.
  const whole = grid([0, 1, 2, 3, 4], 200);
  const fitting = gridWidth(whole) <= room ? whole : grid([0, 2, 3, 4], Math.max(12, room - 52));
  return gridLines(fitting, coloured).map((line) => `${indent}${line}`);
}

/** Metrics over time as lines for a terminal: a sentence each, then its points, oldest first. */
export function driftText(drifts: readonly Drift[], { width, colour }: TerminalOptions): readonly string[] {
  return [
    ...drifts.flatMap((drift) => wrap(driftSentence(drift), width, indent)),
    ...drifts.flatMap((drift) => [
      '',
      ...wrap(startOfSentence(driftHeading(drift)), width).map((text) =>
        paint({ text, colour: 'bold' }, colour),
      ),
      ...tableOf(drift, width, colour),
    ]),
    '',
    ...[...new Set(drifts.flatMap(driftLeftOut))].flatMap((line) => wrap(line, width, indent)),
    ...wrap(
      'When, value (geometric mean of the rounds), its 95 % interval, and what differs from the run before.',
      width,
      indent,
    ),
  ];
}
