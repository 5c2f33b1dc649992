import type { ChartModel, PanelModel, TableModel } from '../result/panelModel';
import { withTable } from './chartTable';
import { githubText, tableText } from './markdownText';

function markdownTable({ columns, rows }: TableModel): string {
  return tableText(
    columns.map(({ label }) => githubText(label)),
    rows.map((row) => row.map((cell) => githubText(cell))),
    columns.flatMap(({ numeric }, at) => (numeric ? [at] : [])),
  );
}

/** One chart as GitHub-flavoured Markdown: its conclusion, its numbers with their unit, what is not in it, where it is from. */
export function chartMarkdown(
  chart: ChartModel,
  { title, subtitle, runId }: Pick<PanelModel, 'title' | 'subtitle' | 'runId'>,
): string {
  const { table, notes = [] } = withTable(chart);
  const unit = chart.unit === '' ? '' : `, in ${chart.unit}`;
  return `${[
    `### ${githubText(`${chart.title}${unit}`)}`,
    ...(chart.summary === '' ? [] : [githubText(chart.summary)]),
    ...(table === undefined || table.rows.length === 0 ? [] : [markdownTable(table)]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${githubText(note)}`).join('\n')]),
    githubText(`${title} · ${subtitle} · run ${runId}`),
  ].join('\n\n')}\n`;
}

/** The table of all numbers as GitHub-flavoured Markdown, with where it is from. */
export function tableMarkdown({
  title,
  subtitle,
  runId,
  table,
}: Pick<PanelModel, 'title' | 'subtitle' | 'runId' | 'table'>): string {
  return `${[markdownTable(table), githubText(`${title} · ${subtitle} · run ${runId}`)].join('\n\n')}\n`;
}
