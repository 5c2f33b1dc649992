import type { Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { newScalar } from './plainNodes';

export type YamlNode = Scalar | YAMLMap | YAMLSeq;
/** Thrown and caught by the fast reader alone: the text is for the library. */
export const notPlain = new Error('not plain');
export const bail = (): never => {
  throw notPlain;
};

export const deepest = 100;
export const space = 32;
export const [quote, hash, apostrophe, comma, dash, colon] = [34, 35, 39, 44, 45, 58];
export const [openList, closeList, openMap, closeMap] = [91, 93, 123, 125];
/** A scalar that starts with one of these is no plain one, or one that means more than it says. */
export const indicators = new Set(Array.from('&*!|>%@`?:,[]{}#"\'', (character) => character.charCodeAt(0)));
const mayBeNoText = /^[-+.\d~nNtTfF]/;
const integer = /^[-+]?\d+$/;
const otherNumber =
  /^(?:0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/;
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, false] as const),
]);
const nulls: ReadonlySet<string> = new Set(['~', 'null', 'Null', 'NULL']);

export const nothingAt = (at: number): Scalar => newScalar(null, '', 'PLAIN', at, at);

/** What a plain scalar means in YAML's core schema. */
export function plainValue(text: string): unknown {
  if (!mayBeNoText.test(text)) return text;
  if (integer.test(text)) return Number(text);
  if (nulls.has(text)) return null;
  return booleans.get(text) ?? (otherNumber.test(text) ? bail() : text);
}
