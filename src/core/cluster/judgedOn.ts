import { knownVersion } from '../policy/analysisSettings';
import type { L7Proxy } from '../policy/judge';
import type { MeshMode } from '../policy/mesh';
import type { CiliumVersion } from '../policy/semantics/model';
import type { ClusterFacts } from './clusterFacts';
import { valueOf } from './evidence';

/** How policies are judged for a cluster. */
export interface JudgedOn {
  /** Null where it is not known, or older than any that is judged for. */
  readonly version: CiliumVersion | null;
  readonly l7Proxy: L7Proxy;
  /** Undefined where there is no Istio, both of its modes, or nothing is known. */
  readonly mesh: MeshMode | undefined;
}

/**
 * What a cluster's facts say of how its policies work: its Cilium's version, whether L7 rules are served, Istio's mode. GKE
 * Dataplane V2 takes CiliumClusterwideNetworkPolicies of L3 and L4 alone (Google's documentation, "About GKE Dataplane V2").
 */
export function judgedOn(
  target: string,
  { cilium, cni, istio }: Pick<ClusterFacts, 'cilium' | 'cni' | 'istio'>,
): JudgedOn {
  const version = cilium && valueOf(cilium.version);
  const isOff = cilium !== null && valueOf(cilium.l7Proxy) === false;
  const state = valueOf(cni.network)?.id === 'gke-dataplane-v2' ? 'not-offered' : isOff ? 'off' : null;
  const mode = valueOf(istio.mode);
  return {
    version: version === null ? null : knownVersion(version.text),
    l7Proxy: state && { state, target },
    mesh: mode === 'ambient' || mode === 'sidecar' ? mode : undefined,
  };
}
