import { type Document, isMap, isNode, isPair, isScalar, isSeq } from 'yaml';

const deepest = 200;
/** Thrown and caught in here alone: the library reads the node. */
const notSimple = new Error('not simple');

function simpleJson(node: unknown, depth: number): unknown {
  if (isScalar(node)) {
    if (node.anchor !== undefined || node.tag !== undefined) throw notSimple;
    return node.value;
  }
  if (
    (!isSeq(node) && !isMap(node)) ||
    node.anchor !== undefined ||
    node.tag !== undefined ||
    depth > deepest
  )
    throw notSimple;
  if (isSeq(node)) return node.items.map((item) => simpleJson(item, depth + 1));
  const fields: Record<string, unknown> = {};
  for (const pair of node.items) {
    if (!isPair(pair) || !isScalar(pair.key)) throw notSimple;
    const { value: key } = pair.key;
    // A merge; a number as a key; what an object has of itself, e.g. `constructor`.
    if (typeof key !== 'string' || key === '<<' || pair.key.anchor !== undefined || key in Object.prototype)
      throw notSimple;
    fields[key] = simpleJson(pair.value, depth + 1);
  }
  return fields;
}

/** A node as plain JSON, anchors and merges resolved; undefined where aliases would make it grow without bound. */
export function jsonOf(node: unknown, document: Document): unknown {
  try {
    return simpleJson(node, 0);
  } catch {
    // An alias, a merge, a number as a key: the library knows what they mean.
  }
  try {
    return isNode(node) ? node.toJS(document, { maxAliasCount: 1000 }) : undefined;
  } catch {
    return undefined;
  }
}
