import type { Probe } from '../core/plan/plan';
import type { ProbeAnswer } from '../core/target';
import type { Answer } from './ask';

/**
 * How long a probe waits. An answer comes within a few milliseconds; where none is expected, waiting longer shows nothing
 * more, and an answer slower than that only makes the runner ask again.
 */
export const probeTimeoutMs = { answer: 1000, blocked: 300 } as const;

/** What an answer says about an HTTP probe. */
export function probeAnswer(probe: Probe & { kind: 'http' }, answer: Answer): ProbeAnswer {
  const asked = `${probe.request.method} ${probe.request.path}`;
  if ('status' in answer)
    return { asExpected: answer.status === probe.expect, seen: `${asked} answered ${answer.status}` };
  const seen = answer.failed === 'no answer' ? `${asked} got no answer` : `${asked}: ${answer.failed}`;
  return { asExpected: answer.failed === 'no answer' && probe.expect === 'blocked', seen };
}
