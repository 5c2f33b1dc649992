import { describe, expect, it } from 'vitest';
import { cniFacts } from '../../../src/core/cluster/cni';
import { cniDetectors } from '../../../src/core/cluster/cniDetectors';
import { type RawCluster, clusterOf, rawCilium, rawConfigMap, rawNode, rawWorkload } from './objects';

interface Case extends RawCluster {
  readonly is: string;
  readonly object: string;
  readonly said: string;
}

const cases: readonly Case[] = [
  {
    is: 'cilium',
    daemonSets: [rawCilium('quay.io/cilium/cilium:v1.18.2')],
    configMaps: [rawConfigMap('kube-system/cilium-config', { 'cni-chaining-mode': 'none' })],
    customResources: ['ciliumnetworkpolicies.cilium.io'],
    object: 'DaemonSet kube-system/cilium',
    said: 'named cilium',
  },
  {
    // Another namespace and name, as a chart's nameOverride gives: the label still tells.
    is: 'cilium',
    daemonSets: [rawCilium('registry.example:5000/mirror/cilium/cilium:v1.17.1', 'networking/datapath')],
    object: 'DaemonSet networking/datapath',
    said: 'label k8s-app=cilium',
  },
  {
    // cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2: DaemonSet anetd in kube-system.
    is: 'gke-dataplane-v2',
    daemonSets: [
      rawWorkload('kube-system/anetd', {
        labels: { 'k8s-app': 'cilium' },
        containers: [{ name: 'cilium-agent', image: 'gke.gcr.io/cilium/cilium:v1.14.13-gke.4@sha256:00' }],
      }),
    ],
    customResources: ['ciliumnodes.cilium.io'],
    configMaps: [rawConfigMap('kube-system/cilium-config', {})],
    object: 'DaemonSet kube-system/anetd',
    said: 'named anetd',
  },
  {
    // learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium: azure-cns gives addresses, Cilium is the data plane.
    is: 'aks-cilium',
    daemonSets: [
      rawCilium('mcr.microsoft.com/containernetworking/cilium/cilium:v1.14.15-241024'),
      rawWorkload('kube-system/azure-cns', { labels: { 'k8s-app': 'azure-cns' } }),
    ],
    nodes: [rawNode('aks-1', { labels: { 'kubernetes.azure.com/ebpf-dataplane': 'cilium' } })],
    object: 'Node aks-1',
    said: 'label kubernetes.azure.com/ebpf-dataplane=cilium',
  },
  {
    // The same where nodes may not be read: Microsoft's build of the image tells.
    is: 'aks-cilium',
    daemonSets: [rawCilium('mcr.microsoft.com/oss/cilium/cilium:1.12.10-1')],
    object: 'DaemonSet kube-system/cilium',
    said: 'image mcr.microsoft.com/oss/cilium/cilium:1.12.10-1',
  },
  {
    // projectcalico/calico manifests/calico.yaml at v3.29.
    is: 'calico',
    daemonSets: [
      rawWorkload('calico-system/calico-node', {
        labels: { 'k8s-app': 'calico-node' },
        containers: [
          {
            name: 'calico-node',
            image: 'docker.io/calico/node:v3.29.1',
            env: [{ name: 'CALICO_NETWORKING_BACKEND', value: 'bird' }],
          },
        ],
      }),
    ],
    nodes: [rawNode('n', { annotations: { 'projectcalico.org/IPv4Address': '10.0.0.4/24' } })],
    customResources: ['felixconfigurations.crd.projectcalico.org'],
    object: 'DaemonSet calico-system/calico-node',
    said: 'named calico-node',
  },
  {
    // flannel-io/flannel Documentation/kube-flannel.yml at v0.26.
    is: 'flannel',
    daemonSets: [
      rawWorkload('kube-flannel/kube-flannel-ds', {
        labels: { app: 'flannel' },
        containers: [{ name: 'kube-flannel', image: 'ghcr.io/flannel-io/flannel:v0.26.2' }],
      }),
    ],
    configMaps: [rawConfigMap('kube-flannel/kube-flannel-cfg', { 'net-conf.json': '{}' })],
    object: 'DaemonSet kube-flannel/kube-flannel-ds',
    said: 'named kube-flannel-ds',
  },
  {
    // k3s runs Flannel in its own process: the node's annotation is all there is (docs.k3s.io, "Basic Network Options").
    is: 'flannel',
    nodes: [rawNode('k3s-0', { annotations: { 'flannel.alpha.coreos.com/backend-type': 'vxlan' } })],
    object: 'Node k3s-0',
    said: 'annotation flannel.alpha.coreos.com/backend-type',
  },
  {
    // antrea-io/antrea build/yamls/antrea.yml at v2.2.
    is: 'antrea',
    daemonSets: [
      rawWorkload('kube-system/antrea-agent', {
        labels: { app: 'antrea', component: 'antrea-agent' },
        containers: [{ name: 'antrea-agent', image: 'antrea/antrea-agent-ubuntu:v2.2.0' }],
      }),
    ],
    configMaps: [
      rawConfigMap('kube-system/antrea-config', { 'antrea-agent.conf': 'trafficEncapMode: encap\n' }),
    ],
    object: 'DaemonSet kube-system/antrea-agent',
    said: 'named antrea-agent',
  },
  {
    // OpenShift 4.16: namespace openshift-ovn-kubernetes, DaemonSet ovnkube-node.
    is: 'ovn-kubernetes',
    daemonSets: [
      rawWorkload('openshift-ovn-kubernetes/ovnkube-node', {
        containers: [
          { name: 'ovnkube-controller', image: 'quay.io/openshift-release-dev/ocp-v4.0@sha256:11' },
        ],
      }),
    ],
    nodes: [rawNode('n', { annotations: { 'k8s.ovn.org/node-subnets': '{"default":["10.128.0.0/23"]}' } })],
    object: 'DaemonSet openshift-ovn-kubernetes/ovnkube-node',
    said: 'named ovnkube-node',
  },
  {
    // cloudnativelabs/kube-router daemonset/kubeadm-kuberouter.yaml at v2.5.
    is: 'kube-router',
    daemonSets: [
      rawWorkload('kube-system/kube-router', {
        labels: { 'k8s-app': 'kube-router' },
        containers: [
          {
            name: 'kube-router',
            image: 'docker.io/cloudnativelabs/kube-router',
            args: ['--run-router=true', '--run-firewall=true', '--run-service-proxy=false'],
          },
        ],
      }),
    ],
    object: 'DaemonSet kube-system/kube-router',
    said: 'named kube-router',
  },
  {
    // weaveworks/weave prog/weave-kube/weave-daemonset-k8s-1.11.yaml at v2.8.1.
    is: 'weave',
    daemonSets: [
      rawWorkload('kube-system/weave-net', {
        labels: { name: 'weave-net' },
        containers: [{ name: 'weave', image: 'weaveworks/weave-kube:2.8.1' }],
      }),
    ],
    object: 'DaemonSet kube-system/weave-net',
    said: 'named weave-net',
  },
  {
    // aws/amazon-vpc-cni-k8s config/master/aws-k8s-cni.yaml at v1.19.
    is: 'aws-vpc-cni',
    daemonSets: [
      rawWorkload('kube-system/aws-node', {
        labels: { 'k8s-app': 'aws-node' },
        containers: [
          { name: 'aws-node', image: '602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.19.2' },
        ],
      }),
    ],
    customResources: ['eniconfigs.crd.k8s.amazonaws.com'],
    object: 'DaemonSet kube-system/aws-node',
    said: 'named aws-node',
  },
  {
    // Azure/azure-container-networking cns/azure-cns.yaml; learn.microsoft.com/azure/aks/azure-cni-overlay.
    is: 'azure-cni',
    daemonSets: [rawWorkload('kube-system/azure-cns', { labels: { 'k8s-app': 'azure-cns' } })],
    nodes: [rawNode('aks-1', { labels: { 'kubernetes.azure.com/podnetwork-type': 'overlay' } })],
    object: 'DaemonSet kube-system/azure-cns',
    said: 'named azure-cns',
  },
  {
    // AliyunContainerService/terway: chart terway-eniip, ConfigMap eni-config (which holds an access key).
    is: 'terway',
    daemonSets: [
      rawWorkload('kube-system/terway-eniip', {
        labels: { app: 'terway-eniip' },
        containers: [
          { name: 'terway', image: 'registry-cn-hangzhou-vpc.ack.aliyuncs.com/acs/terway:v1.14.4' },
          { name: 'policy', image: 'registry-cn-hangzhou-vpc.ack.aliyuncs.com/acs/cilium:v1.0' },
        ],
      }),
    ],
    configMaps: [rawConfigMap('kube-system/eni-config', { eni_conf: '{"access_key":"k"}' })],
    object: 'DaemonSet kube-system/terway-eniip',
    said: 'named terway-eniip',
  },
  {
    // tencentcloud.com/document/product/457/43557: tke-eni-agent on each node.
    is: 'tke-vpc-cni',
    daemonSets: [rawWorkload('kube-system/tke-eni-agent', { labels: { 'k8s-app': 'tke-eni-agent' } })],
    object: 'DaemonSet kube-system/tke-eni-agent',
    said: 'named tke-eni-agent',
  },
  {
    // imroc.cc/tke, Cilium appendix: tke-bridge is the network of Global Router clusters.
    is: 'tke-bridge',
    daemonSets: [rawWorkload('kube-system/tke-bridge-agent')],
    object: 'DaemonSet kube-system/tke-bridge-agent',
    said: 'named tke-bridge-agent',
  },
  {
    // kubeovn/kube-ovn dist/images/install.sh at v1.15.
    is: 'kube-ovn',
    daemonSets: [
      rawWorkload('kube-system/kube-ovn-cni', {
        labels: { app: 'kube-ovn-cni' },
        containers: [{ name: 'cni-server', image: 'docker.io/kubeovn/kube-ovn:v1.15.0' }],
      }),
      rawWorkload('kube-system/ovs-ovn', {
        containers: [{ name: 'openvswitch', image: 'docker.io/kubeovn/kube-ovn:v1.15.0' }],
      }),
    ],
    customResources: ['subnets.kubeovn.io'],
    object: 'DaemonSet kube-system/kube-ovn-cni',
    said: 'named kube-ovn-cni',
  },
  {
    // openshift/cluster-network-operator bindata/network/kuryr: DaemonSet openshift-kuryr/kuryr-cni, Neutron behind it.
    is: 'kuryr',
    daemonSets: [rawWorkload('openshift-kuryr/kuryr-cni', { labels: { app: 'kuryr-cni' } })],
    configMaps: [rawConfigMap('openshift-kuryr/kuryr-config', { 'kuryr.conf': '' })],
    object: 'DaemonSet openshift-kuryr/kuryr-cni',
    said: 'named kuryr-cni',
  },
  {
    // kubernetes-sigs/kind v0.27: DaemonSet kindnet.
    is: 'kindnet',
    daemonSets: [
      rawWorkload('kube-system/kindnet', {
        labels: { app: 'kindnet' },
        containers: [{ name: 'kindnet-cni', image: 'docker.io/kindest/kindnetd:v20250214-acbabc1a' }],
      }),
    ],
    object: 'DaemonSet kube-system/kindnet',
    said: 'named kindnet',
  },
];

