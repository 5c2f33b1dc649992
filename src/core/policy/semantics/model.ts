/**
 * A Cilium policy as the agent sees it after decoding: the fields of Cilium's `pkg/policy/api` that decide whether a policy is
 * accepted, what it sends through a proxy and what it allows. Each part keeps the path of the object it was read from, so that
 * a finding can mark its place.
 */

/** Cilium minor versions whose behaviour is known, oldest first. */
export const ciliumVersions = ['1.18', '1.19', '1.20'] as const;
export type CiliumVersion = (typeof ciliumVersions)[number];
export const newestCilium: CiliumVersion = '1.20';

/** Keys and list positions from the policy object down, e.g. `['spec', 'ingress', 0, 'toPorts', 0, 'rules']`. */
export type Path = readonly (string | number)[];

export interface Expression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** All labels and all expressions must hold; none of either selects everything. Keys as written, e.g. `k8s:app` or `app`. */
export interface Selector {
  readonly path: Path;
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly Expression[];
}

export interface CidrPeer {
  readonly cidr: string;
  readonly except: readonly string[];
  /** Of `fromCIDRSet` or `toCIDRSet`: to 1.18 another selector than the same prefix of `fromCIDR`. */
  readonly isOfSet?: true;
}

/** Who is at the other end. A list that is absent says nothing; one that is there and empty selects nobody. */
export interface Peers {
  readonly endpoints?: readonly Selector[];
  readonly nodes?: readonly Selector[];
  readonly entities?: readonly string[];
  readonly cidrs?: readonly CidrPeer[];
  /** CIDR groups as text, by name or selector: not looked up. */
  readonly cidrGroups?: readonly string[];
  readonly fqdns?: readonly { readonly matchName?: string; readonly matchPattern?: string }[];
  /** Services, and cloud groups as text: not looked up. */
  readonly services?: number;
  readonly groups?: readonly string[];
  readonly requires?: readonly Selector[];
}

export type Protocol =
  | 'TCP'
  | 'UDP'
  | 'SCTP'
  | 'ANY'
  | 'ICMP'
  | 'ICMPV6'
  | 'VRRP'
  | 'IGMP'
  | 'GRE'
  | 'IPIP'
  | 'IPV6'
  | 'ESP'
  | 'AH';

export interface Port {
  readonly path: Path;
  /** A number from 0 to 65535, or a name. */
  readonly port: number | string;
  readonly endPort: number | null;
  readonly protocol: Protocol;
}

export interface HeaderMatch {
  readonly name: string;
  readonly value: string;
  readonly mismatch: '' | 'LOG' | 'ADD' | 'DELETE' | 'REPLACE';
  readonly hasSecret: boolean;
}

/** Empty texts are absent conditions, as Cilium reads them. */
export interface Http {
  readonly path: Path;
  readonly method: string;
  /** The field `path`. */
  readonly urlPath: string;
  readonly host: string;
  readonly headers: readonly string[];
  readonly headerMatches: readonly HeaderMatch[];
}

export interface Dns {
  readonly path: Path;
  readonly matchName: string;
  readonly matchPattern: string;
}

/** What `rules` writes; several kinds at once are refused. `present` lists kinds whose key is there, with an empty list or not. */
export interface L7Rules {
  readonly path: Path;
  readonly present: readonly ('http' | 'kafka' | 'dns' | 'l7proto' | 'l7')[];
  readonly http: readonly Http[];
  readonly kafka: number;
  readonly dns: readonly Dns[];
  readonly l7proto: string;
  readonly l7: number;
  /** Some rule of Kafka or of `l7` has no condition. */
  readonly othersMatchAll: boolean;
  /** Some rule of Kafka has no topic. */
  readonly lacksTopic: boolean;
}

export interface Tls {
  readonly path: Path;
  readonly secretName: string;
  readonly trustedCa: string;
  readonly certificate: string;
  readonly privateKey: string;
  /** No secret is named: the agent cannot make the policy of the endpoints that are selected. */
  readonly lacksSecret?: true;
}

/** One entry of `toPorts`. */
export interface PortEntry {
  readonly path: Path;
  readonly ports: readonly Port[];
  readonly rules: L7Rules | null;
  readonly terminatingTls: Tls | null;
  readonly originatingTls: Tls | null;
  readonly serverNames: readonly string[];
  readonly listener: {
    readonly path: Path;
    readonly name: string;
    readonly priority: number;
    readonly envoyConfig: { readonly kind: string; readonly name: string };
    /** None is named: the agent cannot make the policy of the endpoints that are selected. */
    readonly lacksEnvoyConfig?: true;
  } | null;
}

/** One entry of `ingress`, `egress`, `ingressDeny` or `egressDeny`. */
export interface DirectionRule {
  readonly path: Path;
  readonly direction: 'ingress' | 'egress';
  readonly isDeny: boolean;
  readonly peers: Peers;
  /** Absent: every port. There and empty: none. */
  readonly toPorts?: readonly PortEntry[];
  readonly icmps?: readonly {
    readonly fields: readonly { readonly family: string; readonly type: string | number }[];
  }[];
  /**
   * The mode as it is written; null: none is. The API server takes `disabled`, `required` and `test-always-fail`; the agent takes
   * every text: an unknown one asks for nothing, but does not merge with another (`pkg/policy/l4.go`, getAuthType).
   */
  readonly authentication: string | null;
}

/** One `spec` or one entry of `specs`. */
export interface PolicyRule {
  readonly path: Path;
  /** `host`: a nodeSelector, which only a clusterwide policy may have. */
  readonly subject: { readonly kind: 'endpoint' | 'host'; readonly selector: Selector };
  readonly enableDefaultDeny: { readonly ingress: boolean | null; readonly egress: boolean | null };
  /** Absent and empty lists differ: an empty `ingress: []` is there. */
  readonly present: readonly ('ingress' | 'egress' | 'ingressDeny' | 'egressDeny')[];
  readonly rules: readonly DirectionRule[];
}

export interface Policy {
  readonly kind: 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy';
  readonly name: string;
  /** Null: none is written, and the kind has one. */
  readonly namespace: string | null;
  readonly rules: readonly PolicyRule[];
}

/** Why the agent refuses a policy: stored, and nothing of it is enforced. */
export interface Refusal {
  /** The key that causes it. */
  readonly path: Path;
  /** Stable and short, e.g. `l7-on-udp`; the sentence is made from it. */
  readonly reason: string;
  /** The agent's own words, or their beginning where they name a random one of two. */
  readonly agentSays: string;
}

/** Why the API server refuses an object, or what it drops from it. */
export interface SchemaFault {
  readonly path: Path;
  /** `pruned`: the field is unknown, dropped silently or refused by kubectl's strict validation. The others refuse the object. */
  readonly kind: 'pruned' | 'type' | 'enum' | 'pattern' | 'range' | 'count' | 'required' | 'oneOf' | 'format';
  /** What was expected, e.g. `TCP, UDP, ANY` or `at most 40`. */
  readonly expected: string;
}

/** The proxy that an entry of `toPorts` sends its traffic to. Parser names are Cilium's (`pkg/policy/l4.go`). */
export type Redirect = 'http' | 'dns' | 'tls' | 'crd' | 'kafka' | 'proto';
