/**
 * Reads cilium-config as the agent of a given version does. Keys came and went between 1.14 and 1.20: a key that this
 * version does not know is passed over, and a key that is absent has the agent's own default.
 */
import { type CiliumVersion, isAtLeast } from './ciliumVersion';
import { type ClusterFact, type Evidence, known, unknown } from './evidence';
import type { ConfigMapObject, NodeConfigObject } from './objects';

export interface CiliumConfig {
  readonly data: ConfigMapObject['data'];
  /** `ConfigMap kube-system/cilium-config`. */
  readonly object: string;
  readonly version: ClusterFact<CiliumVersion>;
  /** CiliumNodeConfig objects, which lay other values over some nodes. */
  readonly nodeConfigs: readonly NodeConfigObject[];
}

interface CiliumKey {
  readonly key: string;
  /** The first minor version of 1.x that reads it. */
  readonly since?: number;
  /** The last minor version of 1.x that reads it. */
  readonly until?: number;
}

/** One setting: its keys, newest first, and what the agent takes where none is set. */
export interface CiliumSetting {
  readonly keys: readonly CiliumKey[];
  readonly otherwise: string;
}

/**
 * Keys and defaults as in `Documentation/cmdref/cilium-agent.md`, `pkg/option/config.go` and
 * `install/kubernetes/cilium/templates/cilium-configmap.yaml` of v1.14.0, v1.16.0, v1.18.0, v1.19.0 and v1.20.2. Versions
 * between two of these take the older one's reading, except where a pull request is named.
 */
export const ciliumSettings = {
  /** `tunnel` (disabled, vxlan, geneve) was deprecated in 1.14 and removed in 1.15 (cilium/cilium#29053). */
  routing: { keys: [{ key: 'routing-mode', since: 14 }], otherwise: 'tunnel' },
  tunnelProtocol: { keys: [{ key: 'tunnel-protocol', since: 14 }], otherwise: 'vxlan' },
  oldTunnel: { keys: [{ key: 'tunnel', until: 14 }], otherwise: '' },
  /** strict, partial, probe and disabled until 1.14; true and false since (`pkg/option/config.go` at v1.14.0). */
  kubeProxyReplacement: { keys: [{ key: 'kube-proxy-replacement' }], otherwise: 'false' },
  wireguard: { keys: [{ key: 'enable-wireguard' }], otherwise: 'false' },
  ipsec: { keys: [{ key: 'enable-ipsec' }], otherwise: 'false' },
  /** `pkg/ztunnel/config/config.go` at v1.19.0; absent at v1.18.0. */
  ztunnel: { keys: [{ key: 'enable-ztunnel', since: 19 }], otherwise: 'false' },
  encryptNode: { keys: [{ key: 'encrypt-node' }], otherwise: 'false' },
  hubble: { keys: [{ key: 'enable-hubble' }], otherwise: 'false' },
  /** `pkg/option/config.go` at v1.14.0. Before, Envoy always ran inside the agent's pod. */
  externalEnvoy: { keys: [{ key: 'external-envoy-proxy', since: 14 }], otherwise: 'false' },
  l7Proxy: { keys: [{ key: 'enable-l7-proxy' }], otherwise: 'true' },
  monitorAggregation: { keys: [{ key: 'monitor-aggregation' }], otherwise: 'none' },
  bpfMasquerade: { keys: [{ key: 'enable-bpf-masquerade' }], otherwise: 'false' },
  datapathMode: { keys: [{ key: 'datapath-mode' }], otherwise: 'veth' },
  hostLegacyRouting: { keys: [{ key: 'enable-host-legacy-routing' }], otherwise: 'false' },
  socketLoadBalancing: { keys: [{ key: 'bpf-lb-sock' }], otherwise: 'false' },
  /** node-port-mode and node-port-algorithm are gone in 1.20 (`pkg/loadbalancer/config.go` at v1.19.0 and v1.20.2). */
  loadBalancerMode: {
    keys: [{ key: 'bpf-lb-mode' }, { key: 'node-port-mode', until: 19 }],
    otherwise: 'snat',
  },
  loadBalancerAlgorithm: {
    keys: [{ key: 'bpf-lb-algorithm' }, { key: 'node-port-algorithm', until: 19 }],
    otherwise: 'random',
  },
  loadBalancerAcceleration: {
    keys: [{ key: 'bpf-lb-acceleration' }, { key: 'node-port-acceleration' }],
    otherwise: 'disabled',
  },
  ipam: { keys: [{ key: 'ipam' }], otherwise: 'cluster-pool' },
  /** MTU of the underlying network; 0 lets the agent find it (`Documentation/cmdref/cilium-agent.md` at v1.20.2). */
  mtu: { keys: [{ key: 'mtu' }], otherwise: '0' },
  /** Which load-balancer class Services without one belong to; only lbipam's get wildcard entries (see `loadBalancerMap`). */
  defaultServiceIpam: { keys: [{ key: 'default-lb-service-ipam', since: 18 }], otherwise: 'lbipam' },
  /** `pkg/loadbalancer/config.go` at v1.20.2; 1.19 has the entries without the switch. */
  wildcardEntries: {
    keys: [{ key: 'bpf-lb-enable-wildcard-entries', since: 20 }],
    otherwise: 'true',
  },
} satisfies Readonly<Record<string, CiliumSetting>>;

