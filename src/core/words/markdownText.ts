/** Text that stays text in Markdown: no table cell, link, emphasis or HTML is begun by what a manifest or a tool said. */
export function plainMarkdown(text: string): string {
  return text.replace(/\r?\n/g, ' ').replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}

/** What {@link plainMarkdown} was given, line breaks apart. */
export function fromPlainMarkdown(markdown: string): string {
  return markdown.replace(/\\([\\`*_{}[\]<>()#+!|~])/g, '$1');
}

/**
 * Text that stays text where GitHub shows it, one line and of bounded length. Besides Markdown's own signs, GitHub makes links of
 * `www.`, addresses with `://`, mentions and numbers of issues, also of escaped ones, and formulas of `$`. A zero-width space
 * keeps `@name` from telling a person and `#12` from linking an issue.
 */
export function githubText(text: string, mostCharacters = 400): string {
  const line = text
    .slice(0, 4 * mostCharacters)
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, (space) => (/^[\u2009\u202f\u00a0]$/.test(space) ? space : ' '))
    .trim();
  const characters = Array.from(line);
  const cut = characters.length > mostCharacters ? `${characters.slice(0, mostCharacters).join('')}…` : line;
  return cut
    .replace(/[\\`*_[\]<>|~$&#]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
    .replace(/[@#](?=[\p{L}\p{N}])/gu, '$&&#8203;')
    .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\')
    .replace(/^(?:[-+](?=\s|$)|[-=](?=[-=]*$))/, '\\$&');
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
