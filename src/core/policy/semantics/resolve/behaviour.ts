import type { CiliumVersion } from '../model';

/**
 * What differs between Cilium versions when policies are merged. Read from `pkg/policy` at v1.18.8, v1.19.6 and v1.20.2.
 */
export interface Behaviour {
  readonly version: CiliumVersion;
  /** Reserved labels that an entity selects (`pkg/policy/api/entity.go`); what is not listed selects its own name. */
  readonly entities: Readonly<Record<string, readonly string[]>>;
  /** `cluster-mesh` is an entity from 1.20 on. */
  readonly hasClusterMesh: boolean;
  /** Identities that every agent knows (`pkg/identity/numericidentity.go`). */
  readonly reservedIdentities: readonly string[];
  /** Parsers of `rules.kafka` and `rules.l7proto`, removed in 1.20 (`pkg/policy/l4.go`). */
  readonly hasProxylib: boolean;
  /** `fromRequires` and `toRequires` narrow the peers of all rules, until 1.18 (`pkg/policy/rules.go`). */
  readonly hasRequires: boolean;
  /** The allow-all of a subject without default deny is a tier of its own from 1.20 on (`repository.go`, addDefaultRule). */
  readonly hasDefaultTier: boolean;
  /** Each `toFQDNs` rule also selects `reserved:none`, until 1.18 (`pkg/policy/api/fqdn.go`, GetAsEndpointSelectors). */
  readonly fqdnsSelectNone: boolean;
  /** How a CIDR is written as a selector: 1.18 keeps a label, and one more selector for the whole world. */
  readonly cidrsAreLabels: boolean;
  /** Names of `toFQDNs` stand in an empty list of entities or CIDRs, which then selects somebody (1.18 `pkg/policy/api/egress.go`). */
  readonly namesFillEmptyLists: boolean;
  /** `**.` is a prefix of any depth, and `**` is `*`, from 1.19 on (`pkg/fqdn/matchpattern`). */
  readonly hasDeepWildcards: boolean;
}

const common = ['host', 'world', 'world-ipv4', 'world-ipv6', 'unmanaged', 'health', 'init', 'remote-node'];
const reserved = [...common, 'kube-apiserver', 'ingress'];
const world = ['world', 'world-ipv4', 'world-ipv6'];
const cluster = ['host', 'remote-node', 'init', 'ingress', 'health', 'unmanaged', 'kube-apiserver'];

const behaviour118: Behaviour = {
  version: '1.18',
  entities: { world, cluster },
  hasClusterMesh: false,
  reservedIdentities: reserved,
  hasProxylib: true,
  hasRequires: true,
  hasDefaultTier: false,
  fqdnsSelectNone: true,
  cidrsAreLabels: true,
  namesFillEmptyLists: true,
  hasDeepWildcards: false,
};

const behaviour119: Behaviour = {
  ...behaviour118,
  version: '1.19',
  hasRequires: false,
  fqdnsSelectNone: false,
  cidrsAreLabels: false,
  namesFillEmptyLists: false,
  hasDeepWildcards: true,
};

const aggregates = ['cluster', 'cluster-mesh', 'world', 'remote-node'].map((name) => `aggregate-${name}`);

const behaviour120: Behaviour = {
  ...behaviour119,
  version: '1.20',
  entities: {
    world: [...world, 'aggregate-world'],
    'remote-node': ['remote-node', 'aggregate-remote-node'],
    cluster: [...cluster, 'aggregate-cluster'],
    'cluster-mesh': [...cluster, 'aggregate-cluster', 'aggregate-cluster-mesh'],
  },
  hasClusterMesh: true,
  reservedIdentities: [...reserved, ...aggregates],
  hasProxylib: false,
  hasDefaultTier: true,
};

export const behaviours: Readonly<Record<CiliumVersion, Behaviour>> = {
  '1.18': behaviour118,
  '1.19': behaviour119,
  '1.20': behaviour120,
};
