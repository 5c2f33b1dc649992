import type { TableModel } from '../result/panelModel';
import type { Run } from '../result/run';
import { panelModelOf } from './panelModelOf';

/** Text that stays text in Markdown: no table cell, link, emphasis or HTML is begun by what a manifest or a tool said. */
function escaped(text: string): string {
  return text.replace(/\r?\n/g, ' ').replace(/[\\`*_[\]<>|#~]/g, (character) => `\\${character}`);
}

/** A table in GitHub-flavoured Markdown, numbers to the right. */
function markdownTable({ columns, rows }: TableModel): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ label }) => escaped(label))),
    line(columns.map(({ numeric }) => (numeric ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(escaped))),
  ].join('\n');
}

/** The result of a run as GitHub-flavoured Markdown: answer, numbers, how sure, on what. */
export function markdownReport(run: Run, timeZone?: string): string {
  const model = panelModelOf(run, undefined, timeZone);
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${escaped(line)}`).join('\n');
  const parts = [
    `# ${escaped(model.title)}`,
    escaped(model.subtitle),
    ...model.sentences.map(escaped),
    ...(model.table.rows.length > 0 ? [markdownTable(model.table)] : []),
    ...(model.parts ?? []).map(({ title, table }) => `## ${escaped(title)}\n\n${markdownTable(table)}`),
    `## How sure\n\n${list(model.notes)}`,
    ...(model.fingerprint.length > 0
      ? [`## Fingerprint\n\n${list(model.fingerprint.map(({ name, value }) => `${name}: ${value}`))}`]
      : []),
    `Run ${escaped(model.runId)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}
