/**
 * The line on which the YAML document around a line starts, its leading comments and blank lines left out.
 * Lines count from 0.
 */
export function documentStartLine(lines: readonly string[], line: number): number {
  const last = Math.max(0, Math.min(line, lines.length - 1));
  let first = last;
  while (first > 0 && !isSeparator(lines[first - 1])) first -= 1;
  while (first < last && isBlankOrComment(lines[first])) first += 1;
  return first;
}

const isSeparator = (text: string | undefined): boolean => text !== undefined && /^---(\s|$)/.test(text);
const isBlankOrComment = (text: string | undefined): boolean =>
  text === undefined || /^\s*(#.*)?$/.test(text);

/** The lines of the YAML document around a line, from its start to the line before the next separator. */
export function documentLines(
  lines: readonly string[],
  line: number,
): { readonly first: number; readonly last: number } {
  const first = documentStartLine(lines, line);
  let last = Math.max(first, Math.min(line, lines.length - 1));
  while (last + 1 < lines.length && !isSeparator(lines[last + 1])) last += 1;
  return { first, last };
}
