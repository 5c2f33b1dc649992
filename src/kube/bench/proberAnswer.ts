import type { Probe } from '../../core/plan/plan';
import type { ProbeAnswer } from '../../core/target';

/** So many requests in a row without an answer are no chance. */
const blockedInARow = 3;

/**
 * What the statuses of a prober's requests say, in the order in which they were sent after the question; null while they do
 * not say it yet. Where no answer is expected, only several in a row without one show that.
 */
export function answerFrom(probe: Probe & { kind: 'http' }, statuses: readonly number[]): ProbeAnswer | null {
  const asked = `${probe.request.method} ${probe.request.path}`;
  const answered = statuses.find((status) => status > 0);
  if (answered !== undefined)
    return { asExpected: answered === probe.expect, seen: `${asked} answered ${answered}` };
  const enough = probe.expect === 'blocked' ? blockedInARow : 1;
  if (statuses.length < enough) return null;
  return { asExpected: probe.expect === 'blocked', seen: `${asked} got no answer` };
}
