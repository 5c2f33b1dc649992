/** What the allow rules of a policy let through, read from its plain JSON. Without YAML, so that planning can ask as well. */
import { isRecord } from '../tool/json';

export type Json = Readonly<Record<string, unknown>>;
export type Direction = 'ingress' | 'egress';
const directions = ['ingress', 'egress'] as const satisfies readonly Direction[];

/** The fields of a Cilium rule that name peers, of which the bench pods take the place. Source: Cilium `pkg/policy/api`, v1.20. */
export const peerFields = {
  ingress: [
    'fromEndpoints',
    'fromRequires',
    'fromCIDR',
    'fromCIDRSet',
    'fromEntities',
    'fromGroups',
    'fromNodes',
  ],
  egress: [
    'toEndpoints',
    'toRequires',
    'toCIDR',
    'toCIDRSet',
    'toEntities',
    'toServices',
    'toFQDNs',
    'toGroups',
    'toNodes',
  ],
} as const;
/** Entities that hold every pod of the bench. */
const entitiesWithPods: ReadonlySet<unknown> = new Set(['all', 'cluster']);
/** What of a toPorts entry is L7, or is done by a proxy. */
export const proxyFields = ['rules', 'terminatingTLS', 'originatingTLS', 'serverNames', 'listener'] as const;

/** One port of a rule, or all of them. */
export interface PortEntry {
  /** In capitals; `ANY` where every one will do. */
  readonly protocol: string;
  /** A number, or a name that pods resolve; null for every port. */
  readonly port: number | string | null;
  /** Last port of a range that begins with `port`. */
  readonly endPort: number | null;
  readonly hasL7: boolean;
}

