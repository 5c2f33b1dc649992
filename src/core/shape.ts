/**
 * What a value read from a file must look like. Says where the first thing that is wrong stands, and lets fields it does
 * not know pass: newer versions may add some.
 */
export interface Shape<T> {
  /** What is wrong, as `samples[3].valid is not true or false`; null when nothing is. */
  problem(value: unknown, where: string): string | null;
  /** Never set: carries the type. */
  readonly type?: T;
}

/** The type that values of a shape have. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

function simple<T>(expected: string, holds: (value: unknown) => boolean): Shape<T> {
  return { problem: (value, where) => (holds(value) ? null : `${where} is not ${expected}`) };
}

export const text = simple<string>('a text', (value) => typeof value === 'string');
export const number = simple<number>(
  'a number',
  (value) => typeof value === 'number' && Number.isFinite(value),
);
export const flag = simple<boolean>('true or false', (value) => typeof value === 'boolean');
/** A date and time as in ISO 8601. */
export const time = simple<string>(
  'a time',
  (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
);

/** Exactly this value. */
export function exactly<const T extends string | number>(wanted: T): Shape<T> {
  return simple<T>(JSON.stringify(wanted), (value) => value === wanted);
}

export function oneOf<const T extends string>(...wanted: readonly T[]): Shape<T> {
  return simple<T>(`one of ${wanted.join(', ')}`, (value) => wanted.some((candidate) => candidate === value));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return { problem: (value, where) => (value === null ? null : shape.problem(value, where)) };
}

/** One or the other; what is wrong is told of the first. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return {
    problem: (value, where) => (second.problem(value, where) === null ? null : first.problem(value, where)),
  };
}

/** Two numbers, the lower first. */
export const interval: Shape<readonly [number, number]> = {
  problem(value, where) {
    if (!Array.isArray(value) || value.length !== 2) return `${where} is not a pair of numbers`;
    return number.problem(value[0], `${where}[0]`) ?? number.problem(value[1], `${where}[1]`);
  },
};

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    problem(value, where) {
      if (!Array.isArray(value)) return `${where} is not a list`;
      return firstOf(value.map((entry: unknown, index) => shape.problem(entry, `${where}[${index}]`)));
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}

function inside(where: string, name: string): string {
  return where === '' ? name : `${where}.${name}`;
}

/** Any names, values of one shape. */
export function map<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    problem(value, where) {
      if (!isObject(value)) return `${where} is not an object`;
      return firstOf(Object.entries(value).map(([name, entry]) => shape.problem(entry, inside(where, name))));
    },
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type FieldsOf<F extends Fields> = { readonly [Name in keyof F]: Shaped<F[Name]> };

function fieldProblem(fields: Fields, value: unknown, where: string, needed: boolean): string | null {
  if (!isObject(value)) return `${where === '' ? 'the document' : where} is not an object`;
  return firstOf(
    Object.entries(fields).map(([name, shape]) => {
      if (value[name] !== undefined) return shape.problem(value[name], inside(where, name));
      return needed ? `${inside(where, name)} is not there` : null;
    }),
  );
}

/** An object with these fields. */
export function object<F extends Fields>(fields: F): Shape<FieldsOf<F>> {
  return { problem: (value, where) => fieldProblem(fields, value, where, true) };
}

/** An object with these fields, and perhaps those. */
export function objectWith<F extends Fields, O extends Fields>(
  fields: F,
  optional: O,
): Shape<FieldsOf<F> & Partial<FieldsOf<O>>> {
  return {
    problem: (value, where) =>
      fieldProblem(fields, value, where, true) ?? fieldProblem(optional, value, where, false),
  };
}

/** An object whose field `tag` says which of these shapes it has. */
export function taggedBy<S extends Fields>(tag: string, shapes: S): Shape<Shaped<S[keyof S]>> {
  return {
    problem(value, where) {
      if (!isObject(value)) return `${where} is not an object`;
      const name = value[tag];
      const shape = typeof name === 'string' && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
      return shape
        ? shape.problem(value, where)
        : `${inside(where, tag)} is not one of ${Object.keys(shapes).join(', ')}`;
    },
  };
}

/** Whether the value has the shape. */
export function hasShape<T>(shape: Shape<T>, value: unknown): value is T {
  return shape.problem(value, '') === null;
}
