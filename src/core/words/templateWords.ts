import type { Note } from '../policy/finding';
import { counted } from './numbers';
import { joined } from './phrases';

/** What a template leaves open in a document, in one sentence. */
export function noteSentence({ detail }: Note): string {
  const parts = (
    [
      [Number(detail.conditions), 'condition'],
      [Number(detail.contents), 'inserted part'],
      [Number(detail.values), 'value'],
    ] as const
  ).flatMap(([count, noun]) => (count > 0 ? [counted(count, noun)] : []));
  return `The template's values decide on ${joined(parts)} here, from ${detail.first} on: the rules are read as if each condition held, and what values would print is not known.`;
}
