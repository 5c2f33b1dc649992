import { isMap, isScalar, isSeq, Scalar } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Fixer, OffsetEdit } from './fix';
import { itemBelow, pairOf } from './locate';
import { endOf, lineEnd, linePrefix, replaceScalar } from './surgery';

function withTcp(source: string, port: unknown, eol: string): OffsetEdit | null | undefined {
  if (!isMap(port)) return null;
  const protocol = pairOf(port, 'protocol')?.value;
  if (isScalar(protocol)) return protocol.value === 'ANY' ? replaceScalar(protocol, 'TCP') : undefined;
  const [first] = port.items;
  const end = endOf(source, port.items[port.items.length - 1]);
  if (!isScalar(first?.key) || !first.key.range || end === undefined) return null;
  const quote = first.key.type === Scalar.QUOTE_DOUBLE ? '"' : '';
  const pair = `${quote}protocol${quote}: ${quote}TCP${quote}`;
  if (port.flow === true) return { start: end, end, text: `, ${pair}` };
  const indent = ' '.repeat(linePrefix(source, first.key.range[0]).length);
  // Behind the comment that the line may end with.
  const at = lineEnd(source, end);
  return { start: at, end: at, text: `${eol}${indent}${pair}` };
}

/** L7 rules belong to TCP alone, and a port without a protocol is one of all. */
export const addProtocol: Fixer = ({ source, chain, finding, eol }) => {
  const ports = pairOf(itemBelow(chain, ['toPorts'])?.value, 'ports')?.value;
  if (finding.reason !== 'l7-without-protocol' || !isSeq(ports)) return [];
  const edits = ports.items.map((port) => withTcp(source, port, eol));
  if (edits.includes(null)) return [];
  return [{ id: 'add-protocol', ...fixWords.addProtocol(), edits: edits.flatMap((edit) => edit ?? []) }];
};