describe('the network, by evidence', () => {
  it.each(cases)('$is by $object', ({ is, object, said, ...raw }) => {
    const { network, companions } = cniFacts(clusterOf(raw));
    expect(network).toMatchObject({ known: true, value: { id: is } });
    expect(network.known ? network.evidence : []).toContainEqual({ object, said });
    expect(companions).toEqual([]);
  });

  it('has a case for every row of the table', () => {
    expect(new Set(cases.map(({ is }) => is))).toEqual(new Set(cniDetectors.map(({ id }) => id)));
  });

  it.each([
    ['by name alone', rawWorkload('x/calico-node'), 'calico'],
    [
      'by image alone',
      rawWorkload('x/my-network', { containers: [{ image: 'local:5000/weaveworks/weave-kube:2.8.1' }] }),
      'weave',
    ],
    ['by label alone', rawWorkload('x/my-network', { labels: { app: 'kindnet' } }), 'kindnet'],
  ])('is found %s, in any namespace', (_, daemonSet, id) => {
    expect(cniFacts(clusterOf({ daemonSets: [daemonSet] })).network).toMatchObject({ value: { id } });
  });

  it('is unknown where nothing is known here', () => {
    const daemonSets = [rawWorkload('kube-system/house-network')];
    expect(cniFacts(clusterOf({ daemonSets })).network).toEqual({
      known: false,
      because: 'no DaemonSet and no node annotation of a network that is known here was found',
    });
  });

  it('is not taken from what an old network left behind', () => {
    const { network, leftovers } = cniFacts(
      clusterOf({
        daemonSets: [
          rawCilium('quay.io/cilium/cilium:v1.18.2'),
          // Cilium's documentation on AWS ENI: aws-node is given a node selector that no node has.
          rawWorkload('kube-system/aws-node', { wanted: 0 }),
        ],
        nodes: [rawNode('n', { annotations: { 'flannel.alpha.coreos.com/backend-type': 'vxlan' } })],
        customResources: ['felixconfigurations.crd.projectcalico.org'],
      }),
    );
    expect(network).toMatchObject({ value: { id: 'cilium' } });
    expect(leftovers.map(({ object }) => object)).toEqual([
      'CustomResourceDefinition felixconfigurations.crd.projectcalico.org',
      'Node n',
      'DaemonSet kube-system/aws-node',
    ]);
  });

  it('is unknown where two run and nothing says which wires pods', () => {
    const daemonSets = [rawWorkload('a/weave-net'), rawWorkload('b/kube-flannel-ds')];
    expect(cniFacts(clusterOf({ daemonSets })).network).toEqual({
      known: false,
      because: 'Flannel and Weave Net run here, and nothing says which of them wires pods',
    });
  });

  it('is taken from custom resources where DaemonSets may not be read', () => {
    const objects = clusterOf(
      { customResources: ['ciliumnodes.cilium.io'] },
      { daemonSets: 'reading DaemonSets is forbidden' },
    );
    expect(cniFacts(objects).network).toMatchObject({ value: { id: 'cilium' } });
  });

  it('is unknown with the reason where nothing may be read', () => {
    const objects = clusterOf({}, { daemonSets: 'reading DaemonSets is forbidden' });
    expect(cniFacts(objects).network).toEqual({
      known: false,
      because: 'reading DaemonSets is forbidden, and nothing else tells',
    });
  });
});

