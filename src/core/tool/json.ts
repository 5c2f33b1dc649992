/** Readers of untrusted JSON: tool output, never typed by a cast. */

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // Not JSON is an answer here: the caller says what that means for the sample.
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The number at a path of keys, or null where there is none. */
export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  let at: unknown = value;
  for (const key of path) at = isRecord(at) ? at[key] : undefined;
  return typeof at === 'number' && Number.isFinite(at) ? at : null;
}
