import { isNode, isScalar, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';
import type { NodeReader } from './nodes';

/** A step of a JSON patch (RFC 6902) that puts something into an object. */
export interface PatchStep {
  /** An object that holds nothing but what the step puts in; its keys stand where the path does. */
  readonly node: YAMLMap;
  readonly path: string;
}

const deepest = 30;

function nested(segments: readonly string[], value: Node, range: NonNullable<Scalar['range']>): Node {
  const [first, ...rest] = segments;
  if (first === undefined) return value;
  const child = nested(rest, value, range);
  if (/^(?:\d+|-)$/.test(first)) {
    const list = new YAMLSeq();
    list.items.push(child);
    return list;
  }
  const key = new Scalar(first);
  key.source = first;
  key.range = range;
  const map = new YAMLMap();
  map.items.push(new Pair(key, child));
  return map;
}

/** The step that a node describes: undefined for one that takes away or moves, and for what is no step. */
export function patchStepOf(read: NodeReader, node: unknown): PatchStep | undefined {
  const op = read.text(read.value(node, 'op'));
  if (op !== 'add' && op !== 'replace') return undefined;
  const key = read.value(node, 'path');
  const path = read.text(key);
  const value = read.value(node, 'value');
  if (path?.startsWith('/') !== true || !isScalar(key) || !key.range || !isNode(value)) return undefined;
  const segments = path
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (segments.length > deepest) return undefined;
  const built = nested(segments, value, key.range);
  return built instanceof YAMLMap ? { node: built, path } : undefined;
}
