import type { TableModel } from '../result/panelModel';

/** Text that stays text in Markdown: no table cell, link, emphasis or HTML is begun by what a manifest or a tool said. */
export function escapedMarkdown(text: string): string {
  return text.replace(/\r?\n/g, ' ').replace(/[\\`*_[\]<>|#~]/g, (character) => `\\${character}`);
}

/** A table in GitHub-flavoured Markdown, numbers to the right. */
export function markdownTable({ columns, rows }: TableModel): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ label }) => escapedMarkdown(label))),
    line(columns.map(({ numeric }) => (numeric ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(escapedMarkdown))),
  ].join('\n');
}

export function markdownList(lines: readonly string[]): string {
  return lines.map((line) => `- ${escapedMarkdown(line)}`).join('\n');
}
