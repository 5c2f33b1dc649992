/**
 * The little that facts need of Kubernetes objects. A reader of the API makes these page by page (`readObjects`,
 * `readServices`, `readConfigMap`) and drops the objects themselves, so that neither secrets nor whole objects are kept.
 */

/** What one list of the API gave, or why it could not be read, e.g. `reading nodes is forbidden (403)`. */
export type Reading<Value> = { readonly value: Value } | { readonly unread: string };

/** Why a collection has no value while its answer is still awaited. */
export const notReadYet = 'it is not read yet';

/** Whether the answer is still awaited: facts that it may turn over are not told before. */
export function isPending(reading: Reading<unknown>): boolean {
  return 'unread' in reading && reading.unread === notReadYet;
}

export function readOr<Value>(reading: Reading<Value>, otherwise: Value): Value {
  return 'value' in reading ? reading.value : otherwise;
}

export interface NodeObject {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Names of annotations, and the values of the few that facts are read from. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly providerId: string | null;
  readonly unschedulable: boolean;
  readonly taints: readonly { readonly key: string; readonly effect: string }[];
  /** The Ready condition; null where the node reports none. */
  readonly ready: boolean | null;
  readonly podCidrs: readonly string[];
  /** How many pods the kubelet takes; null where it does not say. */
  readonly podLimit: number | null;
  readonly kubeletVersion: string | null;
  readonly kernel: string | null;
  readonly osImage: string | null;
  readonly operatingSystem: string | null;
  readonly architecture: string | null;
  readonly containerRuntime: string | null;
}

export interface WorkloadObject {
  readonly kind: 'DaemonSet' | 'Deployment' | 'Pod';
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly string[];
  readonly images: readonly string[];
  /** Those arguments alone that facts are read from, as `--flag=value`. */
  readonly flags: Readonly<Record<string, string>>;
  /** Those environment variables alone that facts are read from. */
  readonly environment: Readonly<Record<string, string>>;
  /** How many pods are wanted; null where the object does not say. A DaemonSet that wants none runs nowhere. */
  readonly wanted: number | null;
}

export interface ConfigMapObject {
  readonly namespace: string;
  readonly name: string;
  /** The entries that facts are read from. */
  readonly data: Readonly<Record<string, string>>;
}

export interface NamespaceObject {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ServicePort {
  readonly name: string;
  readonly nodePort: boolean;
}

export interface ServiceObject {
  /** `namespace/name`. */
  readonly id: string;
  readonly clusterIps: readonly string[];
  /** External addresses and those a load balancer gave. */
  readonly externalIps: readonly string[];
  readonly loadBalancerClass: string | null;
  readonly ports: readonly ServicePort[];
}

export interface EndpointSliceObject {
  /** `namespace/name` of the Service; null for a slice that belongs to none. */
  readonly service: string | null;
  readonly family: 4 | 6 | null;
  readonly endpoints: number;
  readonly portNames: readonly string[];
}

export interface ServiceCidrObject {
  readonly name: string;
  readonly cidrs: readonly string[];
}

/** Cilium's settings for some nodes, laid over cilium-config (kind CiliumNodeConfig). */
export interface NodeConfigObject {
  readonly namespace: string;
  readonly name: string;
  readonly defaults: Readonly<Record<string, string>>;
}

export interface ClusterObjects {
  /** `gitVersion` of the API server's `/version`. */
  readonly serverVersion: Reading<string>;
  readonly nodes: Reading<readonly NodeObject[]>;
  /** Of every namespace. */
  readonly daemonSets: Reading<readonly WorkloadObject[]>;
  /** Of every namespace; istiod is looked for. */
  readonly deployments: Reading<readonly WorkloadObject[]>;
  /** Pods of kube-system: kube-proxy and kube-apiserver are looked for, which may be static pods. */
  readonly systemPods: Reading<readonly WorkloadObject[]>;
  readonly configMaps: Reading<readonly ConfigMapObject[]>;
  /** Why single ConfigMaps could not be read where others could, by name. */
  readonly unreadConfigMaps: Readonly<Record<string, string>>;
  /** Names of CustomResourceDefinitions, e.g. `ciliumnodes.cilium.io`. */
  readonly customResources: Reading<readonly string[]>;
  /** Names of API groups, e.g. `cilium.io`. */
  readonly apiGroups: Reading<readonly string[]>;
  readonly namespaces: Reading<readonly NamespaceObject[]>;
  readonly services: Reading<readonly ServiceObject[]>;
  readonly endpointSlices: Reading<readonly EndpointSliceObject[]>;
  readonly serviceCidrs: Reading<readonly ServiceCidrObject[]>;
  readonly nodeConfigs: Reading<readonly NodeConfigObject[]>;
  /** The uid of namespace kube-system, which lives as long as the cluster does. */
  readonly identity: Reading<string>;
  /** Whether the cluster serves metrics.k8s.io. */
  readonly metricsApi: Reading<boolean>;
}

/** The fields that are read from the API, each by itself. */
export type CollectionName = Exclude<keyof ClusterObjects, 'unreadConfigMaps'>;

/** How people know them. */
export const collectionTitles: Readonly<Record<CollectionName, string>> = {
  serverVersion: 'version',
  nodes: 'Nodes',
  daemonSets: 'DaemonSets',
  deployments: 'Deployments of Istio',
  systemPods: 'pods of kube-proxy and the API server',
  configMaps: 'ConfigMaps of the network',
  customResources: 'CustomResourceDefinitions',
  apiGroups: 'API groups',
  namespaces: 'Namespaces',
  services: 'Services',
  endpointSlices: 'EndpointSlices',
  serviceCidrs: 'ServiceCIDRs',
  nodeConfigs: 'CiliumNodeConfigs',
  identity: 'namespace kube-system',
  metricsApi: 'metrics API',
};

export const collectionNames = Object.keys(collectionTitles) as readonly CollectionName[];

/** Why a ConfigMap is not among those read although it may be there; null where the API server says that it is not. */
export function configMapUnread(
  { configMaps, unreadConfigMaps }: Pick<ClusterObjects, 'configMaps' | 'unreadConfigMaps'>,
  name: string,
): string | null {
  if ('unread' in configMaps) return configMaps.unread;
  return Object.hasOwn(unreadConfigMaps, name) ? (unreadConfigMaps[name] ?? null) : null;
}

export function nameOf(object: {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}): string {
  return object.namespace
    ? `${object.kind} ${object.namespace}/${object.name}`
    : `${object.kind} ${object.name}`;
}
