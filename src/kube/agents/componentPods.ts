import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import type { NotMeasured } from '../../core/result/run';
import type { BenchSpace } from '../bench/space';
import { textAt, valueAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { ComponentKind } from './componentTable';
import { componentKinds } from './componentTable';

/** A pod of a component of the datapath. */
export interface ComponentPod {
  readonly component: string;
  readonly scope: ComponentKind['scope'];
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
}

function hasLabel(pod: unknown, label: string): boolean {
  const [key = '', value = ''] = label.split('=');
  return valueAt(pod, 'metadata', 'labels', key) === value;
}

/** The pod as one of these kinds; undefined where it is of none. */
export function componentPod(kinds: readonly ComponentKind[], pod: unknown): ComponentPod | undefined {
  const kind = kinds.find(({ labels }) => labels.some((label) => hasLabel(pod, label)));
  const name = textAt(pod, 'metadata', 'name');
  const namespace = textAt(pod, 'metadata', 'namespace');
  const node = textAt(pod, 'spec', 'nodeName');
  if (kind === undefined || name === null || namespace === null || node === null) return undefined;
  return { component: kind.name, scope: kind.scope, namespace, name, node };
}

/** Those that run, without what is in the bench's own namespace. */
function runningPod(
  kinds: readonly ComponentKind[],
  benchNamespace: string,
  pod: unknown,
): ComponentPod | undefined {
  const found = componentPod(kinds, pod);
  const isRunning = textAt(pod, 'status', 'phase') === 'Running';
  return isRunning && found?.namespace !== benchNamespace ? found : undefined;
}

/** Selectors for the labels of several kinds: one for each key. */
function selectorsOf(kinds: readonly ComponentKind[]): readonly string[] {
  const byKey = new Map<string, string[]>();
  for (const label of kinds.flatMap(({ labels }) => labels)) {
    const [key = '', value = ''] = label.split('=');
    byKey.set(key, [...(byKey.get(key) ?? []), value]);
  }
  return [...byKey].map(([key, values]) => `${key} in (${values.join(',')})`);
}

/**
 * The datapath's pods: all of a bench node, and those few of the whole cluster that serve every node. Never lists all pods.
 * @throws Problem as the client's calls.
 */
export async function componentPods(
  { client, namespace, placement }: Pick<BenchSpace, 'client' | 'namespace' | 'placement'>,
  signal: AbortSignal,
): Promise<readonly ComponentPod[]> {
  const nodes = [...new Set([placement.client.name, placement.server.name])];
  const ofNodes = componentKinds.filter(({ scope }) => scope === 'node');
  const ofCluster = componentKinds.filter(({ scope }) => scope === 'cluster');
  const lists = await Promise.all([
    ...nodes.map((node) =>
      listPages(client, {
        path: '/api/v1/pods',
        fieldSelector: `spec.nodeName=${node}`,
        pick: (pod) => runningPod(ofNodes, namespace, pod),
        signal,
      }),
    ),
    ...selectorsOf(ofCluster).map((labelSelector) =>
      listPages(client, {
        path: '/api/v1/pods',
        labelSelector,
        pick: (pod) => runningPod(ofCluster, namespace, pod),
        signal,
      }),
    ),
  ]);
  const order = componentKinds.map(({ name }) => name);
  return lists
    .flatMap(({ items }) => items)
    .sort((a, b) => order.indexOf(a.component) - order.indexOf(b.component));
}

/** What serves traffic on the bench nodes and is no pod, so that nobody counts it by itself. */
export function uncountedComponents(
  facts: Pick<ClusterFacts, 'kubeProxy'>,
  pods: readonly Pick<ComponentPod, 'component'>[],
): readonly NotMeasured[] {
  const { kubeProxy } = facts;
  const runs = kubeProxy.known && (kubeProxy.value.rules !== 'replaced' || kubeProxy.value.alsoRuns);
  if (!runs || pods.some(({ component }) => component === 'kube-proxy')) return [];
  return [
    {
      what: 'CPU and memory of kube-proxy',
      reason:
        'it runs as a process of the nodes and not as a pod there; it is in the figures of a whole node alone',
    },
  ];
}
