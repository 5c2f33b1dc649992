import { fixWords } from '../../words/fixWords';
import type { Fixer } from './fix';
import { lastOf } from './locate';
import { removePair } from './surgery';

/** An annotation that Cilium reads no more, and `annotations` with it where it is the only one. */
export const dropAnnotation: Fixer = ({ source, chain }) => {
  const own = lastOf(chain);
  const above = chain[chain.length - 2];
  if (own?.kind !== 'pair' || own.key.value === 'path') return [];
  const target = own.map.items.length > 1 ? own : above;
  const edit = target?.kind === 'pair' ? removePair(source, target) : null;
  return edit ? [{ id: 'drop-annotation', ...fixWords.dropAnnotation(), edits: [edit] }] : [];
};
