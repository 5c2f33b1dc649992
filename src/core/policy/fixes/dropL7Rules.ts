import { isMap, isPair, isScalar, isSeq } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Draft, Fixer, FixPlace } from './fix';
import { itemBelow, keysOf, pairOf } from './locate';
import { meetsOtherParser } from './otherParsers';
import { removePair } from './surgery';

/** Keys of a rule list's entries that change requests, not only check them. */
const changesRequests = (list: unknown): boolean =>
  isSeq(list) &&
  list.items.some((entry) => {
    const matches = pairOf(entry, 'headerMatches')?.value;
    return isSeq(matches) && matches.items.some((match) => pairOf(match, 'mismatch') !== undefined);
  });

/** Takes `rules` out of the entry of `toPorts`: its ports stay allowed. What else sends the traffic through a proxy is left alone. */
function withoutRules({ source, chain }: FixPlace, said: Omit<Draft, 'edits'>): readonly Draft[] {
  const entry = itemBelow(chain, ['toPorts'])?.value;
  const rules = pairOf(entry, 'rules');
  if (!rules || !isMap(rules.value) || rules.value.items.length !== 1) return [];
  if (!keysOf(entry).every((key) => key === 'ports' || key === 'rules')) return [];
  const [list] = rules.value.items;
  if (!isPair(list) || !isScalar(list.key) || changesRequests(list.value)) return [];
  if (meetsOtherParser(chain)) return [];
  const edit = removePair(source, rules);
  return edit ? [{ ...said, edits: [edit] }] : [];
}

/** HTTP rules that let every request through: what is lost is that requests are seen. */
export const dropVisibility: Fixer = (place) =>
  withoutRules(place, { id: 'drop-visibility', ...fixWords.dropVisibility(place.finding) });

/** The same ports for the same peers, in the datapath alone. */
export const replaceByL4: Fixer = (place) =>
  withoutRules(place, { id: 'replace-by-l4', ...fixWords.replaceByL4(place.finding) });

/** Under a deny the API server drops L7 rules: the port is denied whole with and without them. */
export const dropDeniedRules: Fixer = ({ source, chain, finding }) => {
  const rules = chain[chain.length - 1];
  if (finding.reason !== 'in-deny' || rules?.kind !== 'pair') return [];
  const edit = removePair(source, rules);
  return edit ? [{ id: 'drop-denied-rules', ...fixWords.dropDeniedRules(), edits: [edit] }] : [];
};
