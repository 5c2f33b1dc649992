/** Where a text stops being JSON. The engine's own message names no place for some faults, and none at all in others. */
const space = /[ \t\r\n]*/y;
const escape = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const plain = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The end of what stands at `at`, or `at` itself where it is something else. */
function past(pattern: RegExp, json: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(json) ? pattern.lastIndex : at;
}

/**
 * The end of the text that begins at `at`, or `at` itself where none does; the end of all where its own is missing. A loop: a
 * pattern would keep each character.
 */
function pastText(json: string, at: number): number {
  if (json[at] !== '"') return at;
  let next = at + 1;
  while (next < json.length && json[next] !== '"') {
    const end =
      json[next] === '\\' ? past(escape, json, next) : next + (json.charCodeAt(next) < 0x20 ? 0 : 1);
    if (end === next) return at;
    next = end;
  }
  return Math.min(next + 1, json.length);
}

/**
 * The offset of the first character that cannot follow (RFC 8259), its length where it ends too early; null for JSON. Keeps
 * no stack of calls, so that depth cannot exhaust it.
 */
export function jsonFault(json: string): number | null {
  const open: string[] = [];
  let at = past(space, json, 0);
  let wants: 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'next' = 'value';
  for (;;) {
    const character = json[at];
    if (wants === 'next') {
      const inside = open.at(-1);
      if (inside === undefined) return at === json.length ? null : at;
      if (character === inside) open.pop();
      else if (character === ',') wants = inside === '}' ? 'key' : 'value';
      else return at;
      at += 1;
    } else if (wants.endsWith('-or-end') && character === open.at(-1)) {
      open.pop();
      wants = 'next';
      at += 1;
    } else if (wants === 'key' || wants === 'key-or-end') {
      const end = pastText(json, at);
      if (end === at) return at;
      const colon = past(space, json, end);
      if (json[colon] !== ':') return colon;
      wants = 'value';
      at = colon + 1;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      wants = character === '{' ? 'key-or-end' : 'value-or-end';
      at += 1;
    } else {
      const end = character === '"' ? pastText(json, at) : past(plain, json, at);
      if (end === at) return at;
      wants = 'next';
      at = end;
    }
    at = past(space, json, at);
  }
}

/** The line of an offset, from 1. */
export function lineAt(whole: string, offset: number): number {
  let line = 1;
  for (let at = whole.indexOf('\n'); at !== -1 && at < offset; at = whole.indexOf('\n', at + 1)) line += 1;
  return line;
}
