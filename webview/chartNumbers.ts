import type { ChartModel } from '../src/core/result/panelModel';
import { element, showIf, whenChanged } from './dom';
import { createTable } from './table';

/** What a chart shows in words and numbers, beside it. Its table is made when it is first opened: most never are. */
export function createNumbers() {
  const summary = element('p', 'conclusion');
  const node = element('div', 'chart-numbers', summary);
  node.hidden = true;
  let isOpen = false;
  let model: ChartModel | undefined;
  let table: ReturnType<typeof createTable> | undefined;

  const fill = whenChanged((now: Pick<ChartModel, 'title' | 'summary' | 'table'>) => {
    summary.textContent = now.summary;
    if (now.table === undefined) return;
    if (table === undefined) {
      table = createTable(now.title);
      node.append(table.node);
    }
    table.show(now.table);
  });
  const update = (): void => {
    if (isOpen && model)
      fill({ title: model.title, summary: model.summary, ...(model.table ? { table: model.table } : {}) });
  };

  return {
    node,
    show: (next: ChartModel): void => {
      model = next;
      update();
    },
    setOpen: (open: boolean): void => {
      isOpen = open;
      showIf(node, open);
      update();
    },
  };
}
