/**
 * The patterns of the schemas as expressions that JavaScript matches in linear time: some of them, as they are written, take
 * time that doubles with every character. Go's regexp, which the API server uses, has no such trouble.
 */
import { RE2JS } from 're2js';

type Matches = (text: string) => boolean;
const matching =
  (expression: RegExp): Matches =>
  (text) =>
    expression.test(text);

/** The end of a text that is made of single hyphens between letters and digits, and holds a letter. */
function endsInServiceName(text: string): boolean {
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const character = text.charAt(at);
    if (/[a-zA-Z]/.test(character)) return true;
    const isHyphenBetween = character === '-' && at < text.length - 1 && text.charAt(at + 1) !== '-';
    if (!isHyphenBetween && !/[0-9]/.test(character)) return false;
  }
  return false;
}

const linear: ReadonlyMap<string, Matches> = new Map<string, Matches>([
  [
    '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$',
    matching(/^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/),
  ],
  [
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    matching(/^[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)*$/),
  ],
  ['^([-a-zA-Z0-9_]+[.]?)+$', matching(/^[-a-zA-Z0-9_]+(?:[.][-a-zA-Z0-9_]+)*[.]?$/)],
  ['^([-a-zA-Z0-9_*]+[.]?)+$', matching(/^[-a-zA-Z0-9_*]+(?:[.][-a-zA-Z0-9_*]+)*[.]?$/)],
  ['^(\\*?\\*\\.)?([-a-zA-Z0-9_]+\\.?)+$', matching(/^(?:\*?\*\.)?[-a-zA-Z0-9_]+(?:\.[-a-zA-Z0-9_]+)*\.?$/)],
  // Its first alternative is not anchored at the end, its second not at the beginning.
  [
    '^(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})|([a-zA-Z0-9]-?)*[a-zA-Z](-?[a-zA-Z0-9])*$',
    (text) => /^[0-9]/.test(text) || endsInServiceName(text),
  ],
  ['^\\PC*$', matching(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]*$/u)],
]);

/** Without repetition there is nothing to try again. */
const repeats = (pattern: string): boolean => /[*+]|\{\d*,/.test(pattern);

/** Whether a pattern that repeats is matched by an expression that is known to be the same, and not by RE2. */
export const isLinearPattern = (pattern: string): boolean => !repeats(pattern) || linear.has(pattern);

/** Whether a text matches a pattern of a schema. Long texts are cut off before by `maxLength` where a pattern has one. */
export function matchesPattern(pattern: string, text: string): boolean {
  const known = linear.get(pattern);
  if (known) return known(text);
  return repeats(pattern) ? RE2JS.compile(pattern).matcher(text).find() : new RegExp(pattern).test(text);
}
