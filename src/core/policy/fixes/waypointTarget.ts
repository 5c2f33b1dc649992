import { isMap } from 'yaml';
import { fixWords } from '../../words/fixWords';
import type { Fixer, OffsetEdit } from './fix';
import { lastOf } from './locate';
import { endOf, isJsonKey, linePrefix } from './surgery';

/** The service whose waypoint enforces it. A selector goes: Istio takes one of the two. */
export const waypointTarget: Fixer = ({ source, chain, eol }) => {
  const own = lastOf(chain);
  if (own?.kind !== 'pair') return [];
  const isSelector = own.key.value === 'selector';
  const map = isSelector ? own.map : own.value;
  const first = isMap(map) ? map.items[0]?.key : undefined;
  const at =
    first && typeof first === 'object' && 'range' in first ? (first.range as number[])[0] : undefined;
  if (!isMap(map) || at === undefined) return [];
  const start = isSelector ? own.key.range?.[0] : at;
  const end = isSelector ? endOf(source, map.items[own.index]) : at;
  if (start === undefined || end === undefined) return [];
  const indent = linePrefix(source, start);
  let edit: OffsetEdit;
  if (map.flow === true) {
    const quote = isJsonKey(own) ? '"' : '';
    const name = (text: string): string => `${quote}${text}${quote}`;
    const target = `${name('targetRefs')}: [{ ${name('kind')}: ${name('Service')}, ${name('group')}: "", ${name('name')}: ${name('${1:name}')} \\}]`;
    edit = { start, end, text: isSelector ? target : `${target}, `, isSnippet: true };
  } else if (/^ *$/.test(indent)) {
    const target = ['targetRefs:', '- kind: Service', '  group: ""', '  name: ${1:name}'].join(
      `${eol}${indent}`,
    );
    edit = { start, end, text: isSelector ? target : `${target}${eol}${indent}`, isSnippet: true };
  } else return [];
  return [{ id: 'waypoint-target', ...fixWords.waypointTarget(isSelector), edits: [edit] }];
};
