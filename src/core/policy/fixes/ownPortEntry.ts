import { isSeq, isScalar } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Draft, Fixer, OffsetEdit } from './fix';
import { itemBelow, pairOf, type ItemStep, type PairStep } from './locate';
import { endOf, lineEnd, linePrefix, lineStart, removeItem } from './surgery';

const mostPorts = 4;

/** The number or name of a port, as written. */
function portName(port: unknown): string | undefined {
  const value = pairOf(port, 'port')?.value;
  if (!isScalar(value)) return undefined;
  return typeof value.value === 'string' ? value.value : value.source;
}

/** What is written of a list's items, each with its lines or, in `[]`, without. */
function writtenItems(source: string, list: PairStep, items: readonly unknown[]): readonly string[] | null {
  const isFlow = isSeq(list.value) && list.value.flow === true;
  const written = items.map((item) => {
    const start = startOf(item);
    const end = endOf(source, item);
    if (start === undefined || end === undefined) return null;
    if (isFlow) return source.slice(start, end);
    const prefix = linePrefix(source, start);
    return /^ *- +$/.test(prefix) ? source.slice(lineStart(source, start), lineEnd(source, end)) : null;
  });
  return written.some((text) => text === null) ? null : written.flatMap((text) => text ?? []);
}

function startOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;
}

/** An entry with these ports and no rules, behind the one that keeps the rules. */
function entryBehind(
  source: string,
  entry: ItemStep,
  ports: PairStep,
  items: readonly unknown[],
  eol: string,
): OffsetEdit | null {
  const written = writtenItems(source, ports, items);
  const [start, end] = [startOf(entry.value), endOf(source, entry.value)];
  const key = ports.key.range;
  if (!written || start === undefined || end === undefined || !key) return null;
  const name = source.slice(key[0], key[1]);
  const isFlowList = isSeq(ports.value) && ports.value.flow === true;
  if (entry.seq.flow === true)
    return isFlowList ? { start: end, end, text: `, { ${name}: [${written.join(', ')}] }` } : null;
  const prefix = linePrefix(source, start);
  if (!/^ *- +$/.test(prefix)) return null;
  const list = isFlowList ? ` [${written.join(', ')}]` : `${eol}${written.join(eol)}`;
  const added = `${prefix}${name}:${list}`;
  const next = source.indexOf('\n', end) + 1;
  // The last line may have no end.
  return next > 0
    ? { start: next, end: next, text: `${added}${eol}` }
    : { start: source.length, end: source.length, text: `${eol}${added}` };
}

/** An entry for the ports that need no proxy, for each port that could keep the rules. */
export const ownPortEntry: Fixer = ({ source, chain, eol }) => {
  const entry = itemBelow(chain, ['toPorts']);
  const ports = pairOf(entry?.value, 'ports');
  if (!entry || !ports || !isSeq(ports.value)) return [];
  const list = ports.value;
  if (list.items.length < 2 || list.items.length > mostPorts) return [];
  return list.items.flatMap((kept, keptAt): readonly Draft[] => {
    const name = portName(kept);
    if (name === undefined) return [];
    const others = list.items.filter((_, at) => at !== keptAt);
    const removals =
      list.flow === true
        ? [keepOnly(source, list.items, keptAt)]
        : others.map((value) =>
            removeItem(source, { kind: 'item', seq: list, index: list.items.indexOf(value), value }),
          );
    const added = entryBehind(source, entry, ports, others, eol);
    const edits = [...removals, added].flatMap((edit) => edit ?? []);
    if (edits.length !== removals.length + 1) return [];
    return [
      {
        id: 'own-port-entry',
        ...fixWords.ownPortEntry(
          name,
          others.map((other) => portName(other) ?? 'without a number'),
        ),
        edits,
        leavesFinding: true,
      },
    ];
  });
};

/** In `[]`: the one item in place of all. */
function keepOnly(source: string, items: readonly unknown[], kept: number): OffsetEdit | null {
  const [first, own, last] = [items[0], items[kept], items[items.length - 1]];
  const [start, end] = [startOf(first), endOf(source, last)];
  const [ownStart, ownEnd] = [startOf(own), endOf(source, own)];
  if (start === undefined || end === undefined || ownStart === undefined || ownEnd === undefined) return null;
  return source.slice(start, end).includes('#') ? null : { start, end, text: source.slice(ownStart, ownEnd) };
}
