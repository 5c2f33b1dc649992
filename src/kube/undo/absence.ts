import { Problem } from '../../core/problem';
import type { Clock } from '../../core/run/events';
import { isRecord } from '../../core/tool/json';
import { statusOf } from '../client/apiProblem';
import { actionOf } from '../client/apiRequest';
import { listAt, textAt } from '../client/json';
import type { KubeClient } from '../client/openClient';
import { asClause } from '../client/redact';

export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A namespace takes its pods' time to end along. */
const namespaceSeconds = 180;
const objectSeconds = 60;
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Asks until the answer is there, at first often; null where the time is up first. */
export async function askUntil<Answer>(
  ask: () => Promise<Answer | null>,
  seconds: number,
  { clock, signal }: Waiting,
): Promise<Answer | null> {
  const end = clock.monotonicMs() + seconds * 1000;
  let pause = firstPauseMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (clock.monotonicMs() >= end) return null;
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 2, longestPauseMs);
  }
}

/** The object at a path, or null where there is none. */
export async function objectAt(client: KubeClient, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await client.call({ path, signal });
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

export function uidOf(object: unknown): string | null {
  return textAt(object, 'metadata', 'uid');
}

/** `namespace "bench"`, `services "web" in namespace bench`. */
export function nameOfPath(path: string): string {
  const { resource, name, namespace } = actionOf({ path });
  const where = namespace === null ? '' : ` in namespace ${namespace}`;
  return `${resource === 'namespaces' ? 'namespace' : resource}${name === null ? '' : ` "${name}"`}${where}`;
}

/**
 * Conditions of a namespace that say what keeps it from going.
 * Source: kubernetes.io, API reference, NamespaceCondition (NamespaceContentRemaining, NamespaceFinalizersRemaining,
 * NamespaceDeletionContentFailure, NamespaceDeletionDiscoveryFailure, NamespaceDeletionGroupVersionParsingFailure).
 */
function whatHolds(object: unknown): string[] {
  const conditions = listAt(object, 'status', 'conditions').filter(
    (condition) => isRecord(condition) && condition['status'] === 'True',
  );
  const messages = conditions.flatMap((condition) => {
    const message = textAt(condition, 'message');
    return message === null ? [] : [asClause(message)];
  });
  const finalizers = [...listAt(object, 'metadata', 'finalizers'), ...listAt(object, 'spec', 'finalizers')];
  const waiting = finalizers.length === 0 ? [] : [`its finalizers are ${finalizers.map(String).join(', ')}`];
  return messages.length > 0 ? messages : waiting;
}

/**
 * Waits until the object of this uid is gone from its path.
 * @throws Problem (target) that names what holds it, where it stays.
 */
export async function untilGone(
  client: KubeClient,
  path: string,
  uid: string,
  waiting: Waiting,
): Promise<void> {
  const isNamespace = actionOf({ path }).resource === 'namespaces';
  const seconds = isNamespace ? namespaceSeconds : objectSeconds;
  let last: unknown = null;
  const gone = await askUntil(
    async () => {
      last = await objectAt(client, path, waiting.signal);
      return last === null || uidOf(last) !== uid ? true : null;
    },
    seconds,
    waiting,
  );
  if (gone === true) return;
  const holds = whatHolds(last);
  throw new Problem(
    'target',
    `The ${nameOfPath(path)} is being deleted and is still there after ${seconds} s${holds.length === 0 ? '' : `: ${holds.join('; ')}`}.`,
    'Take away what holds it; it then goes by itself.',
  );
}