function isRead(key: CiliumKey, version: ClusterFact<CiliumVersion>): boolean {
  if (!version.known) return true;
  if (key.since !== undefined && !isAtLeast(version.value, key.since)) return false;
  return key.until === undefined || !isAtLeast(version.value, key.until + 1);
}

export interface SettingRead {
  readonly value: string;
  readonly evidence: readonly Evidence[];
  /** Whether the key is in the ConfigMap. */
  readonly isSet: boolean;
}

export function readSetting(config: CiliumConfig, setting: CiliumSetting): SettingRead {
  const keys = setting.keys.filter((key) => isRead(key, config.version));
  const overlays = config.nodeConfigs.flatMap((nodeConfig) =>
    keys
      .filter(({ key }) => nodeConfig.defaults[key] !== undefined)
      .map(({ key }) => ({
        object: `CiliumNodeConfig ${nodeConfig.namespace}/${nodeConfig.name}`,
        said: `${key}: ${nodeConfig.defaults[key] ?? ''} on the nodes it selects`,
      })),
  );
  for (const { key } of keys) {
    const value = config.data[key];
    if (value !== undefined)
      return {
        value: value.trim(),
        evidence: [{ object: config.object, said: `${key}: ${value.trim()}` }, ...overlays],
        isSet: true,
      };
  }
  const first = keys[0]?.key ?? setting.keys[0]?.key ?? '';
  return {
    value: setting.otherwise,
    evidence: [
      { object: config.object, said: `${first} is not set: the agent takes ${setting.otherwise || 'none'}` },
      ...overlays,
    ],
    isSet: false,
  };
}

/** A switch as Go reads it (`strconv.ParseBool`); null for any other word. */
function switchOf(value: string): boolean | null {
  if (/^(1|t|true)$/i.test(value)) return true;
  return /^(0|f|false)$/i.test(value) ? false : null;
}

export function readSwitch(config: CiliumConfig, setting: CiliumSetting): ClusterFact<boolean> {
  const { value, evidence } = readSetting(config, setting);
  const isOn = switchOf(value);
  return isOn === null
    ? unknown(`${setting.keys[0]?.key ?? 'the key'} in cilium-config is “${value}”`)
    : known(isOn, ...evidence);
}

/** A text setting, lower case. */
export function readWord(config: CiliumConfig, setting: CiliumSetting): ClusterFact<string> {
  const { value, evidence } = readSetting(config, setting);
  return known(value.toLowerCase(), ...evidence);
}
