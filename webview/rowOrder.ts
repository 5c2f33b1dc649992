/** The order of a table's rows by one of its columns. */
export interface Sorting {
  readonly column: number;
  readonly direction: 'ascending' | 'descending';
}

const numberAtStart = /^[^\d\u2212+-]*([\u2212+-]?)\s*(\d[\d\u2009\u202f\u00a0 ]*(?:\.\d+)?)/;

/** The first number of a cell such as `19 930 −9 % (−12 to −6)`; undefined where the cell has none. */
export function leadingNumber(text: string): number | undefined {
  const found = numberAtStart.exec(text);
  if (found?.[2] === undefined) return undefined;
  const size = Number(found[2].replace(/[\u2009\u202f\u00a0 ]/g, ''));
  return found[1] === '-' || found[1] === '\u2212' ? -size : size;
}

/** Rows in a new order; cells without a number come last whichever way a numeric column is sorted. */
export function sortedRows(
  rows: readonly (readonly string[])[],
  sorting: Sorting,
  numeric: boolean,
): readonly (readonly string[])[] {
  const sign = sorting.direction === 'ascending' ? 1 : -1;
  return rows.toSorted((left, right) => {
    const a = left[sorting.column] ?? '';
    const b = right[sorting.column] ?? '';
    if (!numeric) return sign * a.localeCompare(b, undefined, { numeric: true });
    const x = leadingNumber(a);
    const y = leadingNumber(b);
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return sign * (x - y);
  });
}
