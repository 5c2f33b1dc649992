/**
 * Reads parts of objects as they come from an API server: what is absent or of another shape reads as empty. A text that is empty
 * stays so here: an empty label or setting says something; the client's own readers take it for none.
 */
import { isRecord } from '../tool/json';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The record at the end of the path, or an empty one. */
export function recordAt(value: unknown, ...path: readonly string[]): JsonRecord {
  let here: unknown = value;
  for (const step of path) here = isRecord(here) ? here[step] : undefined;
  return isRecord(here) ? here : {};
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const last = path.at(-1);
  const here: unknown = last === undefined ? value : recordAt(value, ...path.slice(0, -1))[last];
  return Array.isArray(here) ? here : [];
}

/** The text at the end of the path; null where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const last = path.at(-1);
  const here = last === undefined ? value : recordAt(value, ...path.slice(0, -1))[last];
  return typeof here === 'string' ? here : null;
}

export function textsAt(value: unknown, ...path: readonly string[]): string[] {
  return listAt(value, ...path).filter((entry) => typeof entry === 'string');
}

/** The entries whose value is a text. */
export function textMapAt(value: unknown, ...path: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recordAt(value, ...path)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
