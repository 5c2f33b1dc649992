/**
 * One row for each pod network, with what gives it away. DaemonSets are looked for in every namespace; a name, an image
 * or a label is enough. The names are those of the projects' own manifests, charts and documentation, named on each row.
 */

export type CniId =
  | 'cilium'
  | 'gke-dataplane-v2'
  | 'aks-cilium'
  | 'calico'
  | 'flannel'
  | 'antrea'
  | 'ovn-kubernetes'
  | 'kube-router'
  | 'weave'
  | 'aws-vpc-cni'
  | 'azure-cni'
  | 'terway'
  | 'tke-vpc-cni'
  | 'tke-bridge'
  | 'kube-ovn'
  | 'kuryr'
  | 'kindnet';

export interface CniDetector {
  readonly id: CniId;
  readonly title: string;
  readonly daemonSet: RegExp;
  /** Matched against the image without its registry host, tag and digest, where no name or label is known. */
  readonly image: RegExp;
  /** The image counts whatever the name: it tells a vendor's build from the project's own. */
  readonly imageTells?: true;
  /** `key=value` of a DaemonSet's label. */
  readonly label?: string;
  /** Key, or `key=value`, of a node's label. */
  readonly nodeLabel?: string;
  /** Start of a node annotation's key. */
  readonly nodeAnnotation?: string;
  /** API group of its custom resources. */
  readonly group?: string;
  /** Names of its ConfigMaps. */
  readonly configMaps?: readonly string[];
  /** Those whose parts it is made of: they are not networks beside it. */
  readonly includes?: readonly CniId[];
}

