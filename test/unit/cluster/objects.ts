/** Objects as an API server gives them, cut down by the readers as in real use. */
import type { ClusterObjects, Reading } from '../../../src/core/cluster/objects';
import { configMapFrom } from '../../../src/core/cluster/readConfigMap';
import { namespaceFrom, nodeConfigFrom, nodeFrom, workloadFrom } from '../../../src/core/cluster/readObjects';
import { endpointSliceFrom, serviceCidrFrom, serviceFrom } from '../../../src/core/cluster/readServices';

export interface RawCluster {
  readonly version?: string;
  readonly nodes?: readonly unknown[];
  readonly daemonSets?: readonly unknown[];
  readonly deployments?: readonly unknown[];
  readonly systemPods?: readonly unknown[];
  readonly configMaps?: readonly unknown[];
  readonly customResources?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly namespaces?: readonly unknown[];
  readonly services?: readonly unknown[];
  readonly endpointSlices?: readonly unknown[];
  readonly serviceCidrs?: readonly unknown[];
  readonly nodeConfigs?: readonly unknown[];
  readonly unreadConfigMaps?: Readonly<Record<string, string>>;
  readonly identity?: string;
  readonly metricsApi?: boolean;
  /** Collections that no fact is read from, by their path. */
  readonly lists?: Readonly<Record<string, readonly unknown[]>>;
}

export function clusterOf(
  raw: RawCluster,
  unread: Readonly<Partial<Record<keyof ClusterObjects, string>>> = {},
): ClusterObjects {
  const reading = <Value>(field: keyof ClusterObjects, value: Value): Reading<Value> => {
    const because = unread[field];
    return because === undefined ? { value } : { unread: because };
  };
  return {
    serverVersion: reading('serverVersion', raw.version ?? 'v1.34.1'),
    nodes: reading('nodes', (raw.nodes ?? []).map(nodeFrom)),
    daemonSets: reading(
      'daemonSets',
      (raw.daemonSets ?? []).map((json) => workloadFrom('DaemonSet', json)),
    ),
    deployments: reading(
      'deployments',
      (raw.deployments ?? []).map((json) => workloadFrom('Deployment', json)),
    ),
    systemPods: reading(
      'systemPods',
      (raw.systemPods ?? []).map((json) => workloadFrom('Pod', json)),
    ),
    configMaps: reading(
      'configMaps',
      (raw.configMaps ?? []).flatMap((json) => configMapFrom(json) ?? []),
    ),
    customResources: reading('customResources', raw.customResources ?? []),
    apiGroups: reading('apiGroups', raw.apiGroups ?? []),
    namespaces: reading('namespaces', (raw.namespaces ?? []).map(namespaceFrom)),
    services: reading('services', (raw.services ?? []).map(serviceFrom)),
    endpointSlices: reading('endpointSlices', (raw.endpointSlices ?? []).map(endpointSliceFrom)),
    serviceCidrs: reading('serviceCidrs', (raw.serviceCidrs ?? []).map(serviceCidrFrom)),
    nodeConfigs: reading('nodeConfigs', (raw.nodeConfigs ?? []).map(nodeConfigFrom)),
    unreadConfigMaps: raw.unreadConfigMaps ?? {},
    identity: reading('identity', raw.identity ?? '6f0c2d1e-0000-4000-8000-000000000001'),
    metricsApi: reading('metricsApi', raw.metricsApi ?? true),
  };
}

interface NodeParts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly info?: Readonly<Record<string, string>>;
  readonly ready?: string;
}

export function rawNode(name: string, parts: NodeParts = {}): unknown {
  return {
    metadata: { name, labels: parts.labels ?? {}, annotations: parts.annotations ?? {} },
    spec: parts.spec ?? {},
    status: {
      allocatable: { pods: '110' },
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: parts.ready ?? 'True' },
      ],
      nodeInfo: parts.info ?? {},
    },
  };
}

interface ContainerParts {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly unknown[];
}

export function rawWorkload(
  id: string,
  parts: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly containers?: readonly ContainerParts[];
    readonly wanted?: number;
  } = {},
): unknown {
  const [namespace = '', name = ''] = id.split('/');
  return {
    metadata: { namespace, name, labels: parts.labels ?? {} },
    spec: { template: { spec: { containers: parts.containers ?? [] } } },
    status: { desiredNumberScheduled: parts.wanted ?? 3 },
  };
}

export function rawPod(
  id: string,
  labels: Readonly<Record<string, string>>,
  container: ContainerParts,
): unknown {
  const [namespace = '', name = ''] = id.split('/');
  return { metadata: { namespace, name, labels }, spec: { containers: [container] } };
}

export function rawConfigMap(id: string, data: Readonly<Record<string, string>>): unknown {
  const [namespace = '', name = ''] = id.split('/');
  return { metadata: { namespace, name }, data };
}

/** Cilium's agents as its chart installs them (cilium-agent/daemonset.yaml at v1.20.2). */
export function rawCilium(image: string, id = 'kube-system/cilium'): unknown {
  return rawWorkload(id, {
    labels: {
      'k8s-app': 'cilium',
      'app.kubernetes.io/part-of': 'cilium',
      'app.kubernetes.io/name': 'cilium-agent',
    },
    containers: [{ name: 'cilium-agent', image, command: ['cilium-agent'] }],
  });
}
