import { isMap, isScalar } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Fixer, OffsetEdit } from './fix';
import { keysOf, lastOf, type PairStep } from './locate';
import { endOf, isJsonKey, linePrefix } from './surgery';

interface Written {
  readonly source: string;
  /** The selector. */
  readonly own: PairStep;
  readonly eol: string;
  readonly quote: string;
}

/** A label, to be filled in. A snippet: a closing brace of the text itself is escaped. */
const labelIn = (quote: string): string => `{ ${quote}\${1:app}${quote}: ${quote}\${2:name}${quote} \\}`;

/** A label in an empty selector. */
function inEmpty({ source, own, eol, quote }: Written): OffsetEdit | null {
  const { value, key, map } = own;
  const keyEnd = key.range?.[1] ?? -1;
  const isEmpty = (isMap(value) && value.items.length === 0) || (isScalar(value) && value.value === null);
  const colon = source.indexOf(':', keyEnd);
  if (!isEmpty || keyEnd < 0 || colon < 0) return null;
  const end = endOf(source, value) ?? colon + 1;
  if (source.slice(colon + 1, end).includes('#')) return null;
  const indent = ' '.repeat(linePrefix(source, key.range?.[0] ?? 0).length);
  const text =
    map.flow === true
      ? ` { ${quote}matchLabels${quote}: ${labelIn(quote)} \\}`
      : `${eol}${indent}  matchLabels:${eol}${indent}    \${1:app}: \${2:name}`;
  return { start: colon + 1, end, text, isSnippet: true };
}

/** A label before the expressions of a selector that only says what pods must not be. */
function beforeExpressions({ source, own, eol, quote }: Written): OffsetEdit | null {
  const { value } = own;
  const [first] = isMap(value) ? value.items : [];
  if (!isMap(value) || !isScalar(first?.key) || !first.key.range) return null;
  if (keysOf(value).includes('matchLabels')) return null;
  const [start] = first.key.range;
  const before = linePrefix(source, start);
  if (value.flow === true)
    return { start, end: start, text: `${quote}matchLabels${quote}: ${labelIn(quote)}, `, isSnippet: true };
  if (before.trim() !== '') return null;
  const text = `matchLabels:${eol}${before}  \${1:app}: \${2:name}${eol}${before}`;
  return { start, end: start, text, isSnippet: true };
}

/** A label in a selector that picks more than it says. Which one, its author knows. */
export const narrowSelector: Fixer = ({ source, chain, finding, eol }) => {
  const own = lastOf(chain);
  if (own?.kind !== 'pair') return [];
  const written = { source, own, eol, quote: isJsonKey(own) ? '"' : '' };
  const edit = finding.reason === 'empty' ? inEmpty(written) : beforeExpressions(written);
  return edit ? [{ id: 'narrow-selector', ...fixWords.narrowSelector(), edits: [edit] }] : [];
};
