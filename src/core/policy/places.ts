import type { Scalar } from 'yaml';
import type { DocumentText, ParsedDocument } from './documents';
import type { Position, Range } from './finding';

/** Where a key stands in the document, or in the one around it. */
export function rangeOf({ lines, addedIndent, inside }: ParsedDocument, key: Scalar): Range {
  const [start, end] = key.range ?? [0, 0];
  const position = (offset: number): Position => {
    const found = lines.linePos(offset);
    const line = Math.max(found.line - 1, 0);
    const character = Math.max(found.col - 1 - (addedIndent.get(line) ?? 0), 0);
    return inside
      ? { line: line + inside.line, character: character + inside.character }
      : { line, character };
  };
  return { start: position(start), end: position(end) };
}

/** A range whose lines count from the first of a document, as the text counts. */
export function movedTo({ start, end }: Range, { firstLine }: Pick<DocumentText, 'firstLine'>): Range {
  const moved = ({ line, character }: Position): Position => ({ line: line + firstLine, character });
  return { start: moved(start), end: moved(end) };
}
