import type { KubeClient } from './openClient';
import { textAt, valueAt } from './json';
import { abortReason } from './slots';

/** A right as RBAC names it. */
export interface Right {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  /** Null for the whole cluster. */
  readonly namespace: string | null;
}

export interface ReviewedRight extends Right {
  readonly allowed: boolean;
  /** What the API server says about why; null where it says nothing. */
  readonly reason: string | null;
}

async function review(client: KubeClient, right: Right, signal: AbortSignal): Promise<ReviewedRight> {
  const [resource = '', subresource] = right.resource.split('/');
  const answer = await client.call({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    repeatable: true,
    signal,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb: right.verb,
          group: right.group,
          resource,
          ...(subresource === undefined ? {} : { subresource }),
          ...(right.namespace === null ? {} : { namespace: right.namespace }),
        },
      },
    },
  });
  return {
    ...right,
    allowed: valueAt(answer, 'status', 'allowed') === true,
    reason: textAt(answer, 'status', 'reason') ?? textAt(answer, 'status', 'evaluationError'),
  };
}

/**
 * Asks the API server which of these rights the user has, in their order. Changes nothing on the cluster.
 * @throws Problem where the review itself fails; the other reviews are then ended.
 */
export async function canI(
  client: KubeClient,
  rights: readonly Right[],
  signal?: AbortSignal,
): Promise<readonly ReviewedRight[]> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => {
    stop.abort(abortReason(signal));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.all(rights.map((right) => review(client, right, stop.signal)));
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort(new Error('The review was ended.'));
  }
}
