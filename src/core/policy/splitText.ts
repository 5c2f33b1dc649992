/** A piece of a text that starts and ends with a line, as written. */
export interface TextPart {
  readonly text: string;
  /** Lines of the whole text before it. */
  readonly firstLine: number;
}

/** How many lines end in it. */
export function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Where the template comments of several lines start and end: what looks like a separator in them is none. */
function longComments(text: string): readonly (readonly [number, number])[] {
  if (!text.includes('{{')) return [];
  return [...text.matchAll(/\{\{-? ?\/\*/g)].flatMap(({ index }) => {
    const end = text.indexOf('*/', index);
    return end < 0 ? [] : [[index, end] as const];
  });
}

/** Splits a text before each line that begins with `---`. One pass, so that it costs little while somebody types. */
export function partsOf(text: string): readonly TextPart[] {
  const comments = longComments(text);
  const parts: TextPart[] = [];
  let from = 0;
  let firstLine = 0;
  const add = (to: number): void => {
    const part = text.slice(from, to);
    parts.push({ text: part, firstLine });
    firstLine += linesIn(part);
    from = to;
  };
  for (let at = text.indexOf('\n---'); at >= 0; at = text.indexOf('\n---', at + 1)) {
    const after = text.charAt(at + 4);
    if (after !== '' && !/\s/.test(after)) continue;
    if (comments.some(([start, end]) => start < at && at < end)) continue;
    add(at + 1);
  }
  add(text.length);
  return parts;
}

const jsonEnd = /\}[ \t]*\r?\n(?=\{)/g;

/** JSON objects one after the other, as `kubectl` takes them: each is a document. */
export function jsonPartsOf(part: TextPart): readonly TextPart[] {
  const { text } = part;
  if (!/^\uFEFF?\s*\{/.test(text)) return [part];
  const parts: TextPart[] = [];
  let from = 0;
  let firstLine = part.firstLine;
  for (const { index, 0: found } of text.matchAll(jsonEnd)) {
    const piece = text.slice(from, index + found.length);
    parts.push({ text: piece, firstLine });
    firstLine += linesIn(piece);
    from += piece.length;
  }
  parts.push({ text: text.slice(from), firstLine });
  return parts;
}
