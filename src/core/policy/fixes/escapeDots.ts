import { fixWords } from '../../words/fixWords';
import type { Fixer } from './fix';
import { lastOf } from './locate';
import { replaceScalar } from './surgery';

/** A host that was written as a name: its dots stand for dots alone. */
export const escapeDots: Fixer = ({ chain, finding }) => {
  const own = lastOf(chain);
  const expression = finding.detail?.['expression'];
  if (finding.reason !== 'unescaped-dot' || own?.kind !== 'pair' || expression === undefined) return [];
  const edit = replaceScalar(own.value, expression.replaceAll('.', String.raw`\.`));
  return edit ? [{ id: 'escape-dots', ...fixWords.escapeDots(expression), edits: [edit] }] : [];
};
