import type { DirectionRule, Path, Policy, PolicyRule, Port, PortEntry, Protocol } from '../model';
import type { Behaviour } from './behaviour';
import { icmpTypes } from './icmpTypes';
import { labelKey } from './identity';
import { peersOf, type RulePeers } from './peers';
import {
  endpointSelector,
  labelSelector,
  subjectSelector,
  wildcardSelector,
  type LabelSelector,
  type PeerSelector,
  type Requirement,
  type Surroundings,
} from './selector';
import { plainAllow, plainDeny, policyOfEntry, type SelectorPolicy } from './l7Policy';

/** A policy of a set: the key of its file and its number there. */
export interface PolicyId {
  readonly key: string;
  readonly index: number;
}

/** A place in a policy of a set. */
export interface Place extends PolicyId {
  readonly path: Path;
}

/** Where traffic goes, as the agent's policy map knows it. Port 0 with no name is every port; `ANY` every protocol. */
export interface Ports {
  readonly direction: 'ingress' | 'egress';
  readonly port: number;
  /** 0: one port. */
  readonly endPort: number;
  readonly portName: string;
  readonly protocol: Protocol;
}

/** An end before the port is none (`pkg/policy/l4.go`, keysForRange). */
export const lastPort = ({ port, endPort }: Pick<Ports, 'port' | 'endPort'>): number =>
  Math.max(port, endPort);

/** As Cilium writes it: `80/TCP`, `8000-8100/TCP`, `web/TCP`, `0/ANY`. */
export const portText = ({ port, endPort, portName, protocol }: Ports): string =>
  `${portName || port}${endPort === 0 ? '' : `-${endPort}`}/${protocol}`;

/** One port of one rule: what Cilium merges (`createL4Filter`). */
export interface Entry {
  readonly ports: Ports;
  readonly peers: RulePeers;
  readonly policy: SelectorPolicy;
  /** The entry of `toPorts`, or the rule where it has none. */
  readonly place: Place;
  /** A listener that a clusterwide policy or a node cannot use (`createL4Filter`). */
  readonly namespacedListener: string | null;
}

/** One `spec`, ready to be merged. */
export interface CompiledRule {
  readonly place: Place;
  /** Rules are merged in the order of this text and, of one policy, as they are written. */
  readonly resource: string;
  readonly order: number;
  readonly isHost: boolean;
  readonly subject: LabelSelector;
  readonly entries: readonly Entry[];
  /** Whether the rule has rules of the direction, which puts its subjects under policy, and whether it denies what no rule allows. */
  readonly ingress: { readonly isPresent: boolean; readonly isDefaultDeny: boolean };
  readonly egress: { readonly isPresent: boolean; readonly isDefaultDeny: boolean };
  /** `fromRequires` and `toRequires` (1.18): narrow the endpoints of all rules of the subject. */
  readonly requirements: readonly {
    readonly direction: 'ingress' | 'egress';
    readonly isDeny: boolean;
    readonly requirements: readonly Requirement[];
  }[];
}

export interface Compiling {
  readonly behaviour: Behaviour;
  readonly cluster: string;
  /** The namespace of a namespaced policy that names none. */
  readonly namespace: string;
  /** Selectors by their keys: filled as policies are compiled. */
  readonly selectors: Map<string, PeerSelector>;
}

const protocolsOf = (protocol: Protocol): readonly Protocol[] =>
  protocol === 'ANY' ? ['TCP', 'UDP', 'SCTP'] : [protocol];

/**
 * A text that is no number is a name (`pkg/iana`); names are compared in lower case. An end is made a number of 16 bits
 * whatever it is (`createL4Filter`).
 */
function portOf({ port, endPort }: Port): Pick<Ports, 'port' | 'endPort' | 'portName'> {
  if (typeof port === 'string' && !/^\d+$/.test(port))
    return { port: 0, endPort: 0, portName: port.toLowerCase() };
  return { port: Number(port), endPort: (endPort ?? 0) & 0xffff, portName: '' };
}

/** Go's ParseUint of 16 bits, whose error is not looked at: the highest number for a higher one, 0 for a negative one. */
const icmpType = (type: number): number => Math.min(Math.max(type, 0), 0xffff);

/** Configs of a namespace are those of the subject's, so that none needs to be said; a clusterwide one begins with `/`. */
function listenerOf({ listener }: PortEntry): string {
  if (!listener) return '';
  const { kind, name } = listener.envoyConfig;
  return `${kind === 'CiliumClusterwideEnvoyConfig' ? '/' : ''}${name}/${listener.name}`;
}

const allPorts = (direction: Ports['direction']): Ports => ({
  direction,
  port: 0,
  endPort: 0,
  portName: '',
  protocol: 'ANY',
});

