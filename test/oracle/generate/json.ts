/** What a manifest is made of. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export type Place = readonly (string | number)[];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every place of a tree, parents before their children; the root is the empty place. */
export function placesOf(value: Json, at: Place = []): Place[] {
  const children: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((child, index) => [index, child] as const)
    : isObject(value)
      ? Object.entries(value)
      : [];
  return [at, ...children.flatMap(([key, child]) => placesOf(child, [...at, key]))];
}

export function valueAt(tree: Json, place: Place): Json | undefined {
  let value: Json | undefined = tree;
  for (const key of place) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key];
    else if (isObject(value) && typeof key === 'string') value = value[key];
    else return undefined;
  }
  return value;
}

/** A copy with another value at a place; `undefined` takes the place out. The root cannot be taken out. */
export function withValue(tree: Json, place: Place, value: Json | undefined): Json {
  const [key, ...rest] = place;
  if (key === undefined) return value ?? tree;
  if (Array.isArray(tree) && typeof key === 'number') {
    const child = tree[key];
    const changed = rest.length === 0 || child === undefined ? value : withValue(child, rest, value);
    return tree.flatMap((old, index) => (index !== key ? [old] : changed === undefined ? [] : [changed]));
  }
  if (isObject(tree) && typeof key === 'string') {
    const child = tree[key];
    const changed = rest.length === 0 || child === undefined ? value : withValue(child, rest, value);
    return Object.fromEntries(
      Object.entries(tree).flatMap(([name, old]) =>
        name !== key ? [[name, old]] : changed === undefined ? [] : [[name, changed]],
      ),
    );
  }
  return tree;
}

/** A copy where a key of an object has another name, in its old place. */
export function withKey(tree: Json, place: Place, name: string): Json {
  const parent = valueAt(tree, place.slice(0, -1));
  const key = place.at(-1);
  if (!isObject(parent)) return tree;
  const renamed = Object.fromEntries(
    Object.entries(parent).map(([old, value]) => [old === key ? name : old, value] as const),
  );
  return withValue(tree, place.slice(0, -1), renamed);
}