/** A rule of `ingress` or `egress`. Deny rules are none. */
export interface AllowRule {
  /** Place among {@link specsOf}, and within its direction. */
  readonly specIndex: number;
  readonly ruleIndex: number;
  readonly direction: Direction;
  readonly spec: Json;
  readonly rule: Json;
  /** Peers: every pod of the bench's namespace, those that are named, or an empty list, which selects none. */
  readonly admits: 'all' | 'named' | 'none';
  /** Empty for rules about ICMP. */
  readonly ports: readonly PortEntry[];
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const records = (value: unknown): readonly Json[] => list(value).filter(isRecord);
const isThere = (value: unknown): boolean => value !== undefined && value !== null;

export const isNetworkPolicy = (manifest: Json): boolean => manifest['kind'] === 'NetworkPolicy';

/** The specs of a policy: `spec`, then those of `specs`. What is no object keeps its place. */
export function specsOf(manifest: Json): readonly Json[] {
  const several = list(manifest['specs']).map((spec): Json => (isRecord(spec) ? spec : {}));
  return [...(isRecord(manifest['spec']) ? [manifest['spec']] : []), ...several];
}

/** Peers of a Cilium rule as they are written, to tell which rules speak of the same ones. */
export function peersOf(rule: Json, direction: Direction): Json {
  return Object.fromEntries(
    peerFields[direction].flatMap((name) => (isThere(rule[name]) ? [[name, rule[name]]] : [])),
  );
}

function isEmptySelector(selector: unknown): boolean {
  if (!isRecord(selector)) return false;
  const { matchLabels, matchExpressions } = selector;
  return (
    (!isRecord(matchLabels) || Object.keys(matchLabels).length === 0) && list(matchExpressions).length === 0
  );
}

/** Cilium: no peer field admits everybody, and an empty list of peers nobody (`pkg/policy/api/ingress.go`). */
function ciliumPeers(rule: Json, direction: Direction): AllowRule['admits'] {
  const peers = peersOf(rule, direction);
  if (Object.keys(peers).length === 0) return 'all';
  const [endpoints, entities] =
    direction === 'ingress'
      ? (['fromEndpoints', 'fromEntities'] as const)
      : (['toEndpoints', 'toEntities'] as const);
  if (
    records(peers[endpoints]).some(isEmptySelector) ||
    list(peers[entities]).some((entity) => entitiesWithPods.has(entity))
  )
    return 'all';
  return Object.values(peers).every((value) => Array.isArray(value) && value.length === 0) ? 'none' : 'named';
}

/** NetworkPolicy: peers left out or empty admit everybody, and so does an empty selector of pods or namespaces. */
function networkPeers(rule: Json, direction: Direction): AllowRule['admits'] {
  const peers = records(rule[direction === 'ingress' ? 'from' : 'to']);
  if (peers.length === 0) return 'all';
  const admitsAll = ({ podSelector, namespaceSelector, ipBlock }: Json): boolean =>
    !isThere(ipBlock) &&
    (isThere(podSelector) || isThere(namespaceSelector)) &&
    [podSelector, namespaceSelector].filter(isThere).every(isEmptySelector);
  return peers.some(admitsAll) ? 'all' : 'named';
}

const everyPort = (hasL7: boolean): PortEntry => ({ protocol: 'ANY', port: null, endPort: null, hasL7 });

function entryOf(entry: Json, defaultProtocol: 'TCP' | 'ANY', hasL7: boolean): PortEntry {
  const { port, endPort, protocol } = entry;
  const text = typeof port === 'number' || typeof port === 'string' ? String(port) : '';
  const last = Number(endPort);
  return {
    protocol: typeof protocol === 'string' && protocol !== '' ? protocol.toUpperCase() : defaultProtocol,
    // Port 0 is every port.
    port: /^\d+$/.test(text) ? Number(text) || null : text === '' ? null : text,
    endPort: isThere(endPort) && Number.isSafeInteger(last) && last > 0 ? last : null,
    hasL7,
  };
}

function isProxied(toPorts: Json): boolean {
  return proxyFields.some((name) => {
    const value = toPorts[name];
    const kinds = name === 'rules' && isRecord(value) ? Object.values(value) : [value];
    return kinds.some((kind) => (Array.isArray(kind) ? kind.length > 0 : isThere(kind)));
  });
}

function ciliumPorts(rule: Json): readonly PortEntry[] {
  if (list(rule['icmps']).length > 0) return [];
  const toPorts = records(rule['toPorts']);
  if (toPorts.length === 0) return [everyPort(false)];
  return toPorts.flatMap((one) => {
    const hasL7 = isProxied(one);
    const entries = records(one['ports']);
    return entries.length === 0 ? [everyPort(hasL7)] : entries.map((entry) => entryOf(entry, 'ANY', hasL7));
  });
}

function networkPorts(rule: Json): readonly PortEntry[] {
  const entries = records(rule['ports']);
  return entries.length === 0 ? [everyPort(false)] : entries.map((entry) => entryOf(entry, 'TCP', false));
}

/** Whether the rules of a direction count: those of a NetworkPolicy only where its types, where given, name it. */
function counts(spec: Json, direction: Direction): boolean {
  const types = list(spec['policyTypes']);
  return types.length === 0 || types.some((type) => String(type).toLowerCase() === direction);
}

/**
 * Every allow rule that counts, in the order of the manifest; those of specs that select nodes are left out. Never throws.
 */
export function allowRulesOf(manifest: Json): readonly AllowRule[] {
  const [admits, ports] = isNetworkPolicy(manifest)
    ? [networkPeers, networkPorts]
    : [ciliumPeers, ciliumPorts];
  return specsOf(manifest).flatMap((spec, specIndex) => {
    if (isThere(spec['nodeSelector'])) return [];
    const counting = directions.filter((direction) => counts(spec, direction));
    return counting.flatMap((direction) =>
      list(spec[direction]).flatMap((rule, ruleIndex): AllowRule[] =>
        isRecord(rule)
          ? [
              {
                ...{ specIndex, ruleIndex, direction, spec, rule },
                admits: admits(rule, direction),
                ports: ports(rule),
              },
            ]
          : [],
      ),
    );
  });
}

/** Whether connections of TCP can be what an entry is about. */
function isTcp({ protocol, port }: PortEntry): boolean {
  if (protocol !== 'TCP' && protocol !== 'ANY') return false;
  return typeof port !== 'number' || port <= 65_535;
}

/** Whether TCP to this port is let through; `name` is what the manifest calls it, where it does. */
export function letsThrough({ ports }: AllowRule, port: number, name?: string): boolean {
  return ports.some((entry) => {
    if (!isTcp(entry)) return false;
    if (typeof entry.port === 'string') return entry.port === name;
    if (entry.port === null) return true;
    return entry.port <= port && port <= (entry.endPort ?? entry.port);
  });
}

const dnsPort = 53;

/**
 * The rule that is measured of a policy without HTTP rules: the first that lets TCP through, and which of its ports. One for DNS
 * or with L7 rules of another kind only where there is no other. Null where nothing of the policy can be measured.
 */
export function measuredRuleOf(
  manifest: Json,
): { readonly rule: AllowRule; readonly entry: PortEntry } | null {
  const all = allowRulesOf(manifest)
    .filter(({ admits }) => admits !== 'none')
    .flatMap((rule) => rule.ports.filter(isTcp).map((entry) => ({ rule, entry })));
  return all.find(({ entry }) => !entry.hasL7 && entry.port !== dnsPort) ?? all[0] ?? null;
}

/** The first port from `first` upwards that no rule of the policy names, deny rules neither. */
export function unnamedPort(manifest: Json, first: number): number {
  const asAllowed = specsOf(manifest).map((spec) => ({
    ingress: [...list(spec['ingress']), ...list(spec['ingressDeny'])],
    egress: [...list(spec['egress']), ...list(spec['egressDeny'])],
  }));
  const kind = manifest['kind'];
  const ranges = allowRulesOf({ kind, specs: asAllowed }).flatMap(({ ports }) =>
    ports.flatMap(({ port, endPort }) =>
      typeof port === 'number' ? [{ from: port, to: endPort ?? port }] : [],
    ),
  );
  for (let port = first; port <= 65_535; port += 1)
    if (!ranges.some(({ from, to }) => from <= port && port <= to)) return port;
  return first;
}