function entriesOf(
  rule: DirectionRule,
  peers: RulePeers,
  id: PolicyId,
  behaviour: Behaviour,
): readonly Entry[] {
  if (peers.selectors === null) return [];
  const { direction, isDeny, authentication, toPorts = [], icmps = [] } = rule;
  const place = (path: Path): Place => ({ ...id, path });
  const bare: SelectorPolicy = isDeny ? plainDeny : { ...plainAllow, authentication };
  const plain = { policy: bare, namespacedListener: null };
  if (toPorts.length + icmps.length === 0) {
    if (peers.selectors.length === 0) return [];
    return [{ ...plain, ports: allPorts(direction), peers, place: place(rule.path) }];
  }
  const who: RulePeers = peers.selectors.length > 0 ? peers : { ...peers, selectors: [wildcardSelector] };
  const ofPorts = toPorts.flatMap((entry) =>
    entry.ports.flatMap((port) =>
      protocolsOf(port.protocol).map((protocol): Entry => {
        const ports = { direction, protocol, ...portOf(port) };
        const common = { ports, peers: who, place: place(entry.path) };
        if (isDeny) return { ...common, ...plain };
        const { listener } = entry;
        return {
          ...common,
          policy: policyOfEntry(entry, protocol, authentication, listenerOf(entry), behaviour),
          namespacedListener: listener?.envoyConfig.kind === 'CiliumEnvoyConfig' ? listener.name : null,
        };
      }),
    ),
  );
  const ofIcmps = icmps.flatMap(({ fields }) =>
    fields.map(({ family, type }): Entry => {
      const protocol = family === 'IPv6' ? 'ICMPV6' : 'ICMP';
      const port = icmpType(Number(icmpTypes[protocol][type] ?? type));
      const ports = { ...allPorts(direction), protocol, port } as const;
      return { ...plain, ports, peers: who, place: place(rule.path) };
    }),
  );
  return [...ofPorts, ...ofIcmps];
}

const sections = ['ingress', 'ingressDeny', 'egress', 'egressDeny'] as const;
const sectionOf = ({ direction, isDeny }: DirectionRule): number =>
  sections.indexOf(isDeny ? `${direction}Deny` : direction);

function compileRule(
  rule: PolicyRule,
  policy: Policy,
  id: PolicyId,
  order: number,
  compiling: Compiling,
): CompiledRule {
  const isClusterwide = policy.kind === 'CiliumClusterwideNetworkPolicy';
  const namespace = isClusterwide ? null : (policy.namespace ?? compiling.namespace);
  const { behaviour, cluster } = compiling;
  const { selector, kind } = rule.subject;
  const keys = [...Object.keys(selector.matchLabels), ...selector.matchExpressions.map(({ key }) => key)];
  const surroundings: Surroundings = {
    namespace,
    cluster,
    selectsInit: keys.map(labelKey).some(({ source, key }) => source === 'reserved' && key === 'init'),
  };
  const owner = JSON.stringify([id.key, id.index]);
  const entries = rule.rules
    .map((direction) => ({ direction, section: sectionOf(direction) }))
    .sort((a, b) => a.section - b.section)
    .flatMap(({ direction }) =>
      entriesOf(
        direction,
        peersOf(direction.peers, direction, behaviour, surroundings, owner, compiling.selectors),
        id,
        behaviour,
      ),
    );
  const directionOf = (direction: 'ingress' | 'egress'): CompiledRule['ingress'] => {
    const isPresent = rule.rules.some((found) => found.direction === direction);
    return { isPresent, isDefaultDeny: isPresent && (rule.enableDefaultDeny[direction] ?? true) };
  };
  return {
    place: { ...id, path: rule.path },
    resource: `${isClusterwide ? 'ccnp' : 'cnp'}/${namespace ?? ''}/${policy.name}`,
    order,
    isHost: kind === 'host',
    subject: subjectSelector(selector, kind === 'host' ? null : namespace),
    entries,
    ingress: directionOf('ingress'),
    egress: directionOf('egress'),
    requirements: behaviour.hasRequires
      ? rule.rules.flatMap(({ direction, isDeny, peers }) =>
          (peers.requires ?? []).map((required) => ({
            direction,
            isDeny,
            requirements: endpointSelector(required, surroundings, false).requirements,
          })),
        )
      : [],
  };
}

/** The rules of a policy that the agent accepts. */
export const compilePolicy = (policy: Policy, id: PolicyId, compiling: Compiling): readonly CompiledRule[] =>
  policy.rules.map((rule, order) => compileRule(rule, policy, id, order, compiling));

/** The entry's peers where other rules of the subject require more of them (1.18). */
export function narrowed(peers: RulePeers, required: readonly Requirement[]): RulePeers['selectors'] {
  if (required.length === 0 || peers.selectors === null) return peers.selectors;
  return peers.selectors.map((selector) =>
    peers.endpoints.has(selector) && selector.kind === 'labels'
      ? {
          ...labelSelector([], [...selector.requirements, ...required]),
          key: `${selector.key}&${labelSelector([], required).key}`,
        }
      : selector,
  );
}
