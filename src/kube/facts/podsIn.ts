import type { PodObject } from '../../core/cluster/blastRadius';
import { isRecord } from '../../core/tool/json';
import { listAt, textAt, valueAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';

/** More are not counted: a person waits for the answer. */
const mostPods = 10_000;
/** Pods are large: a page is parsed in one go. */
const pageSize = 250;

/** Pods of other networks and those that have ended are no endpoints of Cilium's. */
const isEndpoint = (pod: unknown): boolean =>
  valueAt(pod, 'spec', 'hostNetwork') !== true &&
  !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? '');

function podFrom(pod: unknown): PodObject | undefined {
  const labels = valueAt(pod, 'metadata', 'labels');
  if (!isEndpoint(pod)) return undefined;
  const ports = listAt(pod, 'spec', 'containers').flatMap((container) => listAt(container, 'ports'));
  return {
    namespace: textAt(pod, 'metadata', 'namespace') ?? '',
    labels: isRecord(labels) ? (labels as Record<string, string>) : {},
    ports: ports.flatMap((port) => {
      const number = valueAt(port, 'containerPort');
      if (typeof number !== 'number') return [];
      return [
        { port: number, name: textAt(port, 'name') ?? '', protocol: textAt(port, 'protocol') ?? 'TCP' },
      ];
    }),
  };
}

/**
 * The pods of a namespace, or of the cluster, that policies can select.
 * @returns null where there are more than are counted.
 * @throws Problem where they cannot be listed.
 */
export async function podsIn(
  client: KubeClient,
  namespace: string | null,
  signal: AbortSignal,
): Promise<readonly PodObject[] | null> {
  const path =
    namespace === null ? '/api/v1/pods' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  let read = 0;
  const { items } = await listPages(client, {
    path,
    pageSize,
    most: mostPods + 1,
    pick: podFrom,
    onPage: (count) => {
      read = count;
    },
    signal,
  });
  return read > mostPods ? null : items;
}
