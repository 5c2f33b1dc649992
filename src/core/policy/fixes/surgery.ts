import { isCollection, isNode, isPair, isScalar, Scalar } from 'yaml';
import type { ItemStep, PairStep } from './locate';
import type { OffsetEdit } from './fix';

/** Edits of a text by the places of its nodes: what is not edited stays as it is written. `null`: it cannot be done cleanly. */
type Surgery = OffsetEdit | null;

/** Where what is written of a node ends; undefined for one that is not written. */
export function endOf(source: string, node: unknown): number | undefined {
  if (isPair(node)) {
    const end = endOf(source, node.value);
    if (end !== undefined) return end;
    const key = endOf(source, node.key);
    if (key === undefined) return undefined;
    const colon = source.indexOf(':', key);
    return colon < 0 ? key : colon + 1;
  }
  if (!isNode(node) || !node.range) return undefined;
  const [start, end] = node.range;
  if (isCollection(node) && node.flow !== true) return endOf(source, node.items[node.items.length - 1]);
  if (end <= start) return undefined;
  return start + source.slice(start, end).trimEnd().length;
}

export const lineStart = (source: string, offset: number): number => source.lastIndexOf('\n', offset - 1) + 1;

/** The end of the line, before its line end. */
export function lineEnd(source: string, offset: number): number {
  const end = source.indexOf('\n', offset);
  if (end < 0) return source.length;
  return source[end - 1] === '\r' ? end - 1 : end;
}

/** What stands before an offset on its line. */
export const linePrefix = (source: string, offset: number): string =>
  source.slice(lineStart(source, offset), offset);

/** Deletes the lines from one offset to another, with their line ends. */
function deleteLines(source: string, from: number, to: number): Surgery {
  const start = lineStart(source, from);
  const rest = source.slice(to, lineEnd(source, to));
  if (!/^\s*(?:#.*)?$/.test(rest)) return null;
  const next = source.indexOf('\n', to);
  if (next >= 0) return { start, end: next + 1, text: '' };
  // The last line takes the line end before it along.
  return { start: start === 0 ? 0 : lineEnd(source, start - 1), end: source.length, text: '' };
}

const startOf = (node: unknown): number | undefined => {
  const first = isPair(node) ? node.key : node;
  return isNode(first) ? first.range?.[0] : undefined;
};

/** Takes one of several elements out of `{}` or `[]`. */
function removeFromFlow(source: string, items: readonly unknown[], index: number): Surgery {
  const [before, own, after] = [items[index - 1], items[index], items[index + 1]];
  const [start, end] = [startOf(own), endOf(source, own)];
  if (start === undefined || end === undefined || items.length < 2) return null;
  const [from, to] = after === undefined ? [endOf(source, before), end] : [start, startOf(after)];
  if (from === undefined || to === undefined) return null;
  const between = after === undefined ? source.slice(from, start) : source.slice(end, to);
  return between.includes('#') || between.includes('//') ? null : { start: from, end: to, text: '' };
}

/** Takes a pair out of a mapping that has others. */
export function removePair(source: string, { map, index, key }: PairStep): Surgery {
  if (map.items.length < 2) return null;
  if (map.flow === true) return removeFromFlow(source, map.items, index);
  const [start, end] = [key.range?.[0], endOf(source, map.items[index])];
  if (start === undefined || end === undefined) return null;
  const prefix = linePrefix(source, start);
  if (/^ *$/.test(prefix)) return deleteLines(source, start, end);
  const next = startOf(map.items[index + 1]);
  // The first of a list's item stands behind its dash: the next one takes its place.
  if (!/^[ -]*- +$/.test(prefix) || next === undefined) return null;
  const below = source.slice(lineEnd(source, end), next);
  return /^\s*$/.test(below) ? { start, end: next, text: '' } : null;
}

/** Takes an item out of a list that has others. */
export function removeItem(source: string, { seq, index, value }: ItemStep): Surgery {
  if (seq.items.length < 2) return null;
  if (seq.flow === true) return removeFromFlow(source, seq.items, index);
  const [start, end] = [startOf(value), endOf(source, value)];
  if (start === undefined || end === undefined) return null;
  return /^ *- +$/.test(linePrefix(source, start)) ? deleteLines(source, start, end) : null;
}

const isSafePlain = (text: string): boolean => /^[A-Za-z][A-Za-z0-9_./-]*$/.test(text);

/** A text in the quotes of the one that it takes the place of; undefined for a block of text. */
function writtenLike({ type }: Scalar, text: string): string | undefined {
  if (type === Scalar.QUOTE_DOUBLE) return JSON.stringify(text);
  if (type === Scalar.PLAIN && isSafePlain(text)) return text;
  return type === Scalar.PLAIN || type === Scalar.QUOTE_SINGLE
    ? `'${text.replaceAll("'", "''")}'`
    : undefined;
}

export function replaceScalar(node: unknown, text: string): Surgery {
  if (!isScalar(node) || !node.range) return null;
  const written = writtenLike(node, text);
  const [start, end] = node.range;
  return written === undefined || end <= start ? null : { start, end, text: written };
}

/** Whether keys stand in double quotes, as in JSON. */
export const isJsonKey = ({ key }: PairStep): boolean => key.type === Scalar.QUOTE_DOUBLE;
