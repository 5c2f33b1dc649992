import type { Position } from '../finding';
import type { TextEdit } from './fix';

/** A snippet as it stands where nothing is filled in. */
const withoutPlaces = (snippet: string): string =>
  snippet.replace(/\$\{\d+:((?:[^\\}]|\\.)*)\}/g, '$1').replace(/\\([\\$}])/g, '$1');

/** The text after a fix. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = ({ line, character }: Position): number => (starts[line] ?? text.length) + character;
  return edits
    .map(({ range, newText, isSnippet }) => ({
      start: offset(range.start),
      end: offset(range.end),
      newText: isSnippet ? withoutPlaces(newText) : newText,
    }))
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text);
}
