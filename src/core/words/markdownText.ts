/** Text that stays text in Markdown: no table cell, link, emphasis or HTML is begun by what a manifest or a tool said. */
export function plainMarkdown(text: string): string {
  return text.replace(/\r?\n/g, ' ').replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}

/** What {@link plainMarkdown} was given, line breaks apart. */
export function fromPlainMarkdown(markdown: string): string {
  return markdown.replace(/\\([\\`*_{}[\]<>()#+!|~])/g, '$1');
}

/** A block of code that what it holds cannot end. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\r?\n/g, '\n').trimEnd()}\n${fence}`;
}

/** A table in GitHub-flavoured Markdown; the cells are Markdown already. Columns from the second on are numbers where so said. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map((_, at) => (numeric.includes(at) ? '--:' : ':--'))),
    ...rows.map(line),
  ].join('\n');
}
