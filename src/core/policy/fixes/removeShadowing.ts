import { fixWords } from '../../words/fixWords';
import type { Fixer } from './fix';
import { itemBelow } from './locate';
import { removeItem } from './surgery';

/** The rule that allows without L7 rules what these are to restrict: its entry of `toPorts`, or all of it where it has no other. */
export const removeShadowing: Fixer = ({ source, related, finding }) => {
  const [shadowing] = related;
  if (!shadowing || related.length !== 1 || (finding.related?.length ?? 0) !== 1) return [];
  const entry = itemBelow(shadowing, ['toPorts']);
  const rule = itemBelow(shadowing, ['ingress', 'egress']);
  const edit = (entry && removeItem(source, entry)) ?? (rule && removeItem(source, rule));
  return edit ? [{ id: 'remove-shadowing', ...fixWords.removeShadowing(), edits: [edit] }] : [];
};
