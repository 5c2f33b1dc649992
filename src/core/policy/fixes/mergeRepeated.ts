import { isMap, isScalar, isSeq } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Fixer } from './fix';
import { lastOf, pairOf } from './locate';
import { endOf, removeItem, replaceScalar } from './surgery';

const textAt = (entry: unknown, field: string): string | undefined => {
  const value = pairOf(entry, field)?.value;
  return isScalar(value) && typeof value.value === 'string' && value.value !== '' ? value.value : undefined;
};

/** All of an entry but one field. */
function restOf(entry: unknown, field: string): string | undefined {
  if (!isMap(entry)) return undefined;
  const plain: unknown = entry.toJSON();
  if (typeof plain !== 'object' || plain === null) return undefined;
  const others = Object.entries(plain).filter(([key]) => key !== field);
  return JSON.stringify(others.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As one of several alternatives: flags hold to the end of the group that they stand in. */
const alternative = (expression: string): string =>
  expression.includes('(?') ? `(?:${expression})` : expression;

/**
 * Entries that differ in one field become one whose field is an alternation. Envoy compares the whole value with an
 * expression, so that each alternative stands for what it stood for.
 */
export const mergeRepeated: Fixer = ({ source, chain, finding }) => {
  const list = lastOf(chain);
  const field = finding.detail?.['field'];
  if (finding.reason !== 'repeated-rules' || field === undefined || !isSeq(list?.value)) return [];
  const seq = list.value;
  const groups = new Map<string, number[]>();
  for (const [index, entry] of seq.items.entries()) {
    const rest = restOf(entry, field);
    if (rest === undefined || textAt(entry, field) === undefined) continue;
    groups.set(rest, [...(groups.get(rest) ?? []), index]);
  }
  const [largest = []] = [...groups.values()].sort((a, b) => b.length - a.length);
  const [first, ...others] = largest;
  if (first === undefined || others.length === 0) return [];
  const values = [...new Set(largest.map((index) => textAt(seq.items[index], field) ?? ''))];
  const merged = replaceScalar(
    pairOf(seq.items[first], field)?.value,
    `(${values.map(alternative).join('|')})`,
  );
  if (seq.flow === true) return wholeList(source, seq.items, largest, merged, field);
  const removals = others.map((index) =>
    removeItem(source, { kind: 'item', seq, index, value: seq.items[index] }),
  );
  const edits = [merged, ...removals].flatMap((edit) => edit ?? []);
  if (edits.length !== removals.length + 1) return [];
  return [{ id: 'merge-repeated', ...fixWords.mergeRepeated(values.length, field), edits }];
};

/** The same for a list in `[]`, written anew from its entries. */
function wholeList(
  source: string,
  items: readonly unknown[],
  group: readonly number[],
  merged: ReturnType<typeof replaceScalar>,
  field: string,
): ReturnType<Fixer> {
  const [first = 0, ...others] = group;
  const spans = items.map((item) => {
    const start = isMap(item) ? item.range?.[0] : undefined;
    const end = endOf(source, item);
    return start === undefined || end === undefined ? undefined : { start, end };
  });
  const [whole, last] = [spans[0], spans[spans.length - 1]];
  if (!merged || !whole || !last || spans.some((span) => !span)) return [];
  const covered = source.slice(whole.start, last.end);
  if (covered.includes('#')) return [];
  const second = spans[1];
  const separator = second ? source.slice(whole.end, second.start) : ', ';
  const texts = spans.flatMap((span, index) => {
    if (!span || others.includes(index)) return [];
    if (index !== first) return [source.slice(span.start, span.end)];
    return [source.slice(span.start, merged.start) + merged.text + source.slice(merged.end, span.end)];
  });
  return [
    {
      id: 'merge-repeated',
      ...fixWords.mergeRepeated(group.length, field),
      edits: [{ start: whole.start, end: last.end, text: texts.join(separator) }],
    },
  ];
}
