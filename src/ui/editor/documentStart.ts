/**
 * The line on which the YAML document around a line starts, its leading comments and blank lines left out.
 * Lines count from 0.
 */
export function documentStartLine(lines: readonly string[], line: number): number {
  let first = Math.min(line, lines.length - 1);
  while (first > 0 && !isSeparator(lines[first - 1])) first -= 1;
  while (first < line && isBlankOrComment(lines[first])) first += 1;
  return Math.max(first, 0);
}

const isSeparator = (text: string | undefined): boolean => text !== undefined && /^---(\s|$)/.test(text);
const isBlankOrComment = (text: string | undefined): boolean =>
  text === undefined || /^\s*(#.*)?$/.test(text);
