import { type Document, isNode } from 'yaml';

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
}

/**
 * A policy as JSON with sorted keys, aliases resolved: the same whatever the comments, white space, quotes and order of
 * keys, and whether it is YAML or JSON. Undefined where it cannot be had, e.g. for aliases that multiply.
 */
export function normalisedPolicy(node: unknown, document: Document): string | undefined {
  if (!isNode(node)) return undefined;
  try {
    const plain: unknown = node.toJS(document, { maxAliasCount: 1000 });
    if (!isPlain(plain)) return undefined;
    // Status and what the API server adds change without the policy changing.
    const { kind, spec, specs, metadata, ...rest } = plain;
    const { name, namespace } = isPlain(metadata) ? metadata : {};
    return JSON.stringify(sorted(kind === undefined ? rest : { kind, name, namespace, spec, specs }));
  } catch {
    return undefined;
  }
}
