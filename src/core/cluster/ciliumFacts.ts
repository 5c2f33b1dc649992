/** What Cilium is set to, from its agents' DaemonSet and cilium-config. */
import {
  type CiliumConfig,
  type CiliumSetting,
  ciliumSettings,
  readSetting,
  readSwitch,
  readWord,
} from './ciliumSettings';
import {
  type CiliumImage,
  type CiliumVersion,
  agentImageOf,
  ciliumVersionOf,
  isAtLeast,
} from './ciliumVersion';
import { type ClusterFact, type Unknown, known, unknown } from './evidence';
import { type LoadBalancerLimits, loadBalancerLimits } from './loadBalancerLimits';
import { type ClusterObjects, type WorkloadObject, configMapUnread, nameOf, readOr } from './objects';

export type KubeProxyReplacement = 'on' | 'partial' | 'off';
export type Encryption = 'off' | 'wireguard' | 'ipsec' | 'ztunnel';

export interface CiliumFacts {
  /** Where the agents' DaemonSet is; null where it could not be read. */
  readonly agent: { readonly namespace: string; readonly name: string } | null;
  readonly version: ClusterFact<CiliumVersion>;
  readonly image: ClusterFact<CiliumImage>;
  readonly routing: ClusterFact<'native' | 'tunnel'>;
  /** `none` where routing is native. */
  readonly tunnelProtocol: ClusterFact<string>;
  readonly kubeProxyReplacement: ClusterFact<KubeProxyReplacement>;
  readonly encryption: ClusterFact<Encryption>;
  readonly encryptsNodes: ClusterFact<boolean>;
  readonly hubble: ClusterFact<boolean>;
  /** `off` where there is no L7 proxy at all. */
  readonly envoy: ClusterFact<'embedded' | 'daemonset' | 'off'>;
  readonly l7Proxy: ClusterFact<boolean>;
  readonly monitorAggregation: ClusterFact<string>;
  readonly bpfMasquerade: ClusterFact<boolean>;
  readonly datapathMode: ClusterFact<string>;
  readonly ipam: ClusterFact<string>;
  readonly hostLegacyRouting: ClusterFact<boolean>;
  readonly socketLoadBalancing: ClusterFact<boolean>;
  readonly loadBalancerMode: ClusterFact<string>;
  readonly loadBalancerAlgorithm: ClusterFact<string>;
  readonly loadBalancerAcceleration: ClusterFact<string>;
  readonly limits: ClusterFact<LoadBalancerLimits>;
  /** Hash over every key and value of cilium-config, and of what CiliumNodeConfig objects lay over it. */
  readonly configHash: ClusterFact<string>;
  /** Keys and values that can move a number. */
  readonly keyValues: Readonly<Record<string, string>>;
  /** Nodes may run with other values where this is not empty. */
  readonly nodeConfigs: readonly string[];
}

/** The agents' DaemonSet: Cilium's own, or GKE's anetd, which carries the same label (see `cniDetectors`). */
function agentDaemonSet(objects: ClusterObjects): WorkloadObject | undefined {
  const running = readOr(objects.daemonSets, []).filter(({ wanted }) => wanted !== 0);
  return (
    running.find(({ containers }) => containers.includes('cilium-agent')) ??
    running.find(({ name, labels }) => labels['k8s-app'] === 'cilium' || /^(cilium|anetd)$/.test(name))
  );
}

/** cilium-config as the agent reads it, or why it is not known. */
export function ciliumConfigOf(objects: ClusterObjects): CiliumConfig | Unknown {
  const agent = agentDaemonSet(objects);
  const maps = readOr(objects.configMaps, []).filter(({ name }) => name === 'cilium-config');
  const map = maps.find(({ namespace }) => namespace === agent?.namespace) ?? maps[0];
  if (!map)
    return unknown(configMapUnread(objects, 'cilium-config') ?? 'there is no ConfigMap cilium-config');
  return {
    data: map.data,
    object: nameOf({ kind: 'ConfigMap', ...map }),
    version: agent ? ciliumVersionOf(agent) : unknown('no agent was found'),
    nodeConfigs: readOr(objects.nodeConfigs, []),
  };
}

