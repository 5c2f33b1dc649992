import type { Patterns } from '../../patterns';
import type { Protocol } from '../model';
import type { Behaviour } from './behaviour';
import { lastPort, type Place } from './entries';
import { cidrIdentity, hostIdentity, podIdentity, reservedIdentity, type Identity } from './identity';
import { anyOf, dnsAllows, envoyAllows, nameMatches, type L7Request } from './l7Match';
import type { SelectorPolicy } from './l7Policy';
import type { Filter, MergedSelector, SubjectPolicy } from './merge';
import type { Answer } from './relations';
import { selects, type PeerSelector } from './selector';

/** Who is at one end of a connection. */
export type Party =
  | { readonly kind: 'pod'; readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly kind: 'node'; readonly labels: Readonly<Record<string, string>> }
  /** An identity of its own name, e.g. `world`, `host`, `remote-node`, `kube-apiserver`. */
  | { readonly kind: 'entity'; readonly name: string }
  /** Outside the cluster; no name of a policy resolved to it. */
  | { readonly kind: 'address'; readonly address: string }
  /** Outside the cluster, an IPv4 address that was looked up by this name. */
  | { readonly kind: 'name'; readonly name: string };

/** `null`: it names nobody. */
export function partyIdentity(party: Party, cluster: string): Identity | null {
  if (party.kind === 'pod') return podIdentity(party.namespace, cluster, party.labels);
  if (party.kind === 'node') return hostIdentity(party.labels);
  if (party.kind === 'entity') return reservedIdentity(party.name);
  return cidrIdentity(party.kind === 'address' ? party.address : '0.0.0.0/0');
}

export interface Request extends L7Request {
  readonly direction: 'ingress' | 'egress';
  readonly peer: Party;
  /** The server's port; the type of an ICMP packet. */
  readonly port: number;
  readonly protocol: Exclude<Protocol, 'ANY'>;
  /** Names of the server's port. Absent: not known, which rules of named ports may turn on. */
  readonly portNames?: readonly string[];
}

/** `deny`: a rule denies it. `drop`: no rule allows it. `proxy-`: what the proxy does that it is sent to. */
export type Verdict = 'deny' | 'drop' | 'allow' | 'proxy-allow' | 'proxy-deny' | 'unknown';

export interface Decision {
  readonly verdict: Verdict;
  /** Mutual authentication that is asked for first. */
  readonly authentication: 'none' | 'required' | 'unknown';
  /** Entries that select the peer and the port. */
  readonly by: readonly Place[];
}

interface Match {
  readonly filter: Filter;
  readonly found: MergedSelector;
  readonly certainty: Answer;
}

interface Context {
  readonly behaviour: Behaviour;
  readonly patterns: Patterns;
  readonly cluster: string;
}

function portMatches({ ports }: Filter, { port, protocol, portNames }: Request): Answer {
  if (ports.protocol !== 'ANY' && ports.protocol !== protocol) return 'no';
  if (ports.portName !== '') {
    if (!portNames) return 'unknown';
    return portNames.includes(ports.portName) ? 'yes' : 'no';
  }
  const isInside = ports.port === 0 || (ports.port <= port && port <= lastPort(ports));
  return isInside ? 'yes' : 'no';
}

function peerMatches(
  selector: PeerSelector,
  { peer }: Request,
  identity: Identity,
  { behaviour, patterns }: Context,
): Answer {
  if (selector.kind === 'opaque') return 'unknown';
  if (peer.kind === 'name') {
    if (selector.kind === 'fqdn') return nameMatches(selector, peer.name, behaviour, patterns);
    if (selector.kind === 'cidr' && selector.prefix.bits === 32) {
      return selector.prefix.length === 0 && selector.except.length === 0 ? 'yes' : 'unknown';
    }
  }
  return selects(selector, identity) ? 'yes' : 'no';
}

/** Redirects come before allows without a proxy, and of redirects the one with the highest priority. */
const precedence = ({ parser, priority }: SelectorPolicy): number =>
  parser === null ? 0 : priority === 0 ? 1 : 128 - priority;

const answered = (answer: Answer): Verdict =>
  answer === 'yes' ? 'proxy-allow' : answer === 'no' ? 'proxy-deny' : 'unknown';

