/** Who built this Kubernetes. A distribution is a row: what its version, nodes and API groups look like. */
import { type ClusterFact, type Evidence, known, unknown } from './evidence';
import { type ClusterObjects, type NodeObject, isPending, nameOf, notReadYet, readOr } from './objects';

export type Distribution =
  | 'EKS'
  | 'GKE'
  | 'AKS'
  | 'TKE'
  | 'ACK'
  | 'k3s'
  | 'RKE2'
  | 'OpenShift'
  | 'kind'
  | 'minikube'
  | 'Talos'
  | 'kubeadm';

interface DistributionRow {
  readonly distribution: Distribution;
  readonly version?: RegExp;
  readonly providerId?: RegExp;
  readonly nodeLabel?: RegExp;
  readonly nodeAnnotation?: RegExp;
  readonly osImage?: RegExp;
  readonly apiGroup?: RegExp;
  /** `namespace/name` of a ConfigMap. */
  readonly configMap?: string;
}

/**
 * The first row with evidence wins. A product stands before what it is built with: kind and minikube run kubeadm, k3s
 * and OpenShift run on clouds, whose provider ids therefore only count with the cloud's own labels or version. Sources:
 * the vendors' documentation of node labels and versions, and for providerID the cloud controllers (cloud-provider-aws,
 * cloud-provider-gcp, cloud-provider-azure, tencentcloud-cloud-controller-manager `qcloud:///`).
 */
const rows: readonly DistributionRow[] = [
  { distribution: 'EKS', version: /-eks-/, nodeLabel: /^eks\.amazonaws\.com\// },
  { distribution: 'GKE', version: /-gke\./, nodeLabel: /^cloud\.google\.com\/gke-/ },
  { distribution: 'TKE', version: /-tke\./, nodeLabel: /^(cloud\.tencent\.com|tke\.cloud\.tencent\.com)\// },
  { distribution: 'ACK', version: /-aliyun\./, nodeLabel: /^(alibabacloud\.com|ack\.aliyun\.com)\b/ },
  { distribution: 'RKE2', version: /\+rke2r/, providerId: /^rke2:\/\//, nodeAnnotation: /^rke2\.io\// },
  { distribution: 'k3s', version: /\+k3s/, providerId: /^k3s:\/\//, nodeAnnotation: /^k3s\.io\// },
  {
    distribution: 'OpenShift',
    nodeLabel: /^node\.openshift\.io\//,
    osImage: /Red Hat Enterprise Linux CoreOS/,
    apiGroup: /^config\.openshift\.io$/,
  },
  { distribution: 'kind', providerId: /^kind:\/\// },
  { distribution: 'minikube', nodeLabel: /^minikube\.k8s\.io\// },
  { distribution: 'Talos', osImage: /^Talos \(/, nodeAnnotation: /^talos\.dev\// },
  { distribution: 'AKS', nodeLabel: /^kubernetes\.azure\.com\/(cluster|agentpool|nodepool|mode)/ },
  {
    distribution: 'kubeadm',
    nodeAnnotation: /^kubeadm\.alpha\.kubernetes\.io\//,
    configMap: 'kube-system/kubeadm-config',
  },
];

function nodeEvidence(row: DistributionRow, nodes: readonly NodeObject[]): Evidence | undefined {
  for (const node of nodes) {
    const object = `Node ${node.name}`;
    if (row.providerId && node.providerId && row.providerId.test(node.providerId))
      return { object, said: `providerID ${node.providerId}` };
    const label = Object.keys(node.labels).find((key) => row.nodeLabel?.test(key));
    if (label !== undefined) return { object, said: `label ${label}` };
    const annotation = Object.keys(node.annotations).find((key) => row.nodeAnnotation?.test(key));
    if (annotation !== undefined) return { object, said: `annotation ${annotation}` };
    if (row.osImage && node.osImage && row.osImage.test(node.osImage))
      return { object, said: `OS image ${node.osImage}` };
  }
  return undefined;
}

function evidenceFor(row: DistributionRow, objects: ClusterObjects): readonly Evidence[] {
  const version = readOr(objects.serverVersion, '');
  const group = readOr(objects.apiGroups, []).find((name) => row.apiGroup?.test(name));
  const configMap = readOr(objects.configMaps, []).find(
    ({ namespace, name }) => `${namespace}/${name}` === row.configMap,
  );
  const node = nodeEvidence(row, readOr(objects.nodes, []));
  return [
    ...(row.version?.test(version) ? [{ object: 'API server', said: `version ${version}` }] : []),
    ...(node ? [node] : []),
    ...(group === undefined ? [] : [{ object: 'API server', said: `API group ${group}` }]),
    ...(configMap ? [{ object: nameOf({ kind: 'ConfigMap', ...configMap }), said: 'exists' }] : []),
  ];
}

export function distributionOf(objects: ClusterObjects): ClusterFact<Distribution> {
  const awaitsMore = isPending(objects.nodes) || isPending(objects.configMaps);
  for (const row of rows) {
    const evidence = evidenceFor(row, objects);
    // Nodes tell what is built with kubeadm from kubeadm itself.
    if (evidence.length > 0 && !(awaitsMore && row.distribution === 'kubeadm'))
      return known(row.distribution, ...evidence);
  }
  if (awaitsMore) return unknown(notReadYet);
  if ('unread' in objects.nodes) return unknown(objects.nodes.unread);
  return unknown('neither the version nor a node carries a mark of a distribution that is known here');
}

export function serverVersionOf(objects: ClusterObjects): ClusterFact<string> {
  if ('unread' in objects.serverVersion) return unknown(objects.serverVersion.unread);
  const { value } = objects.serverVersion;
  return value === ''
    ? unknown('the API server gave no version')
    : known(value, { object: 'API server', said: `version ${value}` });
}
