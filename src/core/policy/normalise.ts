import { type Document, isMap, isNode, isPair, isScalar, isSeq, type YAMLMap } from 'yaml';

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Numbers go first, in their order, as they do in an object of JavaScript. */
function compareKeys(a: string, b: string): number {
  const [isNumber, isOther] = [/^(?:0|[1-9]\d{0,8})$/.test(a), /^(?:0|[1-9]\d{0,8})$/.test(b)];
  if (isNumber && isOther) return Number(a) - Number(b);
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  return a < b ? -1 : 1;
}

function objectText(fields: ReadonlyMap<string, string>): string {
  const keys = [...fields.keys()].sort(compareKeys);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${fields.get(key) ?? 'null'}`).join(',')}}`;
}

function sortedText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  if (!isPlain(value)) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, child]) => child !== undefined);
  return objectText(new Map(fields.map(([key, child]) => [key, sortedText(child)])));
}

const deepest = 200;
/** Thrown and caught in here alone: the library's `toJS` reads the node. */
const notSimple = new Error('not simple');

/** The values of a map without anchors, tags and merges, the last of each key. */
function simpleFields(map: YAMLMap): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const pair of map.items) {
    if (!isPair(pair) || !isScalar(pair.key) || typeof pair.key.value !== 'string') throw notSimple;
    if (pair.key.value === '<<') throw notSimple;
    fields.set(pair.key.value, pair.value);
  }
  return fields;
}

/** The same text as by way of `toJS`, several times faster. */
function simpleText(node: unknown, depth: number): string {
  if (!isScalar(node) && !isSeq(node) && !isMap(node)) throw notSimple;
  if (node.anchor !== undefined || node.tag !== undefined || depth > deepest) throw notSimple;
  if (isScalar(node)) {
    if (typeof node.value === 'bigint') throw notSimple;
    return JSON.stringify(node.value);
  }
  if (isSeq(node)) return `[${node.items.map((item) => simpleText(item, depth + 1)).join(',')}]`;
  const fields = new Map<string, string>();
  for (const [key, value] of simpleFields(node)) fields.set(key, simpleText(value, depth + 1));
  return objectText(fields);
}

/** What remains of a policy: status and what the API server adds change without the policy changing. */
function simplePolicy(node: unknown): string {
  if (!isMap(node) || node.anchor !== undefined || node.tag !== undefined) throw notSimple;
  const fields = simpleFields(node);
  if (!fields.has('kind')) {
    if (['metadata', 'spec', 'specs'].some((key) => fields.has(key))) throw notSimple;
    return simpleText(node, 0);
  }
  const found = new Map<string, string>();
  for (const key of ['kind', 'spec', 'specs'])
    if (fields.has(key)) found.set(key, simpleText(fields.get(key), 1));
  const metadata = fields.get('metadata');
  if (isMap(metadata)) {
    if (metadata.anchor !== undefined || metadata.tag !== undefined) throw notSimple;
    const named = simpleFields(metadata);
    for (const key of ['name', 'namespace'])
      if (named.has(key)) found.set(key, simpleText(named.get(key), 2));
  } else if (metadata !== undefined) throw notSimple;
  return objectText(found);
}

function policyText(plain: Plain): string {
  const { kind, spec, specs, metadata, ...rest } = plain;
  const { name, namespace } = isPlain(metadata) ? metadata : {};
  return sortedText(kind === undefined ? rest : { kind, name, namespace, spec, specs });
}

/**
 * A policy as JSON with sorted keys, aliases resolved: the same whatever the comments, white space, quotes and order of
 * keys, and whether it is YAML or JSON. Undefined where it cannot be had, e.g. for aliases that multiply.
 */
export function normalisedPolicy(node: unknown, document: Document): string | undefined {
  try {
    return simplePolicy(node);
  } catch {
    // An alias, a merge, a number as a key: the library knows what they mean.
  }
  if (!isNode(node)) return undefined;
  try {
    const plain: unknown = node.toJS(document, { maxAliasCount: 1000 });
    return isPlain(plain) ? policyText(plain) : undefined;
  } catch {
    return undefined;
  }
}
