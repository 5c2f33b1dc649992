import { daemonSetTraces } from '../../core/cluster/cniEvidence';
import type { ClusterObjects, ConfigMapObject, WorkloadObject } from '../../core/cluster/objects';
import { configMapFrom, configMapNames } from '../../core/cluster/readConfigMap';
import { statusOf } from '../client/apiProblem';
import type { KubeClient } from '../client/openClient';
import { becauseOf } from './readCollection';

export type ConfigMapReading = Pick<ClusterObjects, 'configMaps' | 'unreadConfigMaps'>;

const systemNamespace = 'kube-system';

function isOfNetwork(daemonSet: WorkloadObject): boolean {
  return daemonSet.containers.includes('cilium-agent') || daemonSetTraces(daemonSet).length > 0;
}

/** kube-system, and wherever a DaemonSet runs that gives a network away, whatever its namespace is called. */
function namespacesOf(daemonSets: ClusterObjects['daemonSets']): string[] {
  const found = 'value' in daemonSets ? daemonSets.value.filter(isOfNetwork) : [];
  return [...new Set([systemNamespace, ...found.map(({ namespace }) => namespace)])];
}

type Answer = { readonly map: ConfigMapObject | null } | { readonly name: string; readonly because: string };

async function ask(
  client: KubeClient,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<Answer> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${name}`;
  try {
    return { map: configMapFrom(await client.call({ path, signal })) };
  } catch (error) {
    return statusOf(error) === 404 ? { map: null } : { name, because: becauseOf(error) };
  }
}

/**
 * Asks for those ConfigMaps by name that facts are read from, where networks keep them: all ConfigMaps of a cluster are
 * many, large, and nobody's business. What cannot be read is named with the reason.
 */
export async function readConfigMaps(
  client: KubeClient,
  daemonSets: ClusterObjects['daemonSets'],
  signal: AbortSignal,
  cancelled: AbortSignal,
): Promise<ConfigMapReading> {
  const answers = await Promise.all(
    namespacesOf(daemonSets).flatMap((namespace) =>
      configMapNames.map((name) => ask(client, namespace, name, signal)),
    ),
  );
  cancelled.throwIfAborted();
  const maps = answers.flatMap((answer) => ('map' in answer && answer.map ? [answer.map] : []));
  const failed = answers.flatMap((answer) => ('because' in answer ? [answer] : []));
  const [first] = failed;
  if (first !== undefined && failed.length === answers.length)
    return { configMaps: { unread: first.because }, unreadConfigMaps: {} };
  const found = new Set(maps.map(({ name }) => name));
  return {
    configMaps: { value: maps },
    unreadConfigMaps: Object.fromEntries(
      failed.filter(({ name }) => !found.has(name)).map(({ name, because }) => [name, because]),
    ),
  };
}
