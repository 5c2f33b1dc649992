import type { CiliumVersion } from '../../src/core/policy/semantics/model';
import type { Disagreement } from './compare';

export interface Exception {
  /** Why the two may differ there. */
  readonly reason: string;
  /** `text`: all manifests of the case. */
  readonly holds: (disagreement: Disagreement, text: string, version: CiliumVersion) => boolean;
}

/** A range such as 8080 to 1024, as the generator writes it. */
function hasReversedRange(text: string): boolean {
  const ranges = text.matchAll(/"port":"?(\d+)"?,"endPort":(-?\d+)/g);
  return [...ranges].some(([, port, end]) => Number(end) !== 0 && Number(end) < Number(port));
}

function hasWrappedNumber(text: string): boolean {
  const numbers = text.matchAll(/"(?:endPort|type)":(-?\d+)/g);
  return [...numbers].some(([, number]) => Number(number) < 0 || Number(number) > 65_535);
}

const withoutWildcard = (reasons: string): string =>
  reasons
    .split(' ')
    .filter((reason) => reason !== 'l7-wildcard-rule')
    .join(' ');

/**
 * Where our analysis may say something else than Cilium. Each has its reason, and none hides more than it says. Where the
 * agent panics the oracle has no answer; those are counted by themselves.
 */
export const outOfScope: readonly Exception[] = [
  {
    reason: 'template placeholders: we read what a template could become, an API server is never shown it',
    holds: (_, text) => text.includes('{{'),
  },
  {
    reason:
      'peers that are services, groups or CIDR groups: nobody looks them up, and the oracle takes a service for nobody or anybody, we for somebody unknown',
    holds: ({ question }, text) =>
      (question === 'shadow' || question === 'merge') &&
      /toServices|(?:to|from)Groups|cidrGroup(?:Ref|Selector)/.test(text),
  },
  {
    reason:
      'shadow beside a port range that ends below its beginning: accepted, but Envoy refuses all of the endpoint (cilium/proxy, network_policy.cc), so nothing is to be told',
    holds: ({ question }, text) => question === 'shadow' && hasReversedRange(text),
  },
  {
    reason:
      'what rules of Kafka and proxylib say: 1.20 removed them, and we count them without looking into them',
    holds: ({ question, oracle, ours }, text, version) =>
      question === 'shadow' &&
      version !== '1.20' &&
      /\b(?:kafka|l7)\b/.test(text) &&
      withoutWildcard(oracle) === withoutWildcard(ours),
  },
  {
    reason:
      'ends of ranges and types of ICMP that are no 16-bit number: the API server refuses them, the agent wraps them around',
    holds: ({ question }, text) => question !== 'accept' && question !== 'schema' && hasWrappedNumber(text),
  },
];
