import { isAlias, isMap, isPair, isScalar, isSeq, visit, type Document, type Pair, type Scalar } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';

export interface PairStep {
  readonly kind: 'pair';
  readonly map: YAMLMap;
  readonly index: number;
  readonly key: Scalar;
  readonly value: unknown;
}
export interface ItemStep {
  readonly kind: 'item';
  readonly seq: YAMLSeq;
  readonly index: number;
  readonly value: unknown;
}
/** How a place is reached from the top of a document: a pair of each mapping, an item of each list. */
export type Chain = readonly (PairStep | ItemStep)[];

const deepest = 200;

/** The chain to the key, or to the word of a list, that begins at an offset. Aliases are not followed. */
export function chainTo(document: Document, offset: number): Chain | undefined {
  const search = (node: unknown, chain: Chain): Chain | undefined => {
    if (chain.length > deepest) return undefined;
    if (isMap(node)) {
      for (const [index, pair] of node.items.entries()) {
        if (!isPair(pair) || !isScalar(pair.key)) continue;
        const here: Chain = [...chain, { kind: 'pair', map: node, index, key: pair.key, value: pair.value }];
        if (pair.key.range?.[0] === offset) return here;
        const below = search(pair.value, here);
        if (below) return below;
      }
    }
    if (isSeq(node)) {
      for (const [index, value] of node.items.entries()) {
        const here: Chain = [...chain, { kind: 'item', seq: node, index, value }];
        if (isScalar(value) && value.range?.[0] === offset) return here;
        const below = search(value, here);
        if (below) return below;
      }
    }
    return undefined;
  };
  return search(document.contents, []);
}

/** What stands in one place and holds in another: an edit of it would change both. */
export function hasAliases(document: Document): boolean {
  let found = false;
  visit(document, {
    Node(_, node) {
      if (!isAlias(node) && node.anchor === undefined) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** The pair of a mapping that has the key. */
export function pairOf(map: unknown, name: string): PairStep | undefined {
  if (!isMap(map)) return undefined;
  const index = map.items.findIndex((pair: Pair) => isScalar(pair.key) && pair.key.value === name);
  const pair = map.items[index];
  return pair && isScalar(pair.key)
    ? { kind: 'pair', map, index, key: pair.key, value: pair.value }
    : undefined;
}

/** The list item of a chain that stands right below a key of one of these names, the innermost one. */
export function itemBelow(chain: Chain, names: readonly string[]): ItemStep | undefined {
  for (let at = chain.length - 1; at > 0; at -= 1) {
    const [step, above] = [chain[at], chain[at - 1]];
    if (step?.kind === 'item' && above?.kind === 'pair' && names.includes(String(above.key.value)))
      return step;
  }
  return undefined;
}

export const lastOf = (chain: Chain): PairStep | ItemStep | undefined => chain[chain.length - 1];

/** The names of a mapping's keys. */
export const keysOf = (map: unknown): readonly string[] =>
  isMap(map) ? map.items.flatMap(({ key }: Pair) => (isScalar(key) ? [String(key.value)] : [])) : [];
