import type { Finding, FindingCode } from '../policy/finding';
import type { Cost } from '../result/cost';
import { costSentence } from './costs';
import { findingWords } from './findingWords';

export const titleOf = (code: FindingCode): string => findingWords[code].title;

/** What it is in a few words, for a lens, a tree or a list. */
export function findingTitle({ code }: Finding): string {
  return titleOf(code);
}

/** What the marked place does, without its cost. */
export function findingSentence(finding: Finding): string {
  return findingWords[finding.code].sentence(finding);
}

/** The text of a diagnostic: what it does, then what it costs where a cost belongs to it. */
export function findingMessage(finding: Finding, cost: Cost, timeZone?: string): string {
  const sentence = findingSentence(finding);
  return cost.source === 'none' ? sentence : `${sentence} ${costSentence(cost, timeZone)}`;
}

/** The way that the traffic takes, for a hover. Null where no proxy is on it. */
export function dataPath(finding: Finding): string | null {
  return findingWords[finding.code].dataPath?.(finding) ?? null;
}
