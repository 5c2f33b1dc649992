import { isRecord } from '../../core/tool/json';

/** The value at a path of keys, or undefined where there is none. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let at: unknown = value;
  for (const key of path) at = isRecord(at) ? at[key] : undefined;
  return at;
}

/** The text at a path of keys, or null where there is none or it is empty. */
export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const at = valueAt(value, ...path);
  return typeof at === 'string' && at !== '' ? at : null;
}

/** The list at a path of keys; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const at: unknown = valueAt(value, ...path);
  return Array.isArray(at) ? at : [];
}
