import { daemonSetTraces } from '../../core/cluster/cniEvidence';
import { cniDetectors } from '../../core/cluster/cniDetectors';
import {
  type ClusterObjects,
  type ConfigMapObject,
  type WorkloadObject,
  readOr,
} from '../../core/cluster/objects';
import { configMapFrom, configMapNames } from '../../core/cluster/readConfigMap';
import { statusOf } from '../client/apiProblem';
import type { KubeClient } from '../client/openClient';
import { becauseOf } from './readCollection';

export type ConfigMapReading = Pick<ClusterObjects, 'configMaps' | 'unreadConfigMaps'>;

const systemNamespace = 'kube-system';
/** Of no network; kept in kube-system by those who write them (kubeadm, EKS). */
const systemNames = ['kube-proxy', 'kube-proxy-config', 'kubeadm-config'];

/** The ConfigMaps of the networks that a DaemonSet gives away. */
function namesOf(daemonSet: WorkloadObject): string[] {
  const detectors = daemonSetTraces(daemonSet).map(({ detector }) => detector);
  const parts = new Set(detectors.flatMap(({ id, includes = [] }) => [id, ...includes]));
  const names = cniDetectors.flatMap(({ id, configMaps = [] }) => (parts.has(id) ? configMaps : []));
  return daemonSet.containers.includes('cilium-agent') ? [...names, 'cilium-config'] : names;
}

/** `namespace/name` of each to ask for: where DaemonSets give nothing away, every one that may be in kube-system. */
function wantedMaps(daemonSets: ClusterObjects['daemonSets']): ReadonlySet<string> {
  const found = readOr(daemonSets, []).flatMap((daemonSet) =>
    namesOf(daemonSet).map((name) => `${daemonSet.namespace}/${name}`),
  );
  const system = found.length === 0 ? configMapNames : systemNames;
  return new Set([...system.map((name) => `${systemNamespace}/${name}`), ...found]);
}

type Answer = { readonly map: ConfigMapObject | null } | { readonly name: string; readonly because: string };

async function ask(client: KubeClient, id: string, signal: AbortSignal): Promise<Answer> {
  const [namespace = '', name = ''] = id.split('/');
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
  const answers = await Promise.all([...wantedMaps(daemonSets)].map((id) => ask(client, id, signal)));
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
