/** All that is known of a cluster, each fact with its evidence. */
import { type CiliumFacts, ciliumFacts } from './ciliumFacts';
import { type CniFacts, cniFacts } from './cni';
import { type Distribution, distributionOf, serverVersionOf } from './distribution';
import { type ClusterFact, type Evidence, known, unknown } from './evidence';
import { type Headroom, headroomOf } from './headroom';
import { type IstioFacts, istioFacts } from './istio';
import { type KubeProxyMode, kubeProxyMode } from './kubeProxy';
import { type NodeFacts, nodeFacts } from './nodes';
import { mtuOf } from './mtu';
import { type ClusterObjects, type CollectionName, type Reading, collectionNames } from './objects';

/** What could not be read, or not yet: facts that stand on it are unknown, or stand on less. */
export interface NotRead {
  readonly what: CollectionName;
  /** As {@link Unknown.because}. */
  readonly because: string;
}

export interface ClusterFacts {
  /** The uid of namespace kube-system: the same cluster under whatever name. */
  readonly identity: ClusterFact<string>;
  readonly version: ClusterFact<string>;
  readonly distribution: ClusterFact<Distribution>;
  readonly nodes: ClusterFact<readonly NodeFacts[]>;
  readonly cni: CniFacts;
  /** Of the pod network, in bytes. */
  readonly mtu: ClusterFact<number>;
  readonly kubeProxy: ClusterFact<KubeProxyMode>;
  /** Null where Cilium is not here. */
  readonly cilium: CiliumFacts | null;
  readonly istio: IstioFacts;
  /** Whether metrics.k8s.io answers. */
  readonly metricsApi: ClusterFact<boolean>;
  readonly headroom: Headroom;
  readonly notRead: readonly NotRead[];
}

function notReadOf(objects: ClusterObjects): readonly NotRead[] {
  const single = Object.entries(objects.unreadConfigMaps).map(([name, because]): NotRead => ({
    what: 'configMaps',
    because: `${name}: ${because}`,
  }));
  const whole = collectionNames.flatMap((what): NotRead[] => {
    const reading = objects[what];
    return 'unread' in reading ? [{ what, because: reading.unread }] : [];
  });
  return [...whole, ...single];
}

function readFact<Value>(reading: Reading<Value>, evidence: (value: Value) => Evidence): ClusterFact<Value> {
  return 'unread' in reading ? unknown(reading.unread) : known(reading.value, evidence(reading.value));
}

/** `hash` makes a short text of cilium-config, e.g. SHA-256 in hexadecimal. Never throws, whatever the objects hold. */
export function clusterFacts(objects: ClusterObjects, hash: (text: string) => string): ClusterFacts {
  const cilium = ciliumFacts(objects, hash);
  const cni = cniFacts(objects);
  return {
    identity: readFact(objects.identity, () => ({
      object: 'Namespace kube-system',
      said: 'metadata.uid',
    })),
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
    mtu: mtuOf(objects, cni),
    kubeProxy: kubeProxyMode(objects, cni, cilium),
    cilium,
    istio: istioFacts(objects),
    metricsApi: readFact(objects.metricsApi, (isThere) => ({
      object: 'API server',
      said: isThere ? 'serves metrics.k8s.io/v1beta1' : 'does not serve metrics.k8s.io',
    })),
    headroom: headroomOf(objects, cilium),
    notRead: notReadOf(objects),
  };
}
