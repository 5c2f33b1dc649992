import type { TableModel } from '../src/core/result/panelModel';
import { element, whenChanged } from './dom';
import { sortedRows, type Sorting } from './rowOrder';

const arrows = { ascending: '\u25b2', descending: '\u25bc' } as const;

/** A table of numbers. A column's heading is a button that sorts by it, then the other way. */
export function createTable(caption: string): {
  readonly node: HTMLElement;
  readonly show: (table: TableModel) => void;
} {
  const head = element('thead', '');
  const body = element('tbody', '');
  const table = element('table', 'numbers', element('caption', 'only-read', caption), head, body);
  const node = element('div', 'scroll', table);
  node.tabIndex = 0;
  node.setAttribute('role', 'region');
  node.setAttribute('aria-label', `Table: ${caption}`);

  let model: TableModel = { columns: [], rows: [] };
  let sorting: Sorting | undefined;

  function fillBody(): void {
    const numeric = sorting !== undefined && (model.columns[sorting.column]?.numeric ?? false);
    const rows = sorting === undefined ? model.rows : sortedRows(model.rows, sorting, numeric);
    body.replaceChildren(
      ...rows.map((row) =>
        element(
          'tr',
          '',
          ...row.map((text, column) => {
            const cell = element(
              column === 0 ? 'th' : 'td',
              model.columns[column]?.numeric === true ? 'numeric' : '',
              // A thin space may end a line, inside a number too; its no-break sister looks the same and does not.
              text.replaceAll('\u2009', '\u202f').replaceAll('± ', '±\u00a0'),
            );
            if (cell.tagName === 'TH') cell.setAttribute('scope', 'row');
            return cell;
          }),
        ),
      ),
    );
  }

  function markSorting(): void {
    [...head.querySelectorAll('th')].forEach((cell, column) => {
      const direction = sorting?.column === column ? sorting.direction : undefined;
      cell.setAttribute('aria-sort', direction ?? 'none');
      const arrow = cell.querySelector('.arrow');
      if (arrow !== null) arrow.textContent = direction === undefined ? '' : arrows[direction];
    });
  }

  function sortBy(column: number): void {
    const again = sorting?.column === column && sorting.direction === 'ascending';
    sorting = { column, direction: again ? 'descending' : 'ascending' };
    markSorting();
    fillBody();
  }

  function heading(column: TableModel['columns'][number], index: number): HTMLElement {
    const arrow = element('span', 'arrow');
    arrow.setAttribute('aria-hidden', 'true');
    const button = element('button', 'sort', column.label, arrow);
    button.type = 'button';
    button.addEventListener('click', () => {
      sortBy(index);
    });
    const cell = element('th', column.numeric ? 'numeric' : '', button);
    cell.scope = 'col';
    return cell;
  }

  const fillHead = whenChanged((columns: TableModel['columns']) => {
    sorting = undefined;
    head.replaceChildren(element('tr', '', ...columns.map(heading)));
    markSorting();
  });

  return {
    node,
    show: whenChanged((next: TableModel) => {
      model = next;
      fillHead(next.columns);
      fillBody();
    }),
  };
}
