import { isScalar, type Scalar } from 'yaml';
import type { NodeReader } from './nodes';
import type { Path } from './semantics/model';

const isWritten = ({ range }: Scalar): boolean =>
  range !== null && range !== undefined && range[1] > range[0];

/** The key that stands for a place: of a list's entry its first key, or the entry itself where it is a word that is written. */
function keyOfEntry(read: NodeReader, node: unknown): Scalar | undefined {
  if (isScalar(node)) return isWritten(node) ? node : undefined;
  return read.entries(node).find(({ key }) => isWritten(key))?.key;
}

/** The node at a path from `node` down, and the key that marks it; of a path that ends in nothing, the last key that is there. */
export function placeAt(
  read: NodeReader,
  node: unknown,
  path: Path,
): { readonly node: unknown; readonly key: Scalar | undefined } {
  let at = node;
  let key = keyOfEntry(read, node);
  for (const step of path) {
    if (typeof step === 'number') {
      const item = read.items(at)?.[step];
      if (item === undefined) break;
      at = item;
      key = keyOfEntry(read, item) ?? key;
    } else {
      const entry = read.entry(at, step);
      if (!entry) break;
      at = entry.value;
      key = entry.key;
    }
  }
  return { node: at, key };
}
