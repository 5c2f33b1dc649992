/** What can be measured on a cluster, by its facts and by what a person agreed to; what cannot, with the reason. */
import type { Consent } from '../plan/consents';
import type { Capability } from '../scenario/scenario';
import type { TargetCapabilities } from '../target';
import type { ClusterFacts } from './clusterFacts';
import type { CniId } from './cniDetectors';
import { valueOf } from './evidence';

export interface CapabilityChoices {
  readonly allow: ReadonlySet<Consent>;
  /** What enforces policies on the project's own test cluster; null everywhere else. */
  readonly testPolicyEngine: string | null;
  /** What needs agents and kubelets, as they were asked; null where it is there, else why not. */
  readonly agents: Readonly<Record<'hubble-off' | 'bpf-maps' | 'component-usage', string | null>>;
}

type PolicyKind = NonNullable<TargetCapabilities['policyKind']>;

/** Networks whose agents enforce NetworkPolicies as they are installed, by their own documentation. */
const enforcing: ReadonlySet<CniId> = new Set([
  'cilium',
  'gke-dataplane-v2',
  'aks-cilium',
  'calico',
  'antrea',
  'ovn-kubernetes',
  'kube-router',
  'weave',
  'kube-ovn',
  'kindnet',
]);

/** Why a network's policies are not counted on, where it is known. */
const notEnforcing: Readonly<Partial<Record<CniId, string>>> = {
  flannel: 'Flannel enforces no NetworkPolicies',
  'aws-vpc-cni':
    'the AWS VPC CNI enforces NetworkPolicies only with its policy agent turned on, which cannot be seen',
  'azure-cni': 'Azure CNI enforces NetworkPolicies only with a policy engine beside it, and none was found',
  terway: 'Terway enforces NetworkPolicies only where that was chosen, which cannot be seen',
  'tke-vpc-cni': 'TKE VPC-CNI enforces NetworkPolicies only with an add-on, which was not found',
  'tke-bridge': 'TKE Global Router enforces NetworkPolicies only with an add-on, which was not found',
  kuryr: 'whether Kuryr enforces NetworkPolicies depends on its drivers, which cannot be seen',
};

interface Enforcement {
  readonly kind: PolicyKind;
  /** Why HTTP rules cannot be measured; null where they can. */
  readonly noHttp: string | null;
}

function byCilium(facts: ClusterFacts): Enforcement {
  const l7 = facts.cilium?.l7Proxy;
  const kind = 'CiliumNetworkPolicy';
  if (l7 === undefined) return { kind, noHttp: 'it is not known whether Cilium’s L7 proxy is on' };
  if (!l7.known) return { kind, noHttp: `it is not known whether Cilium’s L7 proxy is on: ${l7.because}` };
  return {
    kind,
    noHttp: l7.value ? null : 'Cilium’s L7 proxy is off (enable-l7-proxy: false in cilium-config)',
  };
}

/** What enforces policies here, or why nothing is known to. */
function enforcementOf(facts: ClusterFacts, { testPolicyEngine }: CapabilityChoices): Enforcement | string {
  if (testPolicyEngine !== null) return { kind: 'CiliumNetworkPolicy', noHttp: null };
  const { network, companions } = facts.cni;
  const chained = companions.find(({ role, id }) => role === 'chained' && id === 'cilium');
  if (chained !== undefined) {
    // docs.cilium.io, "CNI Chaining" at 1.19: L7 policies are among the limitations of chaining.
    return {
      kind: 'CiliumNetworkPolicy',
      noHttp: 'Cilium is chained behind another network here, and serves no HTTP rules then',
    };
  }
  const id = valueOf(network)?.id;
  if (id === 'cilium') return byCilium(facts);
  if (id === 'aks-cilium') {
    const own = byCilium(facts);
    return own.noHttp === null
      ? own
      : { ...own, noHttp: `${own.noHttp}; AKS turns it on with Advanced Container Networking Services` };
  }
  if (id === 'gke-dataplane-v2') {
    // cloud.google.com, "GKE Dataplane V2": CiliumNetworkPolicy is not served, HTTP rules neither.
    return { kind: 'NetworkPolicy', noHttp: 'GKE Dataplane V2 serves no HTTP rules' };
  }
  const policies = companions.find(({ role }) => role === 'policy');
  const onlyCilium = 'HTTP rules are served by Cilium alone, and it is not here';
  if (policies !== undefined || (id !== undefined && enforcing.has(id)))
    return { kind: 'NetworkPolicy', noHttp: onlyCilium };
  if (id === undefined) {
    return `it is not known what enforces policies here${network.known ? '' : `: ${network.because}`}`;
  }
  return notEnforcing[id] ?? `it is not known whether ${valueOf(network)?.title ?? id} enforces policies`;
}

/** The first minor version of Kubernetes 1 whose containers that run beside others are on by default (kubernetes.io, "Sidecar Containers"). */
const firstWithSidecars = 29;

/** Why several clients cannot be had to begin at once; null where they can, and where the version is not known. */
function noCommonStart({ version }: ClusterFacts): string | null {
  const text = valueOf(version) ?? '';
  const [, minor] = /^v?1\.(\d+)/.exec(text) ?? [];
  return minor === undefined || Number(minor) >= firstWithSidecars
    ? null
    : `clients are had to begin at once by a sidecar, which Kubernetes has since 1.${firstWithSidecars}, and this is ${text}`;
}

/** Null where the capability is there. */
function reasonsAgainst(
  facts: ClusterFacts,
  choices: CapabilityChoices,
  enforcement: Enforcement | string,
): Readonly<Record<Capability, string | null>> {
  const { allow, agents } = choices;
  const ownRules =
    'the cluster’s own rules for Services are measured as they are: those of kube-proxy or of what replaces it';
  return {
    http: null,
    stream: null,
    'round-trip': null,
    'service-address': null,
    'several-clients': noCommonStart(facts),
    'service-scale-cluster': null,
    vxlan: 'the cluster’s own network is measured as it is: tunnels cannot be turned on and off for a run',
    'service-scale-iptables': ownRules,
    'service-scale-nftables': ownRules,
    'policy-l3l4': typeof enforcement === 'string' ? enforcement : null,
    'policy-l7': typeof enforcement === 'string' ? enforcement : enforcement.noHttp,
    'host-network': allow.has('host-network')
      ? null
      : 'it runs pods in the host network of their nodes, which was not agreed to (host-network)',
    'cpu-per-request':
      'a cluster tells the CPU time of a pod only every 10 s or so (kubelet), too seldom for the length of a load',
    ...agents,
  };
}

/** Pure: facts and consents in, capabilities out. */
export function clusterCapabilities(facts: ClusterFacts, choices: CapabilityChoices): TargetCapabilities {
  const enforcement = enforcementOf(facts, choices);
  const reasons = Object.entries(reasonsAgainst(facts, choices, enforcement)) as [
    Capability,
    string | null,
  ][];
  return {
    can: new Set(reasons.flatMap(([capability, reason]) => (reason === null ? [capability] : []))),
    cannot: new Map(
      reasons.flatMap(([capability, reason]) => (reason === null ? [] : [[capability, reason] as const])),
    ),
    ...(typeof enforcement === 'string' ? {} : { policyKind: enforcement.kind }),
  };
}