/** What happens if exactly these rules select the packet (`pkg/policy/mapstate.go`, then the proxy). */
function outcome(matches: readonly Match[], request: Request, { behaviour, patterns }: Context): Verdict {
  const policies = matches.map(({ found }) => found.policy);
  if (policies.some(({ isDeny }) => isDeny)) return 'deny';
  const highest = Math.max(...policies.map(precedence));
  const selected = policies.filter((policy) => precedence(policy) === highest);
  const [first] = selected;
  if (!first) return 'drop';
  if (first.parser === null) return 'allow';
  if (selected.some(({ parser }) => parser === 'crd')) return 'unknown';
  if (selected.some(({ parser }) => parser === 'dns')) {
    // The DNS proxy knows the rules of the very port alone.
    const own = matches.filter(
      ({ filter: { ports } }) => ports.port === request.port && ports.endPort <= ports.port,
    );
    return answered(anyOf(own.map(({ found }) => dnsAllows(found.policy, request, behaviour, patterns))));
  }
  // A rule for a listener of its own is not one of Envoy's other listeners.
  const known = policies.filter(({ parser }) => parser !== 'crd');
  return answered(anyOf(known.map((policy) => envoyAllows(policy, request, patterns))));
}

/** The outcome that holds whichever of the uncertain rules select the packet. */
function certainOutcome(matches: readonly Match[], decide: (matches: readonly Match[]) => Verdict): Verdict {
  const certain = matches.filter(({ certainty }) => certainty === 'yes');
  const uncertain = matches.filter(({ certainty }) => certainty === 'unknown');
  const verdict = decide(certain);
  const others = [matches, ...uncertain.map((one) => [...certain, one])];
  return uncertain.length > 0 && others.some((other) => decide(other) !== verdict) ? 'unknown' : verdict;
}

const modes = ['disabled', 'required', 'test-always-fail'];

/** A mode that is none of Cilium's says as much as none (`pkg/policy/l4.go`, getAuthType). */
const modeOf = ({ found }: Match): string | null => {
  const { authentication } = found.policy;
  return modes.find((mode) => mode === authentication) ?? null;
};

function authenticationOf(matches: readonly Match[]): 'none' | 'required' | 'always-fail' | 'unknown' {
  const asked = new Set(matches.map(modeOf));
  asked.delete('disabled');
  if (asked.size === 0 || (asked.size === 1 && asked.has(null))) return 'none';
  // A rule that says nothing takes it from others, by rules of precedence that are not followed here.
  if (matches.length > 1 && asked.size > 1) return 'unknown';
  if (matches.some((match) => modeOf(match) === 'disabled' || match.certainty !== 'yes')) return 'unknown';
  return asked.has('test-always-fail') ? 'always-fail' : 'required';
}

/** The node lets itself into its pods, unless a rule denies it (`allow-localhost`, on in Kubernetes). */
function withLocalhost(verdict: Verdict, { direction, peer }: Request, subject: Identity): Verdict {
  const isHost = peer.kind === 'node' || (peer.kind === 'entity' && peer.name === 'host');
  if (direction !== 'ingress' || subject.isHost || !isHost || verdict === 'deny') return verdict;
  return verdict === 'drop' || verdict === 'allow' ? 'allow' : 'unknown';
}

/** What the merged policy of a subject does with a request. */
export function decideRequest(policy: SubjectPolicy, request: Request, context: Context): Decision {
  const unknown: Decision = { verdict: 'unknown', authentication: 'unknown', by: [] };
  const peer = partyIdentity(request.peer, context.cluster);
  // The agent keeps what was in force before.
  if (!peer || policy.conflicts.length > 0) return unknown;
  const { defaultDeny, filters } = policy[request.direction];
  if (defaultDeny === null) return { verdict: 'allow', authentication: 'none', by: [] };
  const matches = filters.flatMap((filter): readonly Match[] => {
    const port = portMatches(filter, request);
    if (port === 'no') return [];
    return [...filter.selectors.values()].flatMap((found) => {
      const who = peerMatches(found.selector, request, peer, context);
      if (who === 'no') return [];
      return [{ filter, found, certainty: port === 'yes' && who === 'yes' ? 'yes' : 'unknown' }];
    });
  });
  const verdict = withLocalhost(
    certainOutcome(matches, (found) => outcome(found, request, context)),
    request,
    policy.subject,
  );
  const by = matches.flatMap(({ found }) => found.origins.map(({ place }) => place));
  if (verdict === 'deny' || verdict === 'drop') return { verdict, authentication: 'none', by };
  const authentication = authenticationOf(matches);
  if (authentication === 'always-fail') return { verdict: 'drop', authentication: 'none', by };
  return { verdict, authentication, by };
}
