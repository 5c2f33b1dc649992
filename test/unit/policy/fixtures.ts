import { readdirSync, readFileSync } from 'node:fs';
import type { Finding } from '../../../src/core/policy/finding';

const folder = new URL('fixtures/', import.meta.url);

export const fixtureNames: readonly string[] = readdirSync(folder).sort();
export const fixture = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** The text that a finding's range covers. */
export function covered(text: string, { range: { start, end } }: Finding): string {
  const lines = text.split('\n');
  return start.line === end.line
    ? (lines[start.line] ?? '').slice(start.character, end.character)
    : '(lines)';
}
