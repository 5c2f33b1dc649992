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
