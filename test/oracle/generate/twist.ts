import {
  isObject,
  placesOf,
  valueAt,
  withKey,
  withValue,
  type Json,
  type JsonObject,
  type Place,
} from './json';
import type { Random } from './random';

type Twist = (random: Random, tree: JsonObject, place: Place) => Json;

const wrongValues: readonly Json[] = [
  null,
  '',
  'text',
  0,
  80,
  -1,
  1.5,
  true,
  [],
  {},
  [null],
  [{}],
  { a: 'b' },
  ['text'],
];

const otherCase = (name: string): string =>
  name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();

/** Mistakes that people make, at any place of a manifest below its metadata. */
const twists: readonly (readonly [weight: number, twist: Twist])[] = [
  [4, (random, tree, place) => withValue(tree, place, random.pick(wrongValues))],
  [2, (_, tree, place) => withValue(tree, place, undefined)],
  [2, (_, tree, place) => withKey(tree, place, otherCase(String(place.at(-1))))],
  [
    1,
    (random, tree, place) =>
      withKey(tree, place, random.pick(['toPort', 'rule', 'matchLabel', 'fromEndpoint', 'ingres'])),
  ],
  [
    2,
    (random, tree, place) => {
      const value = valueAt(tree, place);
      const extra = {
        [random.pick(['unknown', 'endPort', 'rules', 'port', 'toPorts', 'http', 'fromEndpoints', 'toFQDNs'])]:
          random.pick(wrongValues),
      };
      return isObject(value) ? withValue(tree, place, { ...value, ...extra }) : tree;
    },
  ],
  [
    2,
    (_, tree, place) => {
      const value = valueAt(tree, place);
      return Array.isArray(value)
        ? withValue(tree, place, [])
        : withValue(tree, place, value === undefined ? value : [value]);
    },
  ],
  [
    1,
    (_, tree, place) => {
      const value = valueAt(tree, place);
      return typeof value === 'string' && /^\d+$/.test(value)
        ? withValue(tree, place, Number(value))
        : typeof value === 'number'
          ? withValue(tree, place, String(value))
          : tree;
    },
  ],
  [
    1,
    (_, tree, place) => {
      const parent = valueAt(tree, place.slice(0, -1));
      const value = valueAt(tree, place);
      return Array.isArray(parent) && value !== undefined
        ? withValue(tree, place.slice(0, -1), [...parent, value])
        : tree;
    },
  ],
];

/** A manifest with one mistake. */
export function twisted(random: Random, manifest: JsonObject): JsonObject {
  const places = placesOf(manifest).filter(([first]) => first === 'spec' || first === 'specs');
  if (places.length === 0) return manifest;
  const place = random.pick(places);
  const changed = random.weighted(twists)(random, manifest, place);
  return isObject(changed) ? changed : manifest;
}
