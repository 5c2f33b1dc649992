import type { Run } from '../result/run';
import { escapedMarkdown, markdownList, markdownTable } from './markdownParts';
import { panelModelOf } from './panelModelOf';

/** The result of a run as GitHub-flavoured Markdown: answer, numbers, how sure, on what. */
export function markdownReport(run: Run, timeZone?: string): string {
  const model = panelModelOf(run, undefined, timeZone);
  const parts = [
    `# ${escapedMarkdown(model.title)}`,
    escapedMarkdown(model.subtitle),
    ...model.sentences.map(escapedMarkdown),
    ...(model.table.rows.length > 0 ? [markdownTable(model.table)] : []),
    ...(model.parts ?? []).map(
      ({ title, table }) => `## ${escapedMarkdown(title)}\n\n${markdownTable(table)}`,
    ),
    `## How sure\n\n${markdownList(model.notes)}`,
    ...(model.fingerprint.length > 0
      ? [`## Fingerprint\n\n${markdownList(model.fingerprint.map(({ name, value }) => `${name}: ${value}`))}`]
      : []),
    `Run ${escapedMarkdown(model.runId)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}