const awsNode = rawWorkload('kube-system/aws-node', { labels: { 'k8s-app': 'aws-node' } });
const chained = (mode: string) => rawConfigMap('kube-system/cilium-config', { 'cni-chaining-mode': mode });

describe('chaining', () => {
  it.each([
    {
      // docs.cilium.io 1.18, "AWS VPC CNI plugin": cni.chainingMode=aws-cni.
      name: 'Cilium behind the AWS VPC CNI',
      daemonSets: [awsNode, rawCilium('quay.io/cilium/cilium:v1.18.2')],
      configMaps: [chained('aws-cni')],
      network: 'aws-vpc-cni',
      companion: 'cilium',
      role: 'chained',
      said: 'cni-chaining-mode: aws-cni',
    },
    {
      // imroc.cc/tke, "Cilium": VPC-CNI with cni.chainingMode=generic-veth.
      name: 'Cilium behind TKE’s VPC-CNI',
      daemonSets: [rawWorkload('kube-system/tke-eni-agent'), rawCilium('quay.io/cilium/cilium:v1.18.2')],
      configMaps: [chained('generic-veth')],
      network: 'tke-vpc-cni',
      companion: 'cilium',
      role: 'chained',
      said: 'cni-chaining-mode: generic-veth',
    },
    {
      // docs.tigera.io Calico 3.29, "Amazon EKS": policies on the VPC CNI; the operator sets the backend to none.
      name: 'Calico’s policies on the AWS VPC CNI',
      daemonSets: [
        awsNode,
        rawWorkload('calico-system/calico-node', {
          containers: [{ env: [{ name: 'CALICO_NETWORKING_BACKEND', value: 'none' }] }],
        }),
      ],
      configMaps: [],
      network: 'aws-vpc-cni',
      companion: 'calico',
      role: 'policy',
      said: 'CALICO_NETWORKING_BACKEND=none',
    },
    {
      // rancher/rke2-charts rke2-canal: Flannel and Calico in one DaemonSet.
      name: 'Canal',
      daemonSets: [rawWorkload('kube-system/rke2-canal')],
      configMaps: [],
      network: 'flannel',
      companion: 'calico',
      role: 'policy',
      said: 'Canal: Flannel wires pods, Calico enforces policies',
    },
    {
      // antrea-io/antrea build/yamls/antrea-eks.yml at v2.2.
      name: 'Antrea’s policies on the AWS VPC CNI',
      daemonSets: [awsNode, rawWorkload('kube-system/antrea-agent')],
      configMaps: [
        rawConfigMap('kube-system/antrea-config', {
          'antrea-agent.conf': 'trafficEncapMode: networkPolicyOnly\n',
        }),
      ],
      network: 'aws-vpc-cni',
      companion: 'antrea',
      role: 'policy',
      said: 'trafficEncapMode: networkPolicyOnly',
    },
    {
      // kube-router docs, user-guide: --run-router=false --run-firewall=true beside another network.
      name: 'kube-router’s policies beside Flannel',
      daemonSets: [
        rawWorkload('kube-flannel/kube-flannel-ds'),
        rawWorkload('kube-system/kube-router', {
          containers: [{ args: ['--run-router=false', '--run-firewall=true'] }],
        }),
      ],
      configMaps: [],
      network: 'flannel',
      companion: 'kube-router',
      role: 'policy',
      said: '--run-router=false',
    },
  ])('$name', ({ daemonSets, configMaps, network, companion, role, said }) => {
    const facts = cniFacts(clusterOf({ daemonSets, configMaps }));
    expect(facts.network).toMatchObject({ known: true, value: { id: network } });
    expect(facts.companions).toMatchObject([{ id: companion, role }]);
    expect(facts.companions[0]?.evidence[0]?.said).toBe(said);
  });

  it('names no network where Cilium is chained behind one that is not known here', () => {
    const facts = cniFacts(
      clusterOf({
        daemonSets: [rawCilium('quay.io/cilium/cilium:v1.18.2')],
        configMaps: [chained('generic-veth')],
      }),
    );
    expect(facts.network).toEqual({
      known: false,
      because: 'Cilium runs behind another network, and no network that is known here was found',
    });
  });

  it('leaves Cilium the network with portmap, which only adds host ports', () => {
    const facts = cniFacts(
      clusterOf({
        daemonSets: [rawCilium('quay.io/cilium/cilium:v1.18.2')],
        configMaps: [chained('portmap')],
      }),
    );
    expect(facts.network).toMatchObject({ value: { id: 'cilium' } });
  });
});
