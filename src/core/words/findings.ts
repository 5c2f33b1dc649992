import type { Finding, FindingCode } from '../policy/finding';
import type { Cost } from '../result/cost';
import { costSentence } from './costs';
import { joined } from './phrases';

/** `port 8080`, `ports 80 and 8080`, `every port`; a protocol that is not TCP stays with its port. */
function portsOf(finding: Finding): string {
  const ports = finding.ports.map((port) => port.replace(/\/(?:TCP|ANY)$/i, ''));
  if (ports.length === 0) return 'every port';
  return `${ports.length === 1 ? 'port' : 'ports'} ${joined(ports)}`;
}

function podsOf({ endpoints, policy }: Finding): string {
  const where = policy.namespace === null ? '' : ` in namespace ${policy.namespace}`;
  if (endpoints.length === 0) return policy.kind === 'CiliumNetworkPolicy' ? `all pods${where}` : 'all pods';
  return `pods ${endpoints.join(', ')}`;
}

/** What people read of a finding of one code. */
interface FindingWords {
  /** A few words, for a lens, a tree or a list. */
  readonly title: string;
  /** What the marked place does, without its cost. */
  readonly sentence: (finding: Finding) => string;
  /** The way that the traffic takes, where a proxy is on it. */
  readonly dataPath?: (finding: Finding) => string;
}

function trafficOf(finding: Finding): string {
  const [ports, pods] = [portsOf(finding), podsOf(finding)];
  return finding.direction === 'egress' ? `from ${pods} to ${ports}` : `to ${ports} of ${pods}`;
}

const wordsOfCode: Partial<Record<FindingCode, FindingWords>> = {
  'l7-http': {
    title: 'L7 through Envoy',
    sentence: (finding) =>
      `All TCP traffic ${trafficOf(finding)} goes through Envoy, not only the requests matched here.`,
    dataPath: ({ direction }) =>
      `client pod → eBPF → Envoy on the ${direction === 'egress' ? 'client' : 'server'}’s node → server pod`,
  },
  'l7-dns': {
    title: 'DNS only',
    sentence: (finding) =>
      `DNS lookups from ${podsOf(finding)} go through the agent's DNS proxy; other traffic does not.`,
    dataPath: () => 'client pod → eBPF → DNS proxy in the Cilium agent → DNS server',
  },
  'l7-empty': {
    title: 'Empty L7 rules',
    sentence: () =>
      'This list is empty: it allows and refuses nothing, and no traffic goes through a proxy for it.',
  },
};

/** What it is in a few words, for a lens, a tree or a list. */
export function findingTitle({ code }: Finding): string {
  return wordsOfCode[code]?.title ?? code;
}

/** What the marked place does, without its cost. */
export function findingSentence(finding: Finding): string {
  return wordsOfCode[finding.code]?.sentence(finding) ?? findingTitle(finding);
}

/** The text of a diagnostic: what it does, then what it costs where a cost belongs to it. */
export function findingMessage(finding: Finding, cost: Cost, timeZone?: string): string {
  const sentence = findingSentence(finding);
  return cost.source === 'none' ? sentence : `${sentence} ${costSentence(cost, timeZone)}`;
}

/** The way that the traffic takes, for a hover. Null where no proxy is on it. */
export function dataPath(finding: Finding): string | null {
  return wordsOfCode[finding.code]?.dataPath?.(finding) ?? null;
}
