import { describe, expect, it } from 'vitest';
import { distributionOf, serverVersionOf } from '../../../src/core/cluster/distribution';
import { factText } from '../../../src/core/cluster/evidence';
import { type RawCluster, clusterOf, rawConfigMap, rawNode } from './objects';

const cases: readonly (RawCluster & { readonly is: string; readonly said: string })[] = [
  {
    // docs.aws.amazon.com/eks: platform versions; managed node groups' labels.
    is: 'EKS',
    version: 'v1.31.2-eks-7f9249a',
    nodes: [
      rawNode('ip-10-0-1-23.ec2.internal', {
        labels: { 'eks.amazonaws.com/nodegroup': 'workers' },
        spec: { providerID: 'aws:///us-east-1a/i-0123456789abcdef0' },
      }),
    ],
    said: 'version v1.31.2-eks-7f9249a',
  },
  {
    // cloud.google.com/kubernetes-engine: versions end in -gke.N, nodes carry their pool.
    is: 'GKE',
    version: 'v1.30.5-gke.1443001',
    nodes: [
      rawNode('gke-c1-default-pool-1', {
        labels: { 'cloud.google.com/gke-nodepool': 'default-pool' },
        spec: { providerID: 'gce://project/europe-west1-b/gke-c1-default-pool-1' },
      }),
    ],
    said: 'version v1.30.5-gke.1443001',
  },
  {
    // learn.microsoft.com/azure/aks/use-labels: labels that AKS reserves. Its versions carry no suffix.
    is: 'AKS',
    version: 'v1.30.6',
    nodes: [
      rawNode('aks-nodepool1-1-vmss000000', {
        labels: { 'kubernetes.azure.com/cluster': 'MC_rg_c_weu' },
        spec: { providerID: 'azure:///subscriptions/s/resourceGroups/rg/x' },
      }),
    ],
    said: 'label kubernetes.azure.com/cluster',
  },
  {
    // cloud.tencent.com/document/product/457: TKE's versions end in -tke.N, provider ids start with qcloud.
    is: 'TKE',
    version: 'v1.30.0-tke.9',
    nodes: [rawNode('10.0.0.5', { spec: { providerID: 'qcloud:///100003/ins-abc' } })],
    said: 'version v1.30.0-tke.9',
  },
  { is: 'ACK', version: 'v1.32.1-aliyun.1', said: 'version v1.32.1-aliyun.1' },
  {
    // docs.k3s.io, pkg/nodeconfig/nodeconfig.go at v1.31: annotation k3s.io/node-args.
    is: 'k3s',
    version: 'v1.31.4+k3s1',
    nodes: [rawNode('k3s-0', { spec: { providerID: 'k3s://k3s-0' } })],
    said: 'version v1.31.4+k3s1',
  },
  {
    is: 'RKE2',
    version: 'v1.31.4+rke2r1',
    nodes: [rawNode('rke2-0', { spec: { providerID: 'rke2://rke2-0' } })],
    said: 'version v1.31.4+rke2r1',
  },
  {
    // docs.openshift.com 4.16: RHCOS nodes.
    is: 'OpenShift',
    version: 'v1.29.8+632b078',
    nodes: [
      rawNode('master-0', {
        labels: { 'node.openshift.io/os_id': 'rhcos' },
        info: { osImage: 'Red Hat Enterprise Linux CoreOS 416.94.202409191851-0' },
      }),
    ],
    apiGroups: ['config.openshift.io'],
    said: 'label node.openshift.io/os_id',
  },
  {
    // kind runs kubeadm inside: its own provider id counts first (kind v0.27, pkg/cluster/internal/kubeadm/config.go).
    is: 'kind',
    version: 'v1.32.2',
    nodes: [
      rawNode('kind-control-plane', {
        annotations: { 'kubeadm.alpha.kubernetes.io/cri-socket': 'unix:///run/containerd/containerd.sock' },
        spec: { providerID: 'kind://docker/kind/kind-control-plane' },
      }),
    ],
    said: 'providerID kind://docker/kind/kind-control-plane',
  },
  {
    // minikube.sigs.k8s.io v1.35: labels minikube.k8s.io/*.
    is: 'minikube',
    version: 'v1.32.0',
    nodes: [rawNode('minikube', { labels: { 'minikube.k8s.io/name': 'minikube' } })],
    configMaps: [rawConfigMap('kube-system/kubeadm-config', { ClusterConfiguration: '' })],
    said: 'label minikube.k8s.io/name',
  },
  {
    // talos.dev v1.9: nodeInfo.osImage "Talos (v1.9.1)".
    is: 'Talos',
    version: 'v1.32.0',
    nodes: [rawNode('talos-abc', { info: { osImage: 'Talos (v1.9.1)' } })],
    said: 'OS image Talos (v1.9.1)',
  },
  {
    // kubernetes.io, kubeadm implementation details v1.34: ConfigMap kubeadm-config.
    is: 'kubeadm',
    version: 'v1.34.4',
    configMaps: [rawConfigMap('kube-system/kubeadm-config', { ClusterConfiguration: '' })],
    said: 'exists',
  },
];

describe('the distribution, by evidence', () => {
  it.each(cases)('$is', ({ is, said, ...raw }) => {
    const fact = distributionOf(clusterOf(raw));
    expect(fact).toMatchObject({ known: true, value: is });
    expect(fact.known ? fact.evidence.map((evidence) => evidence.said) : []).toContain(said);
  });

  it('a cloud’s provider id alone does not make its managed Kubernetes', () => {
    const own = rawNode('ip-10-0-0-1', { spec: { providerID: 'aws:///us-east-1a/i-0' } });
    expect(factText(distributionOf(clusterOf({ nodes: [own] })))).toBe(
      'unknown, because neither the version nor a node carries a mark of a distribution that is known here',
    );
  });

  it('says why where nodes may not be read', () => {
    expect(distributionOf(clusterOf({}, { nodes: 'reading nodes is forbidden' }))).toEqual({
      known: false,
      because: 'reading nodes is forbidden',
    });
  });
});

describe('the version', () => {
  it('is the API server’s', () => {
    expect(serverVersionOf(clusterOf({ version: 'v1.34.4' }))).toMatchObject({ value: 'v1.34.4' });
  });
  it('is unknown where the server gives none or cannot be asked', () => {
    expect(serverVersionOf(clusterOf({ version: '' })).known).toBe(false);
    expect(serverVersionOf(clusterOf({}, { serverVersion: 'the server did not answer' }))).toEqual({
      known: false,
      because: 'the server did not answer',
    });
  });
});
