import type { Check } from '../../core/target';
import { isRecord } from '../../core/tool/json';
import { joined } from '../../core/words/phrases';
import { quantityOf } from '../bench/quantities';
import { statusOf } from '../client/apiProblem';
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

/** What of each object does not do for a run; null where the objects may not be listed. */
async function findings(
  client: KubeClient,
  path: string,
  find: (object: unknown) => string[],
  signal: AbortSignal,
): Promise<readonly { readonly name: string; readonly found: readonly string[] }[] | null> {
  try {
    const pick = (object: unknown) => ({
      name: textAt(object, 'metadata', 'name') ?? '',
      found: find(object),
    });
    return (await listPages(client, { path, pick, signal })).items;
  } catch (error) {
    if (statusOf(error) === 403) return null;
    throw error;
  }
}

/** Whether quotas and LimitRanges of an existing namespace leave room for a run. */
export async function quotaChecks(
  client: KubeClient,
  namespace: string,
  need: QuotaNeed,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const [quotas, ranges] = await Promise.all([
    findings(client, `${path}/resourcequotas`, (object) => shortOf(object, need), signal),
    findings(client, `${path}/limitranges`, (object) => outsideRange(object, need), signal),
  ]);
  const unread = [...(quotas === null ? ['quotas'] : []), ...(ranges === null ? ['limits'] : [])];
  const blocked = [
    ...(quotas ?? []).map(({ name, found }) => ({ what: `ResourceQuota ${name} leaves too little`, found })),
    ...(ranges ?? []).map(({ name, found }) => ({
      what: `LimitRange ${name} does not admit the pods`,
      found,
    })),
  ].filter(({ found }) => found.length > 0);
  const unseen: readonly Check[] =
    unread.length === 0
      ? []
      : [
          {
            id: 'quotas',
            level: 'warning',
            text: `Whether ${joined(unread)} of namespace ${namespace} leave room cannot be seen: user ${client.user} may not list them.`,
            todo: 'Should pods be refused, the run ends and says by what.',
          },
        ];
  if (blocked.length === 0 && unseen.length > 0) return unseen;
  if (blocked.length === 0) {
    const none = (quotas ?? []).length + (ranges ?? []).length === 0;
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
  const tooLittle = blocked.map(({ what, found }): Check => ({
    id: 'quotas',
    level: 'blocks',
    text: `${what} in namespace ${namespace}: ${found.join('; ')}.`,
    todo: 'Ask for more, set --cpu and --memory, or name another namespace.',
  }));
  return [...tooLittle, ...unseen];
}
