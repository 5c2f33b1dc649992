import { readJson } from '../../tool/json';
import { jsonFault, lineAt } from './jsonFault';
import type { OpenedFile, SourceFile } from './source';

/** Characters of a text that a message quotes. */
const quoted = 20;

function faultOf(text: string): NonNullable<OpenedFile['fault']> {
  const at = jsonFault(text);
  // What the scan lets pass and the engine does not is nested deeper than it goes.
  if (at === null) return { line: 1, reason: 'is nested deeper than can be read' };
  const line = lineAt(text, at);
  if (at >= text.trimEnd().length) return { line, reason: 'was cut short: its JSON has no end' };
  const next = text.slice(at, at + quoted).split('\n')[0] ?? '';
  return { line, reason: `is not JSON: ${JSON.stringify(next)} cannot stand here` };
}

/** Reads a file's text as JSON where it begins like it. */
export function openFile({ path, text: whole }: SourceFile): OpenedFile {
  const text = whole.startsWith('\uFEFF') ? whole.slice(1) : whole;
  if (!/^\s*[[{]/.test(text)) return { path, text };
  const json = readJson(text);
  return json === undefined ? { path, text, fault: faultOf(text) } : { path, text, json };
}
