import { isMap, isPair, isScalar } from 'yaml';
import type { DocumentText } from './documents';
import type { Note } from './finding';
import type { FoundObject } from './objects';
import { linesIn } from './splitText';

/** A note whose lines count from the first of its document. */
export type PlacelessNote = Omit<Note, 'document'>;

const action = /\{\{-?\s*([\s\S]*?)-?\}\}/g;
const saysNothing = /^(?:\/\*|(?:end|else|break|continue)\b(?!\s+(?:if|with))|\$\w+\s*:?=|define\b)/;
const decides = /^(?:if|else|with|range|block)\b/;
const opens = /^(?:if|with|range|block|define)\b/;
const closes = /^end\b/;
const longestShown = 60;

type Kind = 'condition' | 'content' | 'value';

function kindOf(source: string, start: number, end: number, inner: string): Kind | undefined {
  if (saysNothing.test(inner)) return undefined;
  if (decides.test(inner)) return 'condition';
  const before = source.slice(source.lastIndexOf('\n', start - 1) + 1, start);
  const lineEnd = source.indexOf('\n', end);
  const after = source.slice(end, lineEnd < 0 ? undefined : lineEnd);
  return before.trim() === '' && after.trim() === '' ? 'content' : 'value';
}

/** Where the metadata of the objects stand: what values put there changes no cost. */
function metadataOf(objects: readonly FoundObject[]): readonly (readonly [number, number])[] {
  return objects.flatMap(({ read, node }) => {
    const map = read.map(node);
    if (!isMap(map)) return [];
    const starts = map.items.flatMap((pair) =>
      isPair(pair) && isScalar(pair.key) && pair.key.range
        ? [{ name: pair.key.value, at: pair.key.range[0] }]
        : [],
    );
    const found = starts.findIndex(({ name }) => name === 'metadata');
    const from = starts[found]?.at;
    return from === undefined ? [] : [[from, starts[found + 1]?.at ?? Number.POSITIVE_INFINITY] as const];
  });
}

/**
 * What a template leaves open in a document that holds objects of interest: said once, at the first place, with how much there
 * is. The rules are read as if each condition held and each loop ran once; what values print is not guessed.
 */
export function templateNote(
  { source }: DocumentText,
  objects: readonly FoundObject[],
): PlacelessNote | undefined {
  if (objects.length === 0 || !source.includes('{{')) return undefined;
  const metadata = metadataOf(objects);
  const firstKey = Math.min(
    ...objects.map(({ read, node }) => {
      const pair = read.map(node)?.items.find((each) => isPair(each) && isScalar(each.key));
      return isPair(pair) && isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
    }),
  );
  const counts = { condition: 0, content: 0, value: 0 };
  let first: { readonly start: number; readonly text: string } | undefined;
  let depth = 0;
  for (const match of source.matchAll(action)) {
    const start = match.index;
    const end = start + match[0].length;
    const inner = match[1] ?? '';
    if (opens.test(inner)) depth += 1;
    if (closes.test(inner)) depth -= 1;
    // What ends here and began before the document decides on it as well.
    const isFromBefore = depth < 0;
    if (isFromBefore) depth = 0;
    const kind = isFromBefore ? 'condition' : kindOf(source, start, end, inner);
    if (kind === undefined) continue;
    if (metadata.some(([from, to]) => start > from && start < to)) continue;
    // A helper's output before the object is no part of it; a condition there decides on all of it.
    if (kind !== 'condition' && start < firstKey) continue;
    counts[kind] += 1;
    first ??= { start, text: match[0] };
  }
  if (!first) return undefined;
  const line = linesIn(source.slice(0, first.start));
  const character = first.start - (source.lastIndexOf('\n', first.start - 1) + 1);
  const [shown = ''] = first.text.split('\n');
  return {
    reason: 'template',
    range: { start: { line, character }, end: { line, character: character + shown.trimEnd().length } },
    detail: {
      first: shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown.trimEnd(),
      conditions: String(counts.condition),
      contents: String(counts.content),
      values: String(counts.value),
    },
  };
}
