/**
 * Go's decoding of JSON (package encoding/json and its fork sigs.k8s.io/json, which the agent decodes objects with), on values
 * that are parsed already: what a Go type takes, what it leaves out, and the words of its refusals.
 */
import type { Path } from './model';

/** What the decoder refuses. One that `aborts` ends the decoding and is reported before any other. */
export interface DecodeFault {
  readonly path: Path;
  readonly reason: string;
  readonly words: string;
  readonly aborts: boolean;
}

/** Where a value stands. */
export interface Place {
  readonly path: Path;
  /** Names of the fields down to here, as Go's refusals write them: no list positions, no keys of maps. */
  readonly fields: string;
  /** Name of the Go struct that holds the innermost field. */
  readonly struct: string;
  /** Whether keys are compared without regard to case. */
  readonly foldsCase: boolean;
  /** Whether a type with a decoding of its own reads here. */
  readonly aborts: boolean;
  /** False: as before sigs.k8s.io/json of 2025, refusals name neither embedded structs nor fields inside such a type. */
  readonly namesAll: boolean;
  readonly faults: DecodeFault[];
}

export const rootPlace = (foldsCase: boolean, namesAll: boolean): Place => ({
  path: [],
  fields: '',
  struct: '',
  foldsCase,
  aborts: false,
  namesAll,
  faults: [],
});

/** Reads one Go type. Undefined stands for what Go leaves as it was: null, and what is refused. */
export interface Decoder<T> {
  /** Where values of this kind stay as they are, so that nobody asks for their place. */
  readonly keeps?: 'string' | 'boolean';
  read(value: unknown, place: Place): T | undefined;
  /** What an element of a list is where `read` gives nothing. */
  zero(place: Place): T;
}

export type Decoded<D> = D extends Decoder<infer T> ? T : never;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

export function refuse(place: Place, reason: string, words: string): void {
  place.faults.push({ path: place.path, reason, words, aborts: place.aborts });
}

function refuseType(place: Place, what: string, goType: string): void {
  const into = place.fields === '' ? 'value' : `struct field ${place.struct}.${place.fields}`;
  refuse(place, 'wrong-type', `json: cannot unmarshal ${what} into Go ${into} of type ${goType}`);
}

// Written out: spreading is slow, and this is done for every value.
const inside = (
  { path, fields, struct: name, foldsCase, aborts, namesAll, faults }: Place,
  key: string | number,
): Place => ({
  path: [...path, key],
  fields,
  struct: name,
  foldsCase,
  aborts,
  namesAll,
  faults,
});

export function text(goType = 'string'): Decoder<string> {
  return {
    keeps: 'string',
    read(value, place) {
      if (typeof value === 'string') return value;
      if (value !== null && value !== undefined) refuseType(place, jsonKind(value), goType);
      return undefined;
    },
    zero: () => '',
  };
}

export function flag(): Decoder<boolean> {
  return {
    keeps: 'boolean',
    read(value, place) {
      if (typeof value === 'boolean') return value;
      if (value !== null && value !== undefined) refuseType(place, jsonKind(value), 'bool');
      return undefined;
    },
    zero: () => false,
  };
}

/** A whole number from `least` to `most`. */
export function whole(goType: string, least: number, most: number): Decoder<number> {
  return {
    read(value, place) {
      if (value === null || value === undefined) return undefined;
      const number = typeof value === 'bigint' ? Number(value) : value;
      if (typeof number !== 'number') refuseType(place, jsonKind(value), goType);
      else if (Number.isInteger(number) && number >= least && number <= most) return number;
      else refuseType(place, `number ${number}`, goType);
      return undefined;
    },
    zero: () => 0,
  };
}

/** `goType` names the list. Null elements are zero values. */
export function list<T>(goType: string, element: Decoder<T>): Decoder<readonly T[]> {
  return {
    read(value, place) {
      if (Array.isArray(value))
        return value.map((item: unknown, at) => {
          if (typeof item === element.keeps) return item as T;
          const there = inside(place, at);
          return element.read(item, there) ?? element.zero(there);
        });
      if (value !== null && value !== undefined) refuseType(place, jsonKind(value), goType);
      return undefined;
    },
    zero: () => [],
  };
}

/** A pointer to a type: null in a list stays null. */
export function pointer<T>(target: Decoder<T>): Decoder<T | null> {
  return { read: (value, place) => target.read(value, place), zero: () => null };
}

