import type { Plan } from '../../core/plan/plan';
import type { Check } from '../../core/target';
import { textAt } from '../client/json';
import type { KubeClient } from '../client/openClient';

/** Label with the level that a namespace enforces. Source: kubernetes.io, "Pod Security Admission". */
const enforceLabel = 'pod-security.kubernetes.io/enforce';

function usesHostNetwork(plan: Pick<Plan, 'variants'>): boolean {
  return plan.variants.some(({ loads }) => loads.some(({ via }) => via === 'host'));
}

/** Whether the pods of the run pass the Pod Security level of its namespace. `namespace` is null where the run makes one. */
export async function podSecurityChecks(
  client: KubeClient,
  plan: Pick<Plan, 'variants'>,
  namespace: string | null,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const host = usesHostNetwork(plan);
  if (namespace === null) {
    return [
      host
        ? {
            id: 'pod-security',
            level: 'warning',
            text: 'The namespace of the run enforces Pod Security level privileged, since pods run in the host network.',
            todo: 'Leave out --allow host-network where that is not wanted.',
          }
        : {
            id: 'pod-security',
            level: 'ok',
            text: 'The namespace of the run enforces Pod Security level restricted.',
          },
    ];
  }
  const found = await client.call({ path: `/api/v1/namespaces/${encodeURIComponent(namespace)}`, signal });
  const level = textAt(found, 'metadata', 'labels', enforceLabel);
  if (textAt(found, 'metadata', 'deletionTimestamp') !== null) {
    return [
      {
        id: 'namespace',
        level: 'blocks',
        text: `The namespace ${namespace} is being deleted.`,
        todo: 'Name another one, or wait until it is gone.',
      },
    ];
  }
  if (host && level !== null && level !== 'privileged') {
    return [
      {
        id: 'pod-security',
        level: 'blocks',
        text: `The namespace ${namespace} enforces Pod Security level ${level}, which refuses pods in the host network.`,
        todo: 'Leave out --allow host-network, or name a namespace of level privileged.',
      },
    ];
  }
  return [
    {
      id: 'pod-security',
      level: 'ok',
      text: `The namespace ${namespace} enforces ${level === null ? 'no Pod Security level' : `Pod Security level ${level}`}; the pods pass restricted.`,
    },
  ];
}
