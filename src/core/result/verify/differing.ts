/** One figure that is not what comes out again. */
export interface FigureDifference {
  /** Which, e.g. `effects, rps of l7, percent`. */
  readonly figure: string;
  /** As stored; null where it is not there. */
  readonly stored: string | number | boolean | null;
  /** As computed again; null where nothing comes out. */
  readonly again: string | number | boolean | null;
}

/** Engines differ in the last digits of logarithms; a figure that was changed differs in the first ones. */
const relativeTolerance = 1e-9;

type Leaf = string | number | boolean | null;

/** What an item of a list is called: by what tells it from the others, else by its place from 1. */
function nameOf(item: unknown, place: number): string {
  if (typeof item !== 'object' || item === null) return String(place + 1);
  const field = (name: string): string | undefined => {
    const value = (item as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [metric, variant] = [field('metric'), field('variant')];
  if (metric !== undefined && variant !== undefined) return `${metric} of ${variant}`;
  const part = field('part');
  return (
    field('id') ??
    (part === undefined ? undefined : [part, metric].filter(Boolean).join(' ')) ??
    String(place + 1)
  );
}

/** Every value in a document by the way to it. */
function leaves(value: unknown, way: string): readonly (readonly [string, Leaf])[] {
  if (Array.isArray(value)) {
    // A list that has become empty differs from one that is not there.
    const items: readonly unknown[] = value;
    return items.flatMap((item, place) => leaves(item, `${way}, ${nameOf(item, place)}`));
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${way}, ${name}`));
  return value === undefined ? [] : [[way, value as Leaf]];
}

function isSame(stored: Leaf, again: Leaf): boolean {
  if (typeof stored === 'number' && typeof again === 'number')
    return Math.abs(stored - again) <= relativeTolerance * Math.max(Math.abs(stored), Math.abs(again));
  return stored === again;
}

/**
 * The values in which two plain documents differ, each by the way to it from `name`, and how many were compared. Numbers are the same
 * within {@link relativeTolerance}. Items are told by their id, metric and variant, or part, so that one that is missing does not make all
 * after it differ.
 */
export function differing(
  name: string,
  stored: unknown,
  again: unknown,
): { readonly compared: number; readonly differences: readonly FigureDifference[] } {
  const [before, after] = [new Map(leaves(stored, name)), new Map(leaves(again, name))];
  const ways = [...new Set([...before.keys(), ...after.keys()])];
  const differences = ways.flatMap((figure): FigureDifference[] => {
    const one = before.get(figure) ?? null;
    const other = after.get(figure) ?? null;
    return isSame(one, other) ? [] : [{ figure, stored: one, again: other }];
  });
  return { compared: ways.length, differences };
}
