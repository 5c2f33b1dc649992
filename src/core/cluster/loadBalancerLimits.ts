import { type CiliumConfig, readSetting } from './ciliumSettings';
import { type ClusterFact, known, unknown } from './evidence';

/** How many entries each load-balancing map of Cilium holds; one set for IPv4, one as large for IPv6. */
export interface LoadBalancerLimits {
  readonly services: ClusterFact<number>;
  readonly backends: ClusterFact<number>;
  readonly reverseNat: ClusterFact<number>;
  readonly affinity: ClusterFact<number>;
  readonly sourceRanges: ClusterFact<number>;
  readonly maglev: ClusterFact<number>;
}

/** `bpf-lb-map-max` where nothing else is set (`Documentation/cmdref/cilium-agent.md`, the same from v1.14.0 to v1.20.2). */
const defaultLimit = '65536';

/**
 * A map's own key counts, else `bpf-lb-map-max`; 0 means "not set" (`pkg/option/config.go` at v1.14.0 and v1.16.0,
 * `pkg/loadbalancer/config.go` at v1.18.0 to v1.20.2).
 */
function limit(config: CiliumConfig, own: string): ClusterFact<number> {
  const ownValue = config.data[own]?.trim();
  const key = ownValue === undefined || ownValue === '' || ownValue === '0' ? 'bpf-lb-map-max' : own;
  const { value, evidence } = readSetting(config, { keys: [{ key }], otherwise: defaultLimit });
  const entries = Number(value);
  return Number.isInteger(entries) && entries > 0
    ? known(entries, ...evidence)
    : unknown(`${key} in cilium-config is “${value}”`);
}

export function loadBalancerLimits(config: CiliumConfig): LoadBalancerLimits {
  return {
    services: limit(config, 'bpf-lb-service-map-max'),
    backends: limit(config, 'bpf-lb-service-backend-map-max'),
    reverseNat: limit(config, 'bpf-lb-rev-nat-map-max'),
    affinity: limit(config, 'bpf-lb-affinity-map-max'),
    sourceRanges: limit(config, 'bpf-lb-source-range-map-max'),
    maglev: limit(config, 'bpf-lb-maglev-map-max'),
  };
}
