/** Text laid out for a terminal: spans with colour, cells of several lines, columns. */

type Colour = 'bold' | 'red' | 'green' | 'dim';

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  dim: [2, 22],
};
const escape = '\u001b[';

/** A piece of a line in one colour. */
export interface Span {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

/** One line of a cell. */
export type Line = readonly Span[];

/** A cell: its lines from the top. */
export type Cell = readonly Line[];

/** Blanks between columns. */
export const gap = 2;

/** Columns that a text takes: combining and wide characters do not occur in what is shown here, except in given labels. */
export function widthOf(text: string): number {
  return Array.from(text).length;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

export function paint({ text, colour }: Span, coloured: boolean): string {
  if (!coloured || colour === undefined || text === '') return text;
  const [on, off] = codes[colour];
  return `${escape}${on}m${text}${escape}${off}m`;
}

/** A span with blanks after it, or before it, up to a width. */
export function padded(span: Span, width: number, side: 'before' | 'after' = 'after'): Line {
  const blanks: Span = { text: ' '.repeat(Math.max(0, width - widthOf(span.text))) };
  return side === 'before' ? [blanks, span] : [span, blanks];
}

export function shortened(text: string, width: number): string {
  return widthOf(text) <= width
    ? text
    : `${Array.from(text)
        .slice(0, Math.max(1, width - 1))
        .join('')}…`;
}

/** Words onto as many lines as it takes; a word that is longer than a line is cut. */
export function wrap(text: string, width: number, indent = ''): string[] {
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

/** Rows of cells, all as long as the first. */
export type Grid = readonly (readonly Cell[])[];

function columnWidths(grid: Grid): readonly number[] {
  const columns = Math.max(0, ...grid.map((row) => row.length));
  return Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...grid.flatMap((row) => (row[column] ?? []).map(lineWidth))),
  );
}

/** Columns that the grid takes on the screen. */
export function gridWidth(grid: Grid): number {
  return columnWidths(grid).reduce((sum, width) => sum + width + gap, -gap);
}

/** The grid as lines: columns flush left, a row as high as its highest cell, no blanks at the ends. */
export function gridLines(grid: Grid, coloured: boolean): string[] {
  const widths = columnWidths(grid);
  return grid.flatMap((row) => {
    const height = Math.max(1, ...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, index) => {
      const cells = row.map((cell, column) => {
        const line = cell[index] ?? [];
        const blanks = ' '.repeat(Math.max(0, (widths[column] ?? 0) - lineWidth(line)));
        return `${line.map((span) => paint(span, coloured)).join('')}${blanks}`;
      });
      return cells.join(' '.repeat(gap)).trimEnd();
    });
  });
}
