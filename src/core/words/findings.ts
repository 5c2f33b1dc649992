import type { Finding } from '../policy/finding';
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

/** What the marked place does, without its cost. */
export function findingSentence(finding: Finding): string {
  const ports = portsOf(finding);
  const pods = podsOf(finding);
  const path = finding.direction === 'egress' ? `from ${pods} to ${ports}` : `to ${ports} of ${pods}`;
  switch (finding.code) {
    case 'l7-http':
      return `All TCP traffic ${path} goes through Envoy, not only the requests matched here.`;
    case 'l7-dns':
      return `DNS lookups from ${pods} go through the agent's DNS proxy; other traffic does not.`;
    case 'l7-empty':
      return 'This list is empty: it allows and refuses nothing, and no traffic goes through a proxy for it.';
  }
}

/** The text of a diagnostic: what it does, then what it costs where a cost belongs to it. */
export function findingMessage(finding: Finding, cost: Cost, timeZone?: string): string {
  const sentence = findingSentence(finding);
  return cost.source === 'none' ? sentence : `${sentence} ${costSentence(cost, timeZone)}`;
}

/** What it is in a few words, for a lens, a tree or a list. */
export function findingTitle(finding: Finding): string {
  switch (finding.code) {
    case 'l7-http':
      return 'L7 through Envoy';
    case 'l7-dns':
      return 'DNS only';
    case 'l7-empty':
      return 'Empty L7 rules';
  }
}

/** The way that the traffic takes, for a hover. Null where no proxy is on it. */
export function dataPath(finding: Finding): string | null {
  switch (finding.code) {
    case 'l7-http':
      return finding.direction === 'egress'
        ? 'client pod → eBPF → Envoy on the client’s node → server pod'
        : 'client pod → eBPF → Envoy on the server’s node → server pod';
    case 'l7-dns':
      return 'client pod → eBPF → DNS proxy in the Cilium agent → DNS server';
    case 'l7-empty':
      return null;
  }
}
