const longestPattern = 1000;
const longestValue = 2000;

/**
 * An RE2 pattern (Cilium's regular expressions) as one of JavaScript's that matches the whole value. Null where it cannot
 * be said in JavaScript, or is too long to be tried.
 */
export function wholeMatch(pattern: string): RegExp | null {
  if (
    pattern.length > longestPattern ||
    /\\[QECpPGZ]|\(\?[=!<]|\[\[:|\(\?[a-z-]+[:)](?!$)/.test(pattern.replace(/^\(\?i\)/, ''))
  )
    return null;
  const ignoreCase = pattern.startsWith('(?i)');
  const body = pattern
    .replace(/^\(\?i\)/, '')
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$');
  try {
    return new RegExp(`^(?:${body})$`, ignoreCase ? 'i' : '');
  } catch {
    return null;
  }
}

/** Whether the pattern matches the whole value; null where the pattern cannot be tried. */
export function matchesWhole(pattern: string, value: string): boolean | null {
  const expression = wholeMatch(pattern);
  return expression && value.length <= longestValue ? expression.test(value) : null;
}

interface Parsed {
  readonly text: string;
  readonly next: number;
}

const escapes: Readonly<Record<string, string>> = {
  d: '1',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
  b: '',
  B: '',
  A: '',
  z: '',
};

function classExample(pattern: string, at: number): Parsed {
  let end = at + 1;
  if (pattern[end] === '^') end += 1;
  if (pattern[end] === ']') end += 1;
  while (end < pattern.length && pattern[end] !== ']') end += pattern[end] === '\\' ? 2 : 1;
  let test: RegExp | undefined;
  try {
    test = new RegExp(`^${pattern.slice(at, end + 1)}$`);
  } catch {
    // Reported as no example: what is made is matched in the end.
  }
  const visible = 'a1bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ023456789-_.~/:@!$&()*+,;=%?#';
  return { text: [...visible].find((character) => test?.test(character)) ?? '', next: end + 1 };
}

function example(pattern: string, from: number, repeats: number, depth: number): Parsed {
  let text = '';
  let at = from;
  let first: string | undefined;
  while (at < pattern.length && pattern[at] !== ')') {
    const character = pattern[at] ?? '';
    let atom: Parsed;
    if (character === '|') {
      first ??= text;
      text = '';
      at += 1;
      continue;
    } else if (character === '(' && depth < 20) {
      const prefix = /^\((?:\?(?:P?<\w+>|:))?/.exec(pattern.slice(at))?.[0] ?? '(';
      const inner = example(pattern, at + prefix.length, repeats, depth + 1);
      atom = { text: inner.text, next: inner.next + 1 };
    } else if (character === '[') atom = classExample(pattern, at);
    else if (character === '\\') {
      const escaped = pattern[at + 1] ?? '';
      atom = { text: escapes[escaped] ?? escaped, next: at + 2 };
    } else if (character === '^' || character === '$') atom = { text: '', next: at + 1 };
    else atom = { text: character === '.' ? 'a' : character, next: at + 1 };
    const quantifier = /^(?:([*+?])|\{(\d{1,4})(?:,\d*)?\})\??/.exec(
      pattern.slice(atom.next, atom.next + 16),
    );
    const least = quantifier?.[1] === '+' ? 1 : Number(quantifier?.[2] ?? 0);
    const most = quantifier?.[1] === '?' ? 1 : Number.POSITIVE_INFINITY;
    const count = quantifier ? Math.min(Math.max(least, repeats), most) : 1;
    text += atom.text.repeat(Math.min(count, longestValue)).slice(0, longestValue);
    at = atom.next + (quantifier?.[0].length ?? 0);
  }
  return { text: (first ?? text).slice(0, longestValue), next: at };
}

/** A value that the pattern matches as a whole, tried before it is given; null where none was found. */
export function exampleOf(pattern: string, isUsable: (value: string) => boolean): string | null {
  if (pattern.length > longestPattern) return null;
  const body = pattern.replace(/^\(\?i\)/, '');
  const candidates = [0, 1, 2, 3].map((repeats) => example(body, 0, repeats, 0).text);
  return candidates.find((value) => isUsable(value) && matchesWhole(pattern, value) === true) ?? null;
}
