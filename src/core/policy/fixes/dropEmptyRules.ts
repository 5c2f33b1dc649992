import { isMap } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Fixer } from './fix';
import { lastOf } from './locate';
import { removePair } from './surgery';

/** An empty rule list, and `rules` with it where nothing else stands in it: neither has an effect. */
export const dropEmptyRules: Fixer = ({ source, chain }) => {
  const own = lastOf(chain);
  if (own?.kind !== 'pair') return [];
  const above = chain[chain.length - 2];
  const isAlone = own.map.items.length === 1;
  const isRules = own.key.value === 'rules';
  const target = !isRules && isAlone ? above : own;
  if (target?.kind !== 'pair' || (isRules && isMap(own.value) && own.value.items.length > 0)) return [];
  const edit = removePair(source, target);
  return edit ? [{ id: 'drop-empty-rules', ...fixWords.dropEmptyRules(), edits: [edit] }] : [];
};
