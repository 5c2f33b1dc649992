/** All that is known of a cluster, each fact with its evidence. */
import { type CiliumFacts, ciliumFacts } from './ciliumFacts';
import { type CniFacts, cniFacts } from './cni';
import { type Distribution, distributionOf, serverVersionOf } from './distribution';
import { type ClusterFact, known, unknown } from './evidence';
import { type Headroom, headroomOf } from './headroom';
import { type IstioFacts, istioFacts } from './istio';
import { type KubeProxyMode, kubeProxyMode } from './kubeProxy';
import { type NodeFacts, nodeFacts } from './nodes';
import type { ClusterObjects } from './objects';

export interface ClusterFacts {
  readonly version: ClusterFact<string>;
  readonly distribution: ClusterFact<Distribution>;
  readonly nodes: ClusterFact<readonly NodeFacts[]>;
  readonly cni: CniFacts;
  readonly kubeProxy: ClusterFact<KubeProxyMode>;
  /** Null where Cilium is not here. */
  readonly cilium: CiliumFacts | null;
  readonly istio: IstioFacts;
  readonly headroom: Headroom;
}

/** `hash` makes a short text of cilium-config, e.g. SHA-256 in hexadecimal. Never throws, whatever the objects hold. */
export function clusterFacts(objects: ClusterObjects, hash: (text: string) => string): ClusterFacts {
  const cilium = ciliumFacts(objects, hash);
  const cni = cniFacts(objects);
  return {
    version: serverVersionOf(objects),
    distribution: distributionOf(objects),
    nodes:
      'unread' in objects.nodes
        ? unknown(objects.nodes.unread)
        : known(objects.nodes.value.map(nodeFacts), {
            object: 'Nodes',
            said: `${objects.nodes.value.length} listed`,
          }),
    cni,
    kubeProxy: kubeProxyMode(objects, cni, cilium),
    cilium,
    istio: istioFacts(objects),
    headroom: headroomOf(objects, cilium),
  };
}
