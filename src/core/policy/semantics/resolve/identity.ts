import { parsePrefix, type Prefix } from './cidr';

export const podNamespaceKey = 'io.kubernetes.pod.namespace';
export const namespaceLabelPrefix = 'io.cilium.k8s.namespace.labels.';
export const clusterKey = 'io.cilium.k8s.policy.cluster';
/** Namespace labels of a pod hold the namespace's name under this key (`pkg/k8s/apis/cilium.io/const.go`). */
export const namespaceNameKey = `${namespaceLabelPrefix}kubernetes.io/metadata.name`;

export interface LabelKey {
  /** `k8s`, `any`, `reserved`, `cidr`, ... */
  readonly source: string;
  readonly key: string;
}

/** `app` is `any:app`; `$host` is `reserved:host` (`pkg/labels/labels.go`, parseSource and ParseSelectLabel). */
export function labelKey(text: string): LabelKey {
  if (text.startsWith('$')) return { source: 'reserved', key: text.slice(1) };
  const colon = text.indexOf(':');
  if (colon < 0) return { source: 'any', key: text };
  return { source: colon === 0 ? 'any' : text.slice(0, colon), key: text.slice(colon + 1) };
}

export interface Label {
  readonly source: string;
  readonly value: string;
}

/** A security identity: what a selector is asked about. One label a key, as in Cilium's `labels.Labels`. */
export interface Identity {
  /** All labels as text, sorted: two identities of one name are one. */
  readonly name: string;
  readonly labels: ReadonlyMap<string, Label>;
  readonly prefix: Prefix | null;
  /** Names or patterns of `toFQDNs` that it was learned by, as the selectors write them. */
  readonly fqdns: readonly string[];
  /** The node itself: only selected by a nodeSelector. */
  readonly isHost: boolean;
}

interface MoreOfIdentity {
  readonly prefix?: Prefix | null;
  readonly cidr?: string;
  readonly fqdns?: readonly string[];
  readonly isHost?: boolean;
}

function identity(
  labels: ReadonlyMap<string, Label>,
  { prefix = null, cidr = '', fqdns = [], isHost = false }: MoreOfIdentity = {},
): Identity {
  const texts = [...labels].map(([key, { source, value }]) => `${source}:${key}${value && `=${value}`}`);
  const others = [...(cidr ? [`cidr:${cidr}`] : []), ...fqdns.map((fqdn) => `fqdn:${fqdn}`)];
  const name = [...(isHost ? ['(node)'] : []), ...[...texts, ...others].sort()].join(',');
  return { name, labels, prefix, fqdns, isHost };
}

const label = (source: string, value = ''): Label => ({ source, value });

export const reservedIdentity = (name: string): Identity =>
  identity(
    new Map(
      // The API server is reached over a node (`pkg/identity/numericidentity.go`).
      (name === 'kube-apiserver' ? [name, 'remote-node'] : [name]).map((key) => [key, label('reserved')]),
    ),
  );

/** A pod. Labels without a namespace or a cluster get these. */
export function podIdentity(
  namespace: string,
  cluster: string,
  labels: Readonly<Record<string, string>>,
): Identity {
  const all = new Map(Object.entries(labels).map(([key, value]) => [key, label('k8s', value)]));
  if (!all.has(podNamespaceKey)) all.set(podNamespaceKey, label('k8s', namespace));
  if (!all.has(clusterKey)) all.set(clusterKey, label('k8s', cluster));
  return identity(all);
}

export const hostIdentity = (labels: Readonly<Record<string, string>>): Identity =>
  identity(
    new Map([
      ['host', label('reserved')],
      ...Object.entries(labels).map(([key, value]) => [key, label('k8s', value)] as const),
    ]),
    { isHost: true },
  );

const worldLabels = (bits: number): ReadonlyMap<string, Label> =>
  new Map([[bits === 32 ? 'world-ipv4' : 'world-ipv6', label('reserved')]]);

/** Addresses outside the cluster, in an agent that has IPv4 and IPv6; null where the text is no prefix. */
export function cidrIdentity(text: string, fqdns: readonly string[] = []): Identity | null {
  const prefix = parsePrefix(text);
  if (!prefix) return null;
  const cidr = prefix.length === 0 ? '' : `${prefix.address}/${prefix.bits}/${prefix.length}`;
  return identity(worldLabels(prefix.bits), { prefix: prefix.length === 0 ? null : prefix, cidr, fqdns });
}

export const namespaceOf = ({ labels }: Identity): string => {
  const found = labels.get(podNamespaceKey);
  return found?.source === 'k8s' ? found.value : '';
};
