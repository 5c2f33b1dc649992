import { knownKind } from './kinds';
import type { NodeReader } from './nodes';
import type { FoundObject } from './objects';
import type {
  CidrPeer,
  DirectionRule,
  Expression,
  Path,
  Peers,
  Policy,
  Port,
  PortEntry,
  Protocol,
  Selector,
} from './semantics/model';

/** A NetworkPolicy of Kubernetes as Cilium translates it (`pkg/k8s/network_policy.go`, 1.18 to 1.20): never any L7. */
export type NetworkPolicy = Omit<Policy, 'kind'> & { readonly kind: 'NetworkPolicy' };

const fromKubernetes = 'k8s:';
const namespaceOfPod = 'k8s:io.kubernetes.pod.namespace';
const labelOfNamespace = 'k8s:io.cilium.k8s.namespace.labels.';
const operators: ReadonlySet<string> = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);
const protocols: ReadonlySet<string> = new Set(['TCP', 'UDP', 'SCTP']);

function textsOf(read: NodeReader, node: unknown): readonly string[] {
  return (read.items(node) ?? []).flatMap((item) => read.text(item) ?? []);
}

function selectorOf(read: NodeReader, node: unknown, path: Path, prefix: string): Selector {
  const labels = read
    .entries(read.value(node, 'matchLabels'))
    .map(({ key, value }) => [`${prefix}${String(key.value)}`, read.text(value) ?? ''] as const);
  const expressions = (read.items(read.value(node, 'matchExpressions')) ?? []).flatMap((expression) => {
    const key = read.text(read.value(expression, 'key'));
    const operator = read.text(read.value(expression, 'operator'));
    if (key === undefined || operator === undefined || !operators.has(operator)) return [];
    return [
      {
        key: `${prefix}${key}`,
        operator: operator as Expression['operator'],
        values: textsOf(read, read.value(expression, 'values')),
      },
    ];
  });
  return { path, matchLabels: Object.fromEntries(labels), matchExpressions: expressions };
}

/** Pods of the policy's namespace, or of those that a namespaceSelector picks: an empty one picks all that have a name. */
function podsOf(read: NodeReader, peer: unknown, path: Path): Selector {
  const pods = selectorOf(read, read.value(peer, 'podSelector'), path, fromKubernetes);
  const namespaces = read.value(peer, 'namespaceSelector');
  if (!read.map(namespaces)) return pods;
  const picked = selectorOf(read, namespaces, path, labelOfNamespace);
  const isEmpty = Object.keys(picked.matchLabels).length === 0 && picked.matchExpressions.length === 0;
  const any: Expression = { key: namespaceOfPod, operator: 'Exists', values: [] };
  return {
    path,
    matchLabels: { ...picked.matchLabels, ...pods.matchLabels },
    matchExpressions: [...(isEmpty ? [any] : picked.matchExpressions), ...pods.matchExpressions],
  };
}

/** No peers at all stand for everybody: `from` and `to` may be missing or empty. */
function peersOf(read: NodeReader, list: unknown, path: Path): Peers {
  const endpoints: Selector[] = [];
  const cidrs: CidrPeer[] = [];
  (read.items(list) ?? []).forEach((peer, at) => {
    const block = read.value(peer, 'ipBlock');
    if (read.map(block))
      cidrs.push({
        cidr: read.text(read.value(block, 'cidr')) ?? '',
        except: textsOf(read, read.value(block, 'except')),
        isOfSet: true,
      });
    else endpoints.push(podsOf(read, peer, [...path, at]));
  });
  return { ...(endpoints.length > 0 ? { endpoints } : {}), ...(cidrs.length > 0 ? { cidrs } : {}) };
}

function portOf(read: NodeReader, node: unknown, path: Path): Port {
  const port = read.text(read.value(node, 'port'));
  const end = read.text(read.value(node, 'endPort'));
  const protocol = read.text(read.value(node, 'protocol'))?.toUpperCase() ?? 'TCP';
  return {
    path,
    // Without a port all of the protocol's, which Cilium writes as 0.
    port: port === undefined ? 0 : /^\d+$/.test(port) ? Number(port) : port,
    endPort: end !== undefined && /^\d+$/.test(end) ? Number(end) : null,
    protocol: protocols.has(protocol) ? (protocol as Protocol) : 'TCP',
  };
}

function portEntryOf(read: NodeReader, list: unknown, path: Path): PortEntry | undefined {
  const ports = read.items(list) ?? [];
  if (ports.length === 0) return undefined;
  return {
    path,
    ports: ports.map((port, at) => portOf(read, port, [...path, at])),
    rules: null,
    terminatingTls: null,
    originatingTls: null,
    serverNames: [],
    listener: null,
  };
}

/** The NetworkPolicy that an object is; undefined for others. Never throws: what is not as it must be is left out. */
export function networkPolicyOf({
  kind,
  name,
  namespace,
  read,
  node,
}: FoundObject): NetworkPolicy | undefined {
  if (knownKind(kind, undefined) !== 'NetworkPolicy') return undefined;
  const spec = read.value(node, 'spec');
  const types = textsOf(read, read.value(spec, 'policyTypes'));
  const rulesOf = (direction: 'ingress' | 'egress', peers: 'from' | 'to'): readonly DirectionRule[] =>
    (read.items(read.value(spec, direction)) ?? []).map((rule, at) => {
      const path = ['spec', direction, at];
      const toPorts = portEntryOf(read, read.value(rule, 'ports'), [...path, 'ports']);
      return {
        path,
        direction,
        isDeny: false,
        peers: peersOf(read, read.value(rule, peers), [...path, peers]),
        ...(toPorts ? { toPorts: [toPorts] } : {}),
        authentication: null,
      };
    });
  const ingress = rulesOf('ingress', 'from');
  const egress = rulesOf('egress', 'to');
  const isolates = {
    ingress: ingress.length > 0 || types.includes('Ingress') || !types.includes('Egress'),
    egress: egress.length > 0 || types.includes('Egress'),
  };
  return {
    kind: 'NetworkPolicy',
    name,
    namespace,
    rules: [
      {
        path: ['spec'],
        subject: {
          kind: 'endpoint',
          selector: selectorOf(
            read,
            read.value(spec, 'podSelector'),
            ['spec', 'podSelector'],
            fromKubernetes,
          ),
        },
        enableDefaultDeny: isolates,
        present: (['ingress', 'egress'] as const).filter((direction) => isolates[direction]),
        rules: [...ingress, ...egress],
      },
    ],
  };
}
