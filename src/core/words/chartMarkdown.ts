import type { ChartModel, PanelModel } from '../result/panelModel';
import { withTable } from './chartTable';
import { escapedMarkdown, markdownList, markdownTable } from './markdownParts';

/** One chart as GitHub-flavoured Markdown: its conclusion, its numbers with their unit, what is not in it, where it is from. */
export function chartMarkdown(
  chart: ChartModel,
  { title, subtitle, runId }: Pick<PanelModel, 'title' | 'subtitle' | 'runId'>,
): string {
  const { table, notes = [] } = withTable(chart);
  const unit = chart.unit === '' ? '' : `, in ${chart.unit}`;
  return `${[
    `### ${escapedMarkdown(`${chart.title}${unit}`)}`,
    ...(chart.summary === '' ? [] : [escapedMarkdown(chart.summary)]),
    ...(table === undefined || table.rows.length === 0 ? [] : [markdownTable(table)]),
    ...(notes.length === 0 ? [] : [markdownList(notes)]),
    escapedMarkdown(`${title} · ${subtitle} · run ${runId}`),
  ].join('\n\n')}\n`;
}
