import type { CiliumVersion } from '../../src/core/policy/semantics/model';
import type { Disagreement } from './compare';

export interface Exception {
  /** Why the two may differ there. */
  readonly reason: string;
  /** `text`: all manifests of the case. */
  readonly holds: (disagreement: Disagreement, text: string, version: CiliumVersion) => boolean;
}

/** A range such as 8080 to 1024, as the generator writes it. */
function hasReversedRange(text: string): boolean {
  const ranges = text.matchAll(/"port":"?(\d+)"?,"endPort":(-?\d+)/g);
  return [...ranges].some(([, port, end]) => Number(end) !== 0 && Number(end) < Number(port));
}

function hasWrappedNumber(text: string): boolean {
  const numbers = text.matchAll(/"(?:endPort|type)":(-?\d+)/g);
  return [...numbers].some(([, number]) => Number(number) < 0 || Number(number) > 65_535);
}

const withoutWildcard = (reasons: string): string =>
  reasons
    .split(' ')
    .filter((reason) => reason !== 'l7-wildcard-rule')
    .join(' ');

/**
 * Where our analysis may say something else than Cilium. Each has its reason, and none hides more than it says. Where the
 * agent panics the oracle has no answer; those are counted by themselves.
 */
export const outOfScope: readonly Exception[] = [];