function routingOf(config: CiliumConfig): Pick<CiliumFacts, 'routing' | 'tunnelProtocol'> {
  const routing = readSetting(config, ciliumSettings.routing);
  const old = readSetting(config, ciliumSettings.oldTunnel);
  const isOld = !routing.isSet && old.isSet;
  const { evidence } = isOld ? old : routing;
  const mode = isOld ? (old.value === 'disabled' ? 'native' : 'tunnel') : routing.value;
  if (mode === 'native')
    return { routing: known('native', ...evidence), tunnelProtocol: known('none', ...evidence) };
  if (mode !== 'tunnel') {
    const why = unknown(`routing-mode in cilium-config is “${mode}”`);
    return { routing: why, tunnelProtocol: why };
  }
  const protocol = isOld ? old : readSetting(config, ciliumSettings.tunnelProtocol);
  return {
    routing: known('tunnel', ...evidence),
    tunnelProtocol: known(protocol.value, ...protocol.evidence),
  };
}

const replacements: Readonly<Record<string, KubeProxyReplacement>> = {
  true: 'on',
  strict: 'on',
  partial: 'partial',
  probe: 'partial',
  false: 'off',
  disabled: 'off',
};

function replacementOf(config: CiliumConfig): ClusterFact<KubeProxyReplacement> {
  const { value, evidence } = readSetting(config, ciliumSettings.kubeProxyReplacement);
  const word = value.toLowerCase();
  const replacement = Object.hasOwn(replacements, word) ? replacements[word] : undefined;
  return replacement
    ? known(replacement, ...evidence)
    : unknown(`kube-proxy-replacement in cilium-config is “${value}”`);
}

function encryptionOf(config: CiliumConfig): ClusterFact<Encryption> {
  const kinds = ['wireguard', 'ipsec', 'ztunnel'] as const;
  const facts = kinds.map((kind) => ({ kind, on: readSwitch(config, ciliumSettings[kind]) }));
  const on = facts.find((fact) => fact.on.known && fact.on.value);
  if (on?.on.known) return known(on.kind, ...on.on.evidence);
  for (const fact of facts) if (!fact.on.known) return fact.on;
  return known(
    'off',
    ...facts
      .filter(({ kind }) => kind !== 'ztunnel')
      .flatMap((fact) => (fact.on.known ? fact.on.evidence : [])),
  );
}

function envoyOf(config: CiliumConfig, objects: ClusterObjects): CiliumFacts['envoy'] {
  const l7 = readSwitch(config, ciliumSettings.l7Proxy);
  if (!l7.known) return l7;
  if (!l7.value) return known('off', ...l7.evidence);
  const external = readSwitch(config, ciliumSettings.externalEnvoy);
  if (!external.known) return external;
  const daemonSet = readOr(objects.daemonSets, []).find(
    ({ name, labels }) => name === 'cilium-envoy' || labels['k8s-app'] === 'cilium-envoy',
  );
  const also = daemonSet ? [{ object: nameOf(daemonSet), said: 'exists' }] : [];
  const before14 = config.version.known && !isAtLeast(config.version.value, 14);
  if (before14) return known('embedded', ...config.version.evidence);
  return known(external.value ? 'daemonset' : 'embedded', ...external.evidence, ...also);
}

/** Keys whose values stand in a fingerprint by themselves, so that a comparison can name them. */
const tellingKeys =
  /^(routing-mode|tunnel(-protocol)?|kube-proxy-replacement|enable-(hubble|wireguard|ipsec|ztunnel|l7-proxy|bpf-masquerade|ipv4-masquerade|host-legacy-routing|endpoint-routes|bandwidth-manager|bbr|ipv[46](-big-tcp)?|host-firewall|tcx|xdp-prefilter)|encrypt-node|external-envoy-proxy|monitor-aggregation(-interval|-flags)?|datapath-mode|ipam|mtu|cni-chaining-mode|preallocate-bpf-maps|bpf-(lb-(sock|sock-hostns-only|mode|algorithm|acceleration|map-max|service-map-max|service-backend-map-max|maglev-table-size|dsr-dispatch|enable-wildcard-entries)|map-dynamic-size-ratio|policy-map-max|ct-global-(tcp|any)-max|distributed-lru)|default-lb-service-ipam|auto-direct-node-routes|identity-allocation-mode)$/;

