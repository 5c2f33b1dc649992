import type { Check } from '../../core/target';
import { isRecord } from '../../core/tool/json';
import { quantityOf } from '../bench/quantities';
import { listAt, textAt, valueAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';

/** What a run has at once in its namespace, at the most. CPU in cores, memory in bytes, of each pod and in all. */
export interface QuotaNeed {
  readonly pods: number;
  readonly services: number;
  readonly podCpu: number;
  readonly podMemory: number;
}

/** What of a quota's resources a run uses. Source: kubernetes.io, "Resource Quotas". */
const usedOf: Readonly<Record<string, (need: QuotaNeed) => number>> = {
  pods: ({ pods }) => pods,
  'count/pods': ({ pods }) => pods,
  services: ({ services }) => services,
  'count/services': ({ services }) => services,
  'count/endpointslices.discovery.k8s.io': ({ services }) => services,
  cpu: ({ pods, podCpu }) => pods * podCpu,
  'requests.cpu': ({ pods, podCpu }) => pods * podCpu,
  'limits.cpu': ({ pods, podCpu }) => pods * podCpu,
  memory: ({ pods, podMemory }) => pods * podMemory,
  'requests.memory': ({ pods, podMemory }) => pods * podMemory,
  'limits.memory': ({ pods, podMemory }) => pods * podMemory,
};

function shortOf(quota: unknown, need: QuotaNeed): string[] {
  const hard: unknown = valueAt(quota, 'status', 'hard');
  if (!isRecord(hard)) return [];
  return Object.keys(hard).flatMap((resource) => {
    const limit = quantityOf(textAt(hard, resource));
    const used = quantityOf(textAt(quota, 'status', 'used', resource)) ?? 0;
    const wanted = usedOf[resource]?.(need);
    if (limit === null || wanted === undefined || used + wanted <= limit) return [];
    return [
      `${resource}: ${textAt(quota, 'status', 'used', resource) ?? '0'} of ${textAt(hard, resource) ?? ''} used`,
    ];
  });
}

function outsideRange(range: unknown, need: QuotaNeed): string[] {
  return listAt(range, 'spec', 'limits').flatMap((limit) => {
    const kind = textAt(limit, 'type');
    if (kind !== 'Container' && kind !== 'Pod') return [];
    return (['cpu', 'memory'] as const).flatMap((resource) => {
      const wanted = resource === 'cpu' ? need.podCpu : need.podMemory;
      const most = quantityOf(textAt(limit, 'max', resource));
      const least = quantityOf(textAt(limit, 'min', resource));
      if (most !== null && wanted > most)
        return [`at most ${textAt(limit, 'max', resource) ?? ''} ${resource} a ${kind}`];
      if (least !== null && wanted < least)
        return [`at least ${textAt(limit, 'min', resource) ?? ''} ${resource} a ${kind}`];
      return [];
    });
  });
}

/** Whether quotas and LimitRanges of an existing namespace leave room for a run. */
export async function quotaChecks(
  client: KubeClient,
  namespace: string,
  need: QuotaNeed,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const named = (find: (object: unknown) => string[]) => (object: unknown) => ({
    name: textAt(object, 'metadata', 'name') ?? '',
    found: find(object),
  });
  const [quotas, ranges] = await Promise.all([
    listPages(client, {
      path: `${path}/resourcequotas`,
      pick: named((object) => shortOf(object, need)),
      signal,
    }),
    listPages(client, {
      path: `${path}/limitranges`,
      pick: named((object) => outsideRange(object, need)),
      signal,
    }),
  ]);
  const blocked = [
    ...quotas.items.map(({ name, found }) => ({ what: `ResourceQuota ${name} leaves too little`, found })),
    ...ranges.items.map(({ name, found }) => ({ what: `LimitRange ${name} does not admit the pods`, found })),
  ].filter(({ found }) => found.length > 0);
  if (blocked.length === 0) {
    const none = quotas.items.length + ranges.items.length === 0;
    return [
      {
        id: 'quotas',
        level: 'ok',
        text: none
          ? `Namespace ${namespace} has no quotas and no limits.`
          : `Quotas and limits of namespace ${namespace} leave room.`,
      },
    ];
  }
  return blocked.map(({ what, found }) => ({
    id: 'quotas',
    level: 'blocks',
    text: `${what} in namespace ${namespace}: ${found.join('; ')}.`,
    todo: 'Ask for more, set --cpu and --memory, or name another namespace.',
  }));
}
