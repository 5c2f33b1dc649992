import type { Run } from '../result/run';
import type { PartTable } from './partTables';
import { furtherTables } from './pooledTable';
import { counted } from './numbers';
import type { Grid } from './terminalText';
import { gridLines, gridWidth, padded, paint, shortened, widthOf, wrap } from './terminalText';

const indent = '  ';
/** Parts in one table; the report has them all. */
const mostShown = 12;
const shortestName = 12;

/** Columns of numbers flush right; the names and what stands after the numbers are cut where they do not fit. */
function gridOf({ table }: PartTable, nameWidth: number, withText: boolean): Grid {
  const rows = [table.columns.map(({ label }) => label), ...table.rows.slice(0, mostShown)];
  const shown = table.columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ numeric, index }) => index === 0 || numeric || withText);
  return rows.map((row, at) =>
    shown.map(({ numeric, index }) => {
      const text = index === 0 ? shortened(row[index] ?? '', nameWidth) : (row[index] ?? '');
      const span = at === 0 ? { text, colour: 'dim' as const } : { text };
      const width = Math.max(...rows.map((one) => widthOf(one[index] ?? '')));
      return [numeric ? padded(span, width, 'before') : [span]];
    }),
  );
}

/** A part to each line with its figures named: for what no grid of this width can hold. */
function listOf({ table }: PartTable, width: number): readonly string[] {
  return table.rows.slice(0, mostShown).flatMap((row) => {
    const figures = table.columns.flatMap(({ label, numeric }, index) =>
      numeric ? [`${label} ${row[index] ?? ''}`] : [],
    );
    return wrap(`${row[0] ?? ''}: ${figures.join(', ')}`, width, indent);
  });
}

function linesOf(part: PartTable, width: number, coloured: boolean): readonly string[] {
  const room = width - indent.length;
  const forms = [
    gridOf(part, room, true),
    gridOf(part, room, false),
    gridOf(part, Math.max(shortestName, Math.floor(room / 2)), false),
    gridOf(part, shortestName, false),
  ];
  const fitting = forms.find((grid) => gridWidth(grid) <= room);
  const more = part.table.rows.length - mostShown;
  return [
    paint({ text: shortened(part.title, width), colour: 'bold' }, coloured),
    ...(fitting
      ? gridLines(fitting, coloured).map((line) => `${indent}${line}`)
      : listOf(part, room).map((line) => `${indent}${line}`)),
    ...(more > 0 ? [`${indent}and ${counted(more, 'more', 'more')}, in the report`] : []),
    '',
  ];
}

/** What a run has beside its results as tables for a terminal, in the order of {@link furtherTables}. */
export function partLines(run: Run, width: number, coloured: boolean): readonly string[] {
  return furtherTables(run).flatMap((part) => linesOf(part, width, coloured));
}
