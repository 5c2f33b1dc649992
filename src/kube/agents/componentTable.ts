import { cniDetectors } from '../../core/cluster/cniDetectors';
import { agentComponent } from '../../core/run/measure';

/** A component of the datapath, and how its pods are told from others. */
export interface ComponentKind {
  readonly name: string;
  /** One of these labels, `key=value`, is on its pods. */
  readonly labels: readonly string[];
  /** `node`: those of the bench nodes alone; `cluster`: all of them, wherever they run. */
  readonly scope: 'node' | 'cluster';
}

/** Sources of the labels stand on each group; those of other networks are in `cniDetectors`. */
const named: readonly ComponentKind[] = [
  // cilium/cilium install/kubernetes/cilium/templates at v1.20.2; GKE's anetd carries the agent's label.
  { name: agentComponent, labels: ['k8s-app=cilium'], scope: 'node' },
  { name: 'Cilium Envoy', labels: ['k8s-app=cilium-envoy'], scope: 'node' },
  { name: 'Cilium operator', labels: ['io.cilium/app=operator'], scope: 'cluster' },
  { name: 'Hubble Relay', labels: ['k8s-app=hubble-relay'], scope: 'cluster' },
  { name: 'Cilium ztunnel', labels: ['app=ztunnel-cilium'], scope: 'node' },
  // kubernetes/kubernetes cluster/addons/kube-proxy/kube-proxy-ds.yaml, and GKE's static pods.
  { name: 'kube-proxy', labels: ['k8s-app=kube-proxy', 'component=kube-proxy'], scope: 'node' },
  // kubernetes/kubernetes cluster/addons/dns.
  { name: 'CoreDNS', labels: ['k8s-app=kube-dns'], scope: 'cluster' },
  { name: 'NodeLocal DNSCache', labels: ['k8s-app=node-local-dns'], scope: 'node' },
  // projectcalico/calico manifests at v3.29.
  { name: 'Calico Typha', labels: ['k8s-app=calico-typha'], scope: 'cluster' },
  // istio/istio manifests/charts at 1.27; waypoints are made by istiod from its templates.
  { name: 'istiod', labels: ['app=istiod'], scope: 'cluster' },
  { name: 'ztunnel', labels: ['app=ztunnel'], scope: 'node' },
  { name: 'waypoint', labels: ['gateway.istio.io/managed=istio.io-mesh-controller'], scope: 'cluster' },
];

const taken = new Set(named.flatMap(({ labels }) => labels));

/** Every component that is looked for, in the order in which they are shown. */
export const componentKinds: readonly ComponentKind[] = [
  ...named,
  ...cniDetectors.flatMap(({ title, label }): ComponentKind[] =>
    label === undefined || taken.has(label) ? [] : [{ name: title, labels: [label], scope: 'node' }],
  ),
];
