import { isMap, isScalar } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Fixer } from './fix';
import { lastOf } from './locate';
import { endOf, isJsonKey, linePrefix } from './surgery';

/** A label in an empty selector. Which one, its author knows. */
export const narrowSelector: Fixer = ({ source, chain, finding, eol }) => {
  const own = lastOf(chain);
  const key = own?.kind === 'pair' ? own.key.range : undefined;
  if (finding.reason !== 'empty' || own?.kind !== 'pair' || !key) return [];
  const isEmpty =
    (isMap(own.value) && own.value.items.length === 0) || (isScalar(own.value) && own.value.value === null);
  const colon = source.indexOf(':', key[1]);
  if (!isEmpty || colon < 0) return [];
  const end = endOf(source, own.value) ?? colon + 1;
  if (source.slice(colon + 1, end).includes('#')) return [];
  const quote = isJsonKey(own) ? '"' : '';
  const indent = ' '.repeat(linePrefix(source, key[0]).length);
  const text =
    own.map.flow === true
      ? ` { ${quote}matchLabels${quote}: { ${quote}\${1:app}${quote}: ${quote}\${2:name}${quote} \\} \\}`
      : `${eol}${indent}  matchLabels:${eol}${indent}    \${1:app}: \${2:name}`;
  return [
    {
      id: 'narrow-selector',
      ...fixWords.narrowSelector(),
      edits: [{ start: colon + 1, end, text, isSnippet: true }],
    },
  ];
};
