import type { Finding } from '../policy/finding';
import { selectorMatches } from './labelSelector';

/** The little that is kept of a pod. */
export interface PodObject {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Those that its containers declare; others may be listened on as well. */
  readonly ports: readonly { readonly port: number; readonly name: string; readonly protocol: string }[];
}

/** Who of a namespace, or of the cluster, a finding touches. */
export interface BlastRadius {
  /** Null: the whole cluster. */
  readonly namespace: string | null;
  readonly matched: number;
  readonly pods: number;
  /** Ports that pods declare, each counted once a pod: how many go through the proxy. Null for egress, whose ports are elsewhere. */
  readonly ports: { readonly redirected: number; readonly declared: number } | null;
}

interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** Labels that are not those of pods: of identities, and of namespaces but for their name. */
const notOfPods = /^(?:reserved|cidr|fqdn|unspec)[:.]|namespace\.labels\.(?!kubernetes\.io\/metadata\.name$)/;

/** The selector that a finding's `endpoints` are the words of; null where pods' labels cannot answer it. */
function selectorOf(endpoints: readonly string[]): Selector | null {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: { key: string; operator: string; values: string[] }[] = [];
  for (const words of endpoints) {
    const [, key = '', operator = '', list = ''] = /^(\S+) (in|notin) \((.*)\)$/.exec(words) ?? [];
    const equals = words.indexOf('=');
    if (key !== '')
      matchExpressions.push({ key, operator: operator === 'in' ? 'In' : 'NotIn', values: list.split(', ') });
    else if (equals > 0) matchLabels[words.slice(0, equals)] = words.slice(equals + 1);
    else if (words.startsWith('!'))
      matchExpressions.push({ key: words.slice(1), operator: 'DoesNotExist', values: [] });
    else matchExpressions.push({ key: words, operator: 'Exists', values: [] });
  }
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
  return keys.some((key) => notOfPods.test(key)) ? null : { matchLabels, matchExpressions };
}

/** Whether one of a finding's ports, as written (`8080/TCP`, `http`, `9000-9010`), is this one. */
function isAmong(written: readonly string[], { port, name, protocol }: PodObject['ports'][number]): boolean {
  return written.some((one) => {
    const [number = '', wanted = 'ANY'] = one.split('/');
    if (!['ANY', protocol].includes(wanted.toUpperCase())) return false;
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(number) ?? [];
    if (from === undefined) return name !== '' && name === number;
    return Number(from) <= port && port <= Number(to ?? from);
  });
}

/** The namespace whose pods a finding speaks of; null: those of the whole cluster. Undefined: it is no policy of Cilium. */
export function namespaceOf(
  { policy }: Pick<Finding, 'policy'>,
  otherwise: string,
): string | null | undefined {
  if (policy.kind === 'CiliumClusterwideNetworkPolicy') return null;
  return policy.kind === 'CiliumNetworkPolicy' ? (policy.namespace ?? otherwise) : undefined;
}

/** What a finding touches among these pods, which are all of the namespace, or of the cluster; null where labels cannot tell. */
export function blastRadius(
  { endpoints, ports, direction }: Pick<Finding, 'endpoints' | 'ports' | 'direction'>,
  pods: readonly PodObject[],
  namespace: string | null,
): BlastRadius | null {
  const selector = selectorOf(endpoints);
  if (!selector) return null;
  const matched = pods.filter((pod) => selectorMatches(selector, pod.labels, pod.namespace));
  const declared = pods.reduce((sum, pod) => sum + pod.ports.length, 0);
  const redirected = matched.reduce(
    (sum, pod) => sum + pod.ports.filter((port) => ports.length === 0 || isAmong(ports, port)).length,
    0,
  );
  return {
    namespace,
    matched: matched.length,
    pods: pods.length,
    ports: direction === 'ingress' ? { redirected, declared } : null,
  };
}
