import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { messageOf } from '../../core/problem';
import type { NotMeasured } from '../../core/result/run';
import { joined } from '../../core/words/phrases';
import { outlast } from '../bench/outlast';
import type { BenchSpace } from '../bench/space';
import { canI } from '../client/canI';
import { listPages } from '../client/listPages';
import { asClause } from '../client/redact';
import { datapathPod, restartsBetween, testEnvoyOn, type DatapathPod } from './datapathRestarts';

/** Sees whether the datapath's own pods on the bench nodes restart while a load runs: such a sample measured something else. */
export interface RestartWatch {
  /** What cannot be seen, and why; empty where all can. */
  readonly notMeasured: readonly NotMeasured[];
  /** Looks, where nothing is remembered to compare with. @throws as the client's calls. */
  begin(signal: AbortSignal): Promise<void>;
  /**
   * Looks again and gives what restarted since, a clause each.
   * @param loadStartedAt by its node's clock; null counts all since the last look.
   * @throws only the signal's reason.
   */
  since(loadStartedAt: Date | null, signal: AbortSignal): Promise<readonly string[]>;
  /** The run itself restarts what it measures: what was remembered no longer counts. */
  forget(): void;
}

type WatchSpace = Pick<BenchSpace, 'client' | 'namespace' | 'placement'>;

export interface RestartWatchOptions {
  readonly facts: Pick<ClusterFacts, 'cilium'>;
  /** The nodes are those of the project's own test cluster, and tell of its Envoy. */
  readonly hasTestEngine: boolean;
}

/** Where pods may be listed: everywhere, else in the namespaces of the datapath. And in which of those they may not. */
async function readablePlaces(
  { client }: WatchSpace,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly paths: readonly string[]; readonly unread: readonly string[] }> {
  const right = (namespace: string | null) => ({ verb: 'list', group: '', resource: 'pods', namespace });
  const [everywhere, ...single] = await canI(client, [right(null), ...namespaces.map(right)], signal);
  if (everywhere?.allowed === true) return { paths: ['/api/v1/pods'], unread: [] };
  const isRead = (namespace: string): boolean =>
    single.some((one) => one.allowed && one.namespace === namespace);
  return {
    paths: namespaces
      .filter(isRead)
      .map((namespace) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`),
    unread: namespaces.filter((namespace) => !isRead(namespace)),
  };
}

/**
 * Looks once, and then once after each sample: a list of pods for each bench node. What restarts between two samples is told from
 * what restarts during one by the times that the nodes' kubelets tell.
 * @throws Problem where it cannot be found out what may be listed. The signal's reason where it is aborted.
 */
export async function watchRestarts(
  space: WatchSpace,
  { facts, hasTestEngine }: RestartWatchOptions,
  signal: AbortSignal,
): Promise<RestartWatch> {
  const { client, namespace, placement } = space;
  const namespaces = [...new Set(['kube-system', facts.cilium?.agent?.namespace ?? 'kube-system'])];
  const { paths, unread } = await readablePlaces(space, namespaces, signal);
  const nodes = [...new Set([placement.client.name, placement.server.name])];
  const benchPods = `metadata.namespace!=${namespace}`;

  async function look(stop: AbortSignal): Promise<readonly DatapathPod[]> {
    const lists = nodes.flatMap((node) => [
      ...paths.map((path) => ({
        path,
        fieldSelector: `spec.nodeName=${node},${benchPods}`,
        pick: datapathPod,
      })),
      ...(hasTestEngine
        ? [{ path: '/api/v1/nodes', fieldSelector: `metadata.name=${node}`, pick: testEnvoyOn }]
        : []),
    ]);
    const found = await Promise.all(lists.map((list) => listPages(client, { ...list, signal: stop })));
    return found.flatMap(({ items }) => items);
  }

  let last: readonly DatapathPod[] | null = null;
  return {
    notMeasured:
      unread.length === 0
        ? []
        : [
            {
              what: 'restarts of the datapath’s own pods during a sample',
              reason: `the right to list pods in namespace ${joined(unread)} is missing`,
            },
          ],
    async begin(stop) {
      last ??= await outlast(() => look(stop), stop);
    },
    async since(loadStartedAt, stop) {
      try {
        const now = await outlast(() => look(stop), stop);
        const restarts = last === null ? [] : restartsBetween(last, now, loadStartedAt);
        last = now;
        return restarts;
      } catch (error) {
        stop.throwIfAborted();
        return [`it could not be seen whether the datapath restarted: ${asClause(messageOf(error))}`];
      }
    },
    forget() {
      last = null;
    },
  };
}
