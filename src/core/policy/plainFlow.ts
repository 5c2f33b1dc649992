import type { Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { newList, newMap, newPair, newScalar } from './plainNodes';
import {
  bail,
  closeList,
  closeMap,
  colon,
  comma,
  dash,
  deepest,
  hash,
  apostrophe,
  indicators,
  nothingAt,
  openList,
  openMap,
  plainValue,
  quote,
  space,
  type YamlNode,
} from './plainScalars';

/** Reads one line or, in a text that is a flow collection from its start, all of it. */
export function flowReader(text: string) {
  let at = 0;
  let limit = 0;
  const isBlank = (code: number): boolean => code === space || code === 10 || code === 13;
  const skipBlanks = (): void => {
    while (at < limit && isBlank(text.charCodeAt(at))) at += 1;
  };

  const quoted = (): Scalar => {
    const start = at;
    if (text.charCodeAt(start) === apostrophe) {
      let end = text.indexOf("'", start + 1);
      while (end >= 0 && end < limit && text.charCodeAt(end + 1) === apostrophe)
        end = text.indexOf("'", end + 2);
      if (end < 0 || end >= limit) bail();
      at = end + 1;
      const value = text.slice(start + 1, end).replaceAll("''", "'");
      if (value.includes('\n')) bail();
      return newScalar(value, value, 'QUOTE_SINGLE', start, at);
    }
    let end = text.indexOf('"', start + 1);
    const isEscaped = (position: number): boolean => {
      let slashes = 0;
      while (text.charCodeAt(position - 1 - slashes) === 92) slashes += 1;
      return slashes % 2 === 1;
    };
    while (end >= 0 && end < limit && isEscaped(end)) end = text.indexOf('"', end + 1);
    if (end < 0 || end >= limit) bail();
    at = end + 1;
    const raw = text.slice(start, at);
    if (raw.includes('\n')) bail();
    let value = raw.slice(1, -1);
    if (value.includes('\\')) {
      try {
        value = String(JSON.parse(raw));
      } catch {
        bail();
      }
    }
    return newScalar(value, value, 'QUOTE_DOUBLE', start, at);
  };

  const plain = (): Scalar => {
    const start = at;
    const first = text.charCodeAt(at);
    if (indicators.has(first)) bail();
    if (first === dash && (at + 1 >= limit || !/[^\s,[\]{}]/.test(text.charAt(at + 1)))) bail();
    let end = at;
    for (; at < limit; at += 1) {
      const code = text.charCodeAt(at);
      if (code === comma || code === closeList || code === closeMap || code === 10 || code === 13) break;
      if (code === openList || code === openMap) bail();
      if (code === colon) {
        if (isBlank(text.charCodeAt(at + 1)) || at + 1 >= limit) break;
        bail();
      }
      if (code === hash && text.charCodeAt(at - 1) === space) bail();
      if (code !== space) end = at + 1;
    }
    const source = text.slice(start, end);
    const after = at;
    skipBlanks();
    // A plain scalar may go on in the next line.
    const code = text.charCodeAt(at);
    if (text.slice(after, at).includes('\n') && code !== comma && code !== closeList && code !== closeMap)
      bail();
    return newScalar(plainValue(source), source, 'PLAIN', start, end);
  };

  const word = (): Scalar => {
    const code = text.charCodeAt(at);
    return code === quote || code === apostrophe ? quoted() : plain();
  };

  const node = (depth: number): YamlNode => {
    if (depth > deepest) bail();
    const code = text.charCodeAt(at);
    if (code === openMap) return flowMap(depth);
    if (code === openList) return flowList(depth);
    return word();
  };

  /** Steps over a comma or the end of the collection; true at the end. */
  const endsAfter = (close: number): boolean => {
    skipBlanks();
    const code = at < limit ? text.charCodeAt(at) : 0;
    if (code !== comma && code !== close) bail();
    at += 1;
    if (code === close) return true;
    skipBlanks();
    if (text.charCodeAt(at) !== close) return false;
    at += 1;
    return true;
  };

  const flowList = (depth: number): YAMLSeq => {
    const start = at;
    const list = newList(true, start);
    at += 1;
    skipBlanks();
    if (text.charCodeAt(at) === closeList && at < limit) at += 1;
    else
      do {
        if (at >= limit) bail();
        list.items.push(node(depth + 1));
        skipBlanks();
        if (text.charCodeAt(at) === colon) bail();
      } while (!endsAfter(closeList));
    list.range = [start, at, at];
    return list;
  };

  const flowMap = (depth: number): YAMLMap => {
    const start = at;
    const map = newMap(true, start);
    at += 1;
    skipBlanks();
    if (text.charCodeAt(at) === closeMap && at < limit) at += 1;
    else
      do {
        if (at >= limit) bail();
        const key = word();
        if (key.source === '<<') bail();
        skipBlanks();
        if (text.charCodeAt(at) !== colon || at >= limit) bail();
        at += 1;
        skipBlanks();
        const code = at < limit ? text.charCodeAt(at) : bail();
        map.items.push(newPair(key, code === comma || code === closeMap ? nothingAt(at) : node(depth + 1)));
      } while (!endsAfter(closeMap));
    map.range = [start, at, at];
    return map;
  };

  const read = <Kind>(from: number, to: number, what: () => Kind): Kind => {
    at = from;
    limit = to;
    return what();
  };
  return {
    /** What stands at `from`, and where it ends. */
    collection: (from: number, to: number) => ({ node: read(from, to, () => node(0)), end: at }),
    quoted: (from: number, to: number) => ({ node: read(from, to, quoted), end: at }),
  };
}
