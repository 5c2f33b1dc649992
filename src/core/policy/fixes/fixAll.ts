import { analyse, createAnalysisCache, type AnalyseOptions } from '../analyse';
import type { Finding } from '../finding';
import { applyEdits } from './applyEdits';
import type { Fix } from './fix';
import { fixesFor } from './fixesFor';
import { fixers } from './registry';

/** A text with more of them was written by a machine. */
const mostFixes = 200;

/** Whether it changes nothing that is enforced: what may be done without being asked for one by one. */
export const isHarmless = ({ loses, isSilencing, edits }: Fix): boolean =>
  loses === null && isSilencing !== true && edits.every(({ isSnippet }) => isSnippet !== true);

/**
 * The text after every fix that changes nothing enforced.
 * @param isShown which findings are to be mended: those that no comment or setting silences.
 */
export function fixAll(
  text: string,
  options: AnalyseOptions = {},
  isShown: (findings: readonly Finding[], text: string) => readonly Finding[] = (findings) => findings,
): string {
  const cache = createAnalysisCache();
  const withCache = { ...options, cache };
  let current = text;
  const cannot = new Set<string>();
  for (let left = mostFixes; left > 0; left -= 1) {
    const findings = isShown(analyse(current, withCache).findings, current);
    const changed = firstFix(current, findings, withCache, cannot);
    if (changed === undefined) break;
    current = changed;
  }
  return current;
}

function firstFix(
  text: string,
  findings: readonly Finding[],
  options: AnalyseOptions,
  cannot: Set<string>,
): string | undefined {
  // From below, and lines counted from the end: what was found to have no fix stands where it stood.
  const lines = text.split('\n').length;
  for (const finding of [...findings].reverse()) {
    const { code, range } = finding;
    const place = `${code} ${lines - range.start.line}:${range.start.character}`;
    if (!fixers[code] || cannot.has(place)) continue;
    const fix = fixesFor(text, finding, options).find(isHarmless);
    if (fix) return applyEdits(text, fix.edits);
    cannot.add(place);
  }
  return undefined;
}