function canonical(config: CiliumConfig): string {
  const sorted = (data: Readonly<Record<string, string>>) =>
    Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    sorted(config.data),
    config.nodeConfigs
      .map(({ namespace, name, defaults }) => [`${namespace}/${name}`, sorted(defaults)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

function allUnknown(why: Unknown): Omit<CiliumFacts, 'agent' | 'version' | 'image'> {
  return {
    routing: why,
    tunnelProtocol: why,
    kubeProxyReplacement: why,
    encryption: why,
    encryptsNodes: why,
    hubble: why,
    envoy: why,
    l7Proxy: why,
    monitorAggregation: why,
    bpfMasquerade: why,
    datapathMode: why,
    ipam: why,
    hostLegacyRouting: why,
    socketLoadBalancing: why,
    loadBalancerMode: why,
    loadBalancerAlgorithm: why,
    loadBalancerAcceleration: why,
    limits: why,
    configHash: why,
    keyValues: {},
    nodeConfigs: [],
  };
}

/** Null where nothing of Cilium runs here. `hash` makes a short text of a long one, e.g. SHA-256 in hexadecimal. */
export function ciliumFacts(objects: ClusterObjects, hash: (text: string) => string): CiliumFacts | null {
  const agent = agentDaemonSet(objects);
  const config = ciliumConfigOf(objects);
  // A ConfigMap alone may be left over from an agent that was taken away; where DaemonSets cannot be read it may not.
  if (!agent && ('known' in config || 'value' in objects.daemonSets)) return null;
  const image = agent ? agentImageOf(agent) : null;
  const found = {
    agent: agent ? { namespace: agent.namespace, name: agent.name } : null,
    version: agent ? ciliumVersionOf(agent) : unknown('the agents’ DaemonSet could not be read'),
    image:
      agent && image
        ? known(image, { object: nameOf(agent), said: `image ${image.image}` })
        : unknown('no image of an agent was read'),
  };
  if ('known' in config) return { ...found, ...allUnknown(config) };
  const word = (setting: CiliumSetting) => readWord(config, setting);
  return {
    ...found,
    ...routingOf(config),
    kubeProxyReplacement: replacementOf(config),
    encryption: encryptionOf(config),
    encryptsNodes: readSwitch(config, ciliumSettings.encryptNode),
    hubble: readSwitch(config, ciliumSettings.hubble),
    envoy: envoyOf(config, objects),
    l7Proxy: readSwitch(config, ciliumSettings.l7Proxy),
    monitorAggregation: word(ciliumSettings.monitorAggregation),
    bpfMasquerade: readSwitch(config, ciliumSettings.bpfMasquerade),
    datapathMode: word(ciliumSettings.datapathMode),
    ipam: word(ciliumSettings.ipam),
    hostLegacyRouting: readSwitch(config, ciliumSettings.hostLegacyRouting),
    socketLoadBalancing: readSwitch(config, ciliumSettings.socketLoadBalancing),
    loadBalancerMode: word(ciliumSettings.loadBalancerMode),
    loadBalancerAlgorithm: word(ciliumSettings.loadBalancerAlgorithm),
    loadBalancerAcceleration: word(ciliumSettings.loadBalancerAcceleration),
    limits: known(loadBalancerLimits(config), { object: config.object, said: 'bpf-lb-map-max and its kin' }),
    configHash: known(hash(canonical(config)), { object: config.object, said: 'every key and value' }),
    keyValues: Object.fromEntries(Object.entries(config.data).filter(([key]) => tellingKeys.test(key))),
    nodeConfigs: config.nodeConfigs.map((nodeConfig) => nameOf({ kind: 'CiliumNodeConfig', ...nodeConfig })),
  };
}