export const cniDetectors: readonly CniDetector[] = [
  {
    // cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2: a DaemonSet named anetd in kube-system.
    id: 'gke-dataplane-v2',
    title: 'GKE Dataplane V2',
    daemonSet: /^anetd/,
    image: /(^|\/)anetd$/,
    imageTells: true,
    includes: ['cilium'],
  },
  {
    // learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium; the node label is AKS's own for --network-dataplane cilium.
    id: 'aks-cilium',
    title: 'Azure CNI powered by Cilium',
    daemonSet: /^azure-cilium-agent$/,
    image: /^(oss\/cilium|containernetworking\/cilium)\/cilium(-distroless)?$/,
    imageTells: true,
    nodeLabel: 'kubernetes.azure.com/ebpf-dataplane=cilium',
    includes: ['cilium', 'azure-cni'],
  },
  {
    // cilium/cilium install/kubernetes/cilium/templates/cilium-agent/daemonset.yaml at v1.20.2.
    id: 'cilium',
    title: 'Cilium',
    daemonSet: /^cilium$/,
    image: /(^|\/)cilium(-ci|-enterprise)?$/,
    label: 'k8s-app=cilium',
    nodeAnnotation: 'network.cilium.io/',
    group: 'cilium.io',
    configMaps: ['cilium-config'],
  },
  {
    // projectcalico/calico manifests/calico.yaml and canal.yaml at v3.29.
    id: 'calico',
    title: 'Calico',
    daemonSet: /^calico-node(-windows)?$|(^|-)canal$/,
    image: /(^|\/)(calico\/node|mirrored-calico-node|hardened-calico)$/,
    label: 'k8s-app=calico-node',
    nodeAnnotation: 'projectcalico.org/',
    group: 'crd.projectcalico.org',
    configMaps: ['calico-config'],
  },
  {
    // flannel-io/flannel Documentation/kube-flannel.yml at v0.26; pkg/subnet/kube/annotations.go for the annotations.
    id: 'flannel',
    title: 'Flannel',
    daemonSet: /^kube-flannel|(^|-)canal$/,
    image: /(^|\/)(mirrored-flannel-io-|hardened-)?flannel$/,
    label: 'app=flannel',
    nodeAnnotation: 'flannel.alpha.coreos.com/',
    configMaps: ['kube-flannel-cfg'],
  },
  {
    // antrea-io/antrea build/yamls/antrea.yml at v2.2.
    id: 'antrea',
    title: 'Antrea',
    daemonSet: /^antrea-agent$/,
    image: /(^|\/)antrea-(agent-)?(ubuntu|ubi)$/,
    label: 'component=antrea-agent',
    nodeAnnotation: 'node.antrea.io/',
    group: 'crd.antrea.io',
    configMaps: ['antrea-config'],
  },
  {
    // ovn-kubernetes/ovn-kubernetes dist/templates/ovnkube-node.yaml.j2; OpenShift's is openshift-ovn-kubernetes/ovnkube-node.
    id: 'ovn-kubernetes',
    title: 'OVN-Kubernetes',
    daemonSet: /^ovnkube-node/,
    image: /(^|\/)ovn-kube(-\w+)?$/,
    label: 'app=ovnkube-node',
    nodeAnnotation: 'k8s.ovn.org/node-subnets',
    group: 'k8s.ovn.org',
    configMaps: ['ovnkube-config'],
  },
  {
    // cloudnativelabs/kube-router daemonset/kubeadm-kuberouter.yaml at v2.5.
    id: 'kube-router',
    title: 'kube-router',
    daemonSet: /^kube-router$/,
    image: /(^|\/)kube-router$/,
    label: 'k8s-app=kube-router',
    nodeAnnotation: 'kube-router.io/',
    configMaps: ['kube-router-cfg'],
  },
  {
    // weaveworks/weave prog/weave-kube/weave-daemonset-k8s-1.11.yaml at v2.8.1.
    id: 'weave',
    title: 'Weave Net',
    daemonSet: /^weave-net$/,
    image: /(^|\/)weave-kube$/,
    label: 'name=weave-net',
  },
  {
    // aws/amazon-vpc-cni-k8s config/master/aws-k8s-cni.yaml at v1.19.
    id: 'aws-vpc-cni',
    title: 'AWS VPC CNI',
    daemonSet: /^aws-node(-windows)?$/,
    image: /(^|\/)amazon-k8s-cni$/,
    label: 'k8s-app=aws-node',
    group: 'crd.k8s.amazonaws.com',
    configMaps: ['amazon-vpc-cni'],
  },
  {
    // Azure/azure-container-networking cns/azure-cns.yaml, and Azure/AKS's add-ons azure-cns and azure-cni-networkmonitor.
    id: 'azure-cni',
    title: 'Azure CNI',
    daemonSet: /^azure-(cns|cni)/,
    image: /(^|\/)(azure-cns|azure-cni(-networkmonitor)?|networkmonitor)$/,
    label: 'k8s-app=azure-cns',
    nodeLabel: 'kubernetes.azure.com/podnetwork-type',
    group: 'acn.azure.com',
  },
  {
    // AliyunContainerService/terway docs and terway-deploy: DaemonSets terway-eniip, terway-eni, terway; eni-config.
    id: 'terway',
    title: 'Terway',
    daemonSet: /^terway/,
    image: /(^|\/)terway$/,
    label: 'app=terway-eniip',
    group: 'network.alibabacloud.com',
    configMaps: ['eni-config'],
  },
  {
    // tencentcloud.com/document/product/457/43557, "VPC-CNI Component Description": DaemonSet tke-eni-agent.
    id: 'tke-vpc-cni',
    title: 'TKE VPC-CNI',
    daemonSet: /^tke-eni-agent$/,
    image: /(^|\/)tke-eni-agent$/,
    group: 'networking.tke.cloud.tencent.com',
  },
  {
    // TKE's Global Router mode: DaemonSet tke-bridge-agent (imroc.cc/tke, "Cilium" appendix on GR clusters).
    id: 'tke-bridge',
    title: 'TKE Global Router',
    daemonSet: /^tke-bridge-agent$/,
    image: /(^|\/)tke-bridge-agent$/,
    label: 'k8s-app=tke-bridge-agent',
  },
  {
    // kubeovn/kube-ovn dist/images/install.sh at v1.13: DaemonSets kube-ovn-cni and ovs-ovn.
    id: 'kube-ovn',
    title: 'Kube-OVN',
    daemonSet: /^kube-ovn-cni$/,
    image: /(^|\/)kube-ovn$/,
    label: 'app=kube-ovn-cni',
    nodeAnnotation: 'ovn.kubernetes.io/',
    group: 'kubeovn.io',
  },
  {
    // openstack/kuryr-kubernetes tools/generate_k8s_resource_definitions.sh: DaemonSet kuryr-cni-ds, Neutron behind it.
    id: 'kuryr',
    title: 'Neutron by Kuryr',
    daemonSet: /^kuryr-cni(-ds)?$/,
    image: /(^|\/)kuryr[/-]cni$/,
    label: 'app=kuryr-cni',
    group: 'openstack.org',
    configMaps: ['kuryr-config'],
  },
  {
    // kubernetes-sigs/kind images/kindnetd and pkg/build/nodeimage/const_cni.go at v0.27: DaemonSet kindnet.
    id: 'kindnet',
    title: 'kindnet',
    daemonSet: /^kindnet$/,
    image: /(^|\/)kindnetd$/,
    label: 'app=kindnet',
  },
];
