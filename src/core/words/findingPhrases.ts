import type { Finding } from '../policy/finding';
import { joined } from './phrases';

/** What people read of a finding of one code. */
export interface FindingWords {
  /** A few words, for a lens, a tree or a list. */
  readonly title: string;
  /** What the marked place does, without its cost. */
  readonly sentence: (finding: Finding) => string;
  /** The way that the traffic takes, where a proxy is on it. */
  readonly dataPath?: (finding: Finding) => string;
}

/** `port 8080`, `ports 80 and 8080`, `every port`; a protocol that is not TCP stays with its port. */
export function portsOf(finding: Finding): string {
  const ports = finding.ports.map((port) => port.replace(/\/(?:TCP|ANY)$/i, ''));
  if (ports.length === 0) return 'every port';
  return `${ports.length === 1 ? 'port' : 'ports'} ${joined(ports)}`;
}

/** `CiliumNetworkPolicy shop/checkout`. */
export function policyName({ kind, name, namespace }: Finding['policy']): string {
  return `${kind} ${namespace === null ? '' : `${namespace}/`}${name || 'without a name'}`.trim();
}

/** Istio's root namespace, which it installs itself into, is the exception: policies there are for all. */
const isOfNamespace = ({ kind, namespace }: Finding['policy']): boolean =>
  kind === 'CiliumNetworkPolicy' || (/^(?:Authoriz|RequestAuth)/.test(kind) && namespace !== 'istio-system');

export function podsOf({ endpoints, policy, tags }: Finding): string {
  const where = policy.namespace === null ? '' : ` in namespace ${policy.namespace}`;
  // A patch leaves the selector to the policy that it changes.
  if (endpoints.length === 0 && tags.includes('patch')) return `the pods of the policy${where}`;
  if (endpoints.length === 0) return isOfNamespace(policy) ? `all pods${where}` : 'all pods';
  return `pods ${endpoints.join(', ')}`;
}

export function trafficOf(finding: Finding): string {
  const [ports, pods] = [portsOf(finding), podsOf(finding)];
  return finding.direction === 'egress' ? `from ${pods} to ${ports}` : `to ${ports} of ${pods}`;
}

/** A word of the finding's detail; empty where it has none. */
export const detail = ({ detail: details }: Finding, name: string): string => details?.[name] ?? '';
