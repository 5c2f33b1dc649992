import type { Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { flowReader } from './plainFlow';
import { newList, newMap, newPair, newScalar } from './plainNodes';
import {
  apostrophe,
  bail,
  colon,
  dash,
  deepest,
  hash,
  indicators,
  nothingAt,
  notPlain,
  openList,
  openMap,
  plainValue,
  quote,
  space,
  type YamlNode,
} from './plainScalars';

/** A document as nodes of the `yaml` package, with where each line starts. */
export interface PlainYaml {
  readonly contents: Scalar | YAMLMap | YAMLSeq | null;
  readonly lineStarts: number[];
}

interface Line {
  /** Where its content starts, and after which character it ends. */
  start: number;
  readonly end: number;
  /** Of the content; what follows a dash stands on a line of its own. */
  indent: number;
}

/** The lines that hold something, and where every line starts. */
function linesOf(text: string): { readonly lines: Line[]; readonly lineStarts: number[] } {
  const lines: Line[] = [];
  const lineStarts: number[] = [];
  let from = 0;
  while (from <= text.length) {
    lineStarts.push(from);
    const found = text.indexOf('\n', from);
    const next = found < 0 ? text.length : found;
    let start = from;
    while (start < next && text.charCodeAt(start) === space) start += 1;
    let end = next;
    if (end > start && text.charCodeAt(end - 1) === 13) end -= 1;
    while (end > start && text.charCodeAt(end - 1) === space) end -= 1;
    if (end > start && text.charCodeAt(start) !== hash) lines.push({ start, end, indent: start - from });
    from = next + 1;
  }
  return { lines, lineStarts };
}

function isMarker(text: string, { start, end, indent }: Line, marker: string): boolean {
  return (
    indent === 0 &&
    text.startsWith(marker, start) &&
    (end === start + 3 || text.charCodeAt(start + 3) === space)
  );
}

/** Whether nothing but a comment stands between the two. */
function endsHere(text: string, from: number, to: number): boolean {
  let at = from;
  while (at < to && text.charCodeAt(at) === space) at += 1;
  return at >= to || (at > from && text.charCodeAt(at) === hash);
}

function blockReader(text: string, lines: readonly Line[], first: number) {
  const flow = flowReader(text);
  let number = first;

  const startsItem = ({ start, end }: Line): boolean =>
    text.charCodeAt(start) === dash && (end === start + 1 || text.charCodeAt(start + 1) === space);
  const here = (): Line | undefined => lines[number];

  /** A scalar or flow collection that ends with its line. */
  const inline = (start: number, end: number): YamlNode => {
    const code = text.charCodeAt(start);
    if (code === openList || code === openMap || code === quote || code === apostrophe) {
      const isText = code === quote || code === apostrophe;
      const found = isText ? flow.quoted(start, end) : flow.collection(start, end);
      return endsHere(text, found.end, end) ? found.node : bail();
    }
    if (indicators.has(code)) bail();
    if (code === dash && (start + 1 >= end || text.charCodeAt(start + 1) === space)) bail();
    let stop = end;
    for (let at = start; at < end; at += 1) {
      const next = text.charCodeAt(at);
      if (next === colon && (at + 1 >= end || text.charCodeAt(at + 1) === space)) bail();
      if (next !== hash || text.charCodeAt(at - 1) !== space) continue;
      stop = at;
      break;
    }
    while (text.charCodeAt(stop - 1) === space) stop -= 1;
    const source = text.slice(start, stop);
    return newScalar(plainValue(source), source, 'PLAIN', start, stop);
  };

  /** The key at the start of a line, and the place after its colon; undefined where there is none. */
  const keyOf = ({ start, end }: Line): { readonly key: Scalar; readonly after: number } | undefined => {
    const code = text.charCodeAt(start);
    if (code === quote || code === apostrophe) {
      const { node, end: after } = flow.quoted(start, end);
      if (text.charCodeAt(after) !== colon || after >= end) return undefined;
      if (after + 1 < end && text.charCodeAt(after + 1) !== space) bail();
      return { key: node, after: after + 1 };
    }
    if (code === openList || code === openMap) return undefined;
    if (indicators.has(code)) bail();
    for (let at = start; at < end; at += 1) {
      const next = text.charCodeAt(at);
      if (next === hash && text.charCodeAt(at - 1) === space) return undefined;
      if (next !== colon || (at + 1 < end && text.charCodeAt(at + 1) !== space)) continue;
      let stop = at;
      while (text.charCodeAt(stop - 1) === space) stop -= 1;
      const source = text.slice(start, stop);
      if (source === '<<') bail();
      return { key: newScalar(plainValue(source), source, 'PLAIN', start, stop), after: at + 1 };
    }
    return undefined;
  };

  const valueBelow = (indent: number, at: number, depth: number): YamlNode => {
    number += 1;
    const below = here();
    if (below && below.indent > indent) return block(below.indent, depth);
    if (below?.indent === indent && startsItem(below)) return list(indent, depth);
    return nothingAt(at);
  };

  const map = (indent: number, depth: number): YAMLMap => {
    const from = here()?.start ?? 0;
    const found = newMap(false, from);
    let line = here();
    while (line?.indent === indent && !startsItem(line)) {
      const { key, after } = keyOf(line) ?? bail();
      const { end } = line;
      if (endsHere(text, after, end)) found.items.push(newPair(key, valueBelow(indent, after, depth)));
      else {
        let start = after;
        while (text.charCodeAt(start) === space) start += 1;
        found.items.push(newPair(key, inline(start, end)));
        number += 1;
      }
      line = here();
      if (line && line.indent > indent) bail();
    }
    const to = lines[number - 1]?.end ?? from;
    found.range = [from, to, to];
    return found;
  };

  const list = (indent: number, depth: number): YAMLSeq => {
    const from = here()?.start ?? 0;
    const found = newList(false, from);
    let line = here();
    while (line?.indent === indent && startsItem(line)) {
      let start = line.start + 1;
      if (endsHere(text, start, line.end)) {
        number += 1;
        const below = here();
        found.items.push(below && below.indent > indent ? block(below.indent, depth) : nothingAt(start));
      } else {
        while (text.charCodeAt(start) === space) start += 1;
        line.indent += start - line.start;
        line.start = start;
        found.items.push(block(line.indent, depth));
      }
      line = here();
      if (line && line.indent > indent) bail();
    }
    const to = lines[number - 1]?.end ?? from;
    found.range = [from, to, to];
    return found;
  };

  const block = (indent: number, depth: number): YamlNode => {
    const line = here();
    if (!line || depth > deepest) return bail();
    if (startsItem(line)) return list(indent, depth + 1);
    if (keyOf(line)) return map(indent, depth + 1);
    number += 1;
    const below = here();
    // A plain scalar may go on in the next line.
    if (below && below.indent >= indent) bail();
    return inline(line.start, line.end);
  };

  const all = (): YamlNode => {
    const line = here() ?? bail();
    const code = text.charCodeAt(line.start);
    if (code === openMap || code === openList) {
      const found = flow.collection(line.start, text.length);
      return /\S/.test(text.slice(found.end)) ? bail() : found.node;
    }
    const node = block(line.indent, 0);
    return here() ? bail() : node;
  };
  return { all };
}

/**
 * Reads a document of the YAML that manifests are mostly written in: block maps and lists, scalars of one line, flow
 * collections of one line, JSON. Undefined for everything else, and whatever is wrong: the library reads it, several times
 * slower. What is read here is what the library would have read, but for where collections end.
 */
export function readPlainYaml(text: string): PlainYaml | undefined {
  // Tabs, byte order marks and lone carriage returns change what is indented, and by how much.
  if (text.includes('\t') || text.includes('\uFEFF')) return undefined;
  if (text.includes('\r') && /\r(?!\n)/.test(text)) return undefined;
  const { lines, lineStarts } = linesOf(text);
  const hasMarker = lines[0] !== undefined && isMarker(text, lines[0], '---');
  try {
    if (hasMarker && lines[0] && !endsHere(text, lines[0].start + 3, lines[0].end)) return undefined;
    const first = hasMarker ? 1 : 0;
    for (const line of lines.slice(first)) {
      if (line.indent > 0) continue;
      if (isMarker(text, line, '---') || isMarker(text, line, '...') || text.startsWith('%', line.start))
        return undefined;
    }
    if (lines.length === first) return { contents: null, lineStarts };
    return { contents: blockReader(text, lines, first).all(), lineStarts };
  } catch (error) {
    if (error !== notPlain) throw error;
    return undefined;
  }
}
