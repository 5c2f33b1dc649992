import { fixWords } from '../../words/fixWords';
import type { Fixer } from './fix';
import { itemBelow } from './locate';
import { removeItem } from './surgery';

/**
 * The rule that allows without L7 rules what these are to restrict: its entry of `toPorts`, or all of it where it has no other. It
 * may stand in another policy and in another file.
 */
export const removeShadowing: Fixer = ({ related, finding }) => {
  const [shadowing] = related;
  const [place, ...others] = finding.related ?? [];
  if (!shadowing || related.length !== 1 || !place || others.length > 0) return [];
  const { source, chain } = shadowing;
  const entry = itemBelow(chain, ['toPorts']);
  const rule = itemBelow(chain, ['ingress', 'egress']);
  const edit = (entry && removeItem(source, entry)) ?? (rule && removeItem(source, rule));
  const { kind, name, namespace } = finding.policy;
  const isOwn =
    place.policy.kind === kind && place.policy.name === name && place.policy.namespace === namespace;
  const words = fixWords.removeShadowing(isOwn && place.file === undefined ? null : place.policy);
  return edit ? [{ id: 'remove-shadowing', ...words, edits: [edit], of: shadowing }] : [];
};
