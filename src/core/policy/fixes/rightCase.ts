import { isScalar } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Fixer } from './fix';
import { keysOf, lastOf } from './locate';
import { replaceScalar } from './surgery';

/** A field or a word that is right but for its case. */
export const rightCase: Fixer = ({ chain, finding }) => {
  const own = lastOf(chain);
  const expected = (finding.detail?.['expected'] ?? '').split(', ');
  if (own?.kind !== 'pair') return [];
  const isField = finding.reason === 'pruned';
  const node: unknown = isField ? own.key : own.value;
  if (!isScalar(node) || typeof node.value !== 'string' || (!isField && finding.reason !== 'enum')) return [];
  const written = node.value;
  const right = expected.find((word) => word.toLowerCase() === written.toLowerCase());
  if (right === undefined || right === written || (isField && keysOf(own.map).includes(right))) return [];
  const edit = replaceScalar(node, right);
  return edit ? [{ id: 'right-case', ...fixWords.rightCase(written, right, isField), edits: [edit] }] : [];
};
