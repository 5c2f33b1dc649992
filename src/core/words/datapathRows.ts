import type { CiliumFacts } from '../cluster/ciliumFacts';
import type { ClusterFacts } from '../cluster/clusterFacts';
import { valueOf } from '../cluster/evidence';
import type { KubeProxyMode } from '../cluster/kubeProxy';
import { type FactGroup, type FactRow, evidenceText, mostEvidence, row } from './factRows';
import { counted, grouped, thinSpace } from './numbers';

const onOff = (isOn: boolean): string => (isOn ? 'on' : 'off');

function kubeProxyText({ rules, replacedBy, alsoRuns, isStated }: KubeProxyMode): string {
  const base = rules === 'replaced' ? `replaced by ${replacedBy ?? 'something else'}` : rules;
  return `${base}${alsoRuns ? ', and runs beside it' : ''}${isStated ? '' : ', as far as can be told'}`;
}

function ciliumRows(cilium: CiliumFacts): FactRow[] {
  return [
    row('Cilium', cilium.version, ({ text }) => text),
    row('Routing', cilium.routing),
    ...(valueOf(cilium.routing) === 'native' ? [] : [row('Tunnel', cilium.tunnelProtocol)]),
    row('kube-proxy replacement', cilium.kubeProxyReplacement),
    row('Encryption', cilium.encryption, (kind) =>
      kind !== 'off' && valueOf(cilium.encryptsNodes) === true ? `${kind}, nodes too` : kind,
    ),
    row('Hubble', cilium.hubble, onOff),
    row('Envoy', cilium.envoy, (mode) =>
      mode === 'daemonset' ? 'as a DaemonSet' : mode === 'embedded' ? 'inside the agent' : 'off',
    ),
    row('L7 proxy', cilium.l7Proxy, onOff),
    ...(cilium.nodeConfigs.length === 0
      ? []
      : [
          {
            label: 'Settings by node',
            value: `${counted(cilium.nodeConfigs.length, 'CiliumNodeConfig')}: some nodes may differ`,
            evidence: cilium.nodeConfigs.join('\n'),
            level: 'warning' as const,
          },
        ]),
  ];
}

const roles = { chained: 'Chained behind it', policy: 'Policies by' } as const;

/** kube-proxy's rules: `kube-proxy nftables`, `kube-proxy replaced`. */
export function kubeProxySummary({ kubeProxy }: ClusterFacts): string | null {
  const proxy = valueOf(kubeProxy);
  return proxy === null ? null : `kube-proxy ${proxy.rules}`;
}

export function datapathGroup(facts: ClusterFacts): FactGroup {
  const { cni, cilium, kubeProxy } = facts;
  return {
    id: 'datapath',
    title: 'Datapath',
    summary: kubeProxySummary(facts) ?? valueOf(cni.network)?.title ?? '',
    rows: [
      row('CNI', cni.network, ({ title }) => title),
      ...cni.companions.map(({ title, role, evidence }): FactRow => ({
        label: roles[role],
        value: title,
        evidence: evidenceText(evidence),
        level: 'fact',
      })),
      row('kube-proxy', kubeProxy, kubeProxyText),
      row('MTU', facts.mtu, (bytes) => `${grouped(bytes)}${thinSpace}bytes`),
      ...(cilium ? ciliumRows(cilium) : []),
      ...(cni.leftovers.length === 0
        ? []
        : [
            {
              label: 'Left over',
              value: `${counted(cni.leftovers.length, 'trace')} of networks that do not run here`,
              evidence: evidenceText(cni.leftovers),
              level: 'fact' as const,
            },
          ]),
    ],
  };
}

export function istioGroup({ istio }: ClusterFacts): FactGroup {
  const mode = valueOf(istio.mode);
  const namespaces = (names: readonly string[], label: string): FactRow[] =>
    names.length === 0
      ? []
      : [
          {
            label,
            value: counted(names.length, 'namespace'),
            evidence: names.slice(0, mostEvidence).join('\n'),
            level: 'fact',
          },
        ];
  return {
    id: 'istio',
    title: 'Istio',
    summary: mode === 'none' ? 'not here' : (mode ?? ''),
    rows: [
      row('Mode', istio.mode, (found) => (found === 'none' ? 'not here' : found)),
      ...(mode === 'none' ? [] : [row('Version', istio.version)]),
      ...namespaces(istio.sidecarNamespaces, 'Sidecars in'),
      ...namespaces(istio.ambientNamespaces, 'Ambient in'),
      ...namespaces(istio.waypointNamespaces, 'Waypoint in'),
    ],
  };
}
