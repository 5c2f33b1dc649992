import { analyse } from '../analyse';
import type { Analysis, Finding } from '../finding';
import { createWorkspace } from '../workspace';
import { applyEdits } from './applyEdits';
import { harmlessFix } from './fixesFor';
import { fixers } from './registry';

/** A text with more of them was written by a machine. */
const mostFixes = 200;

/**
 * The text after every fix that changes nothing enforced.
 * @param analysed as it is analysed; asked of changed texts.
 * @param isShown which findings are to be mended: those that no comment or setting silences.
 */
export function fixAll(
  text: string,
  analysed: (text: string) => Analysis = byItself(),
  isShown: (findings: readonly Finding[], text: string) => readonly Finding[] = (findings) => findings,
): string {
  let current = text;
  const cannot = new Set<string>();
  for (let left = mostFixes; left > 0; left -= 1) {
    const findings = isShown(analysed(current).findings, current);
    const changed = firstFix(current, findings, analysed, cannot);
    if (changed === undefined) break;
    current = changed;
  }
  return current;
}

function byItself(): (text: string) => Analysis {
  const cache = createWorkspace();
  return (text) => analyse(text, { cache });
}

function firstFix(
  text: string,
  findings: readonly Finding[],
  analysed: (text: string) => Analysis,
  cannot: Set<string>,
): string | undefined {
  // From below, and lines counted from the end: what was found to have no fix stands where it stood.
  const lines = text.split('\n').length;
  for (const finding of [...findings].reverse()) {
    const { code, range } = finding;
    const place = `${code} ${lines - range.start.line}:${range.start.character}`;
    if (!fixers[code] || cannot.has(place)) continue;
    const fix = harmlessFix(text, finding, analysed);
    if (fix) return applyEdits(text, fix.edits);
    cannot.add(place);
  }
  return undefined;
}
