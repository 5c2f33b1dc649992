import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';

export interface Entry {
  readonly key: Scalar;
  readonly value: unknown;
}

/** Reads the nodes of one document: aliases resolved, merges followed, anything unexpected is absent. */
export interface NodeReader {
  map(node: unknown): YAMLMap | undefined;
  items(node: unknown): readonly unknown[] | undefined;
  entry(node: unknown, name: string): Entry | undefined;
  value(node: unknown, name: string): unknown;
  text(node: unknown): string | undefined;
  entries(node: unknown): readonly Entry[];
}

const deepestMerge = 8;

/** What each alias stands for: the last node before it that has the anchor, found for all in one walk. */
function aliasTargets(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  try {
    visit(document, {
      Alias(_, alias) {
        const target = anchors.get(alias.source);
        if (target) targets.set(alias, target);
      },
      Value(_, node) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
  } catch {
    // Nesting of thousands of levels overflows the stack; what was found by then holds.
  }
  return targets;
}

/** A scalar as it stands in the text, without quotes, where a template has a part in it. */
function templateText({ range }: Scalar, source: string | undefined): string | undefined {
  if (!range || source === undefined) return undefined;
  const written = source.slice(range[0], range[1]);
  return written.includes('{{') ? written.replace(/^(["'])(.*)\1$/s, '$2') : undefined;
}

interface ReaderOptions {
  /** For the agent's JSON import, whose keys Go matches without regard to case. */
  readonly ignoreCase?: boolean;
  /** The document before its template actions were masked, where offsets in both are the same. */
  readonly source?: string;
}

export function nodeReader(
  document: Document,
  { ignoreCase = false, source }: ReaderOptions = {},
): NodeReader {
  let targets: ReadonlyMap<Alias, Node> | undefined;
  const resolve = (node: unknown): unknown =>
    isAlias(node) ? (targets ??= aliasTargets(document)).get(node) : node;
  const map = (node: unknown): YAMLMap | undefined => {
    const found = resolve(node);
    return isMap(found) ? found : undefined;
  };
  const items = (node: unknown): readonly unknown[] | undefined => {
    const found = resolve(node);
    return isSeq(found) ? found.items : undefined;
  };
  const same = (key: string, name: string): boolean =>
    key === name || (ignoreCase && key.toLowerCase() === name.toLowerCase());
  const find = (node: unknown, name: string, depth: number): Entry | undefined => {
    const found = map(node);
    if (!found || depth > deepestMerge) return undefined;
    let merged: unknown[] | undefined;
    let last: Entry | undefined;
    for (const pair of found.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const { value: key, source: written } = pair.key;
      if (same(typeof key === 'string' ? key : String(key), name))
        last = { key: pair.key, value: pair.value };
      else if (written === '<<') (merged ??= []).push(...(items(pair.value) ?? [pair.value]));
    }
    if (last || !merged) return last;
    for (const other of merged.slice(0, 100)) {
      const inherited = find(other, name, depth + 1);
      if (inherited) return inherited;
    }
    return undefined;
  };
  const entry = (node: unknown, name: string): Entry | undefined => find(node, name, 0);
  return {
    map,
    items,
    entry,
    value: (node, name) => entry(node, name)?.value,
    text(node) {
      const found = resolve(node);
      if (!isScalar(found) || found.value === null) return undefined;
      const template = templateText(found, source);
      if (template !== undefined) return template;
      // Numbers and the like as they are written: 0x1F90 stays what it is.
      return typeof found.value === 'string' ? found.value : found.source;
    },
    entries: (node) =>
      (map(node)?.items ?? []).flatMap((pair) =>
        isPair(pair) && isScalar(pair.key) ? [{ key: pair.key, value: pair.value }] : [],
      ),
  };
}