export function mapOf<T>(goType: string, element: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return {
    read(value, place) {
      if (isObject(value))
        return Object.fromEntries(
          Object.entries(value).map(([key, item]) => {
            if (typeof item === element.keeps) return [key, item as T];
            const there = inside(place, key);
            return [key, element.read(item, there) ?? element.zero(there)];
          }),
        );
      if (value !== null && value !== undefined) refuseType(place, jsonKind(value), goType);
      return undefined;
    },
    zero: () => ({}),
  };
}

type Fields = Readonly<Record<string, Decoder<unknown>>>;

/** A Go struct: the fields that were written, and where it stands. */
export type Struct<F extends Fields> = { readonly at: Path } & {
  readonly [K in keyof F]?: Decoded<F[K]>;
};

const byteOrder = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function fieldsOf({ fields, aborts, namesAll }: Place, name: string): string {
  if (aborts && !namesAll) return fields;
  return fields === '' ? name : `${fields}.${name}`;
}

interface StructOptions {
  /** False: the struct has no name, and Go's refusals keep the outer one's. */
  readonly named?: boolean;
  /** The struct that is embedded, and its fields, which Go's refusals name between. */
  readonly embeds?: { readonly name: string; readonly fields: Fields };
  /** Fields that this version does not have. */
  readonly without?: readonly string[];
}

/** `goType` is qualified, e.g. `api.Rule`. */
export function struct<F extends Fields>(
  goType: string,
  fields: F,
  { named = true, embeds, without = [] }: StructOptions = {},
): Decoder<Struct<F>> {
  const known = new Map(Object.entries(fields).filter(([name]) => !without.includes(name)));
  const folded = new Map([...known.keys()].map((name) => [name.toLowerCase(), name]));
  const structName = goType.slice(goType.indexOf('.') + 1);
  const nameOf = (key: string, foldsCase: boolean): string | undefined =>
    known.has(key) ? key : foldsCase ? folded.get(key.toLowerCase()) : undefined;
  const placeOf = (place: Place, key: string, name: string): Place => {
    const through =
      embeds && place.namesAll && Object.hasOwn(embeds.fields, name) ? `${embeds.name}.${name}` : name;
    return {
      path: [...place.path, key],
      fields: fieldsOf(place, through),
      struct: named && !place.aborts ? structName : place.struct,
      foldsCase: place.foldsCase,
      aborts: place.aborts,
      namesAll: place.namesAll,
      faults: place.faults,
    };
  };
  return {
    read(value, place) {
      if (value === null || value === undefined) return undefined;
      if (!isObject(value)) {
        refuseType(place, jsonKind(value), goType);
        return undefined;
      }
      const found: Record<string, unknown> = { at: place.path };
      const keys = Object.keys(value);
      // The same field under several spellings: the last one in the order of an encoded object stays.
      for (const key of place.foldsCase ? keys.sort(byteOrder) : keys) {
        const name = nameOf(key, place.foldsCase);
        const decoder = name === undefined ? undefined : known.get(name);
        if (name === undefined || !decoder) continue;
        const written = value[key];
        const item =
          typeof written === decoder.keeps ? written : decoder.read(written, placeOf(place, key, name));
        if (item !== undefined) found[name] = item;
      }
      return found as Struct<F>;
    },
    zero: (place) => ({ at: place.path }) as Struct<F>,
  };
}

/** A type that decodes itself with encoding/json: keys in any case, and what it refuses ends the decoding of the whole. */
export function ownDecoding<T>(
  inner: Decoder<T>,
  check: (decoded: T | undefined, place: Place, value: unknown) => T | undefined,
): Decoder<T> {
  const read = (value: unknown, place: Place): T | undefined => {
    const there = { ...place, foldsCase: true, aborts: true };
    const before = place.faults.length;
    const decoded = inner.read(value, there);
    return place.faults.length > before ? undefined : check(decoded, there, value);
  };
  return { read, zero: (place) => inner.zero(place) };
}

/** Faults in the order in which the decoder meets them, the keys of an encoded object being sorted. */
export function inOrder(faults: readonly DecodeFault[]): readonly DecodeFault[] {
  const compare = (left: Path, right: Path): number => {
    for (let at = 0; at < left.length && at < right.length; at += 1) {
      const [one, other] = [left[at], right[at]];
      if (one === other) continue;
      if (typeof one === 'number' && typeof other === 'number') return one - other;
      return byteOrder(String(one), String(other));
    }
    return left.length - right.length;
  };
  return [...faults].sort(
    (left, right) => Number(right.aborts) - Number(left.aborts) || compare(left.path, right.path),
  );
}
