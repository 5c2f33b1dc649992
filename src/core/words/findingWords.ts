import type { Finding, FindingCode } from '../policy/finding';
import { counted } from './numbers';
import { detail, podsOf, portsOf, trafficOf, type FindingWords } from './findingPhrases';
import { objectWords } from './objectWords';

const throughEnvoy: FindingWords['dataPath'] = ({ direction }) =>
  `client pod → eBPF → Envoy on the ${direction === 'egress' ? 'client' : 'server'}’s node → server pod`;

/** `the policy open`, of the other place that a finding speaks of. */
function otherPolicy({ related, policy }: Finding): string {
  const [other] = related ?? [];
  if (!other) return 'another rule';
  if (other.policy.name === policy.name && other.policy.namespace === policy.namespace)
    return 'another rule of this policy';
  return `the policy ${other.policy.name || 'without a name'}`;
}

const bySource: Readonly<Record<string, string>> = {
  terminatingTLS: 'is decrypted by Envoy',
  originatingTLS: 'is encrypted again by Envoy',
  serverNames: 'goes through Envoy, which reads the server name of each connection',
};

const shadowReasons: Readonly<Record<string, string>> = {
  'l7-wildcard-rule': 'every request on this port',
  'l4-only-allow-same-port': 'the same port without L7 rules',
  'l4-only-allow-port-range': 'a range of ports that holds it, without L7 rules',
  'l3-only-allow': 'every port of these peers',
};

const wideReasons: Readonly<Record<string, string>> = {
  empty: 'This selector is empty',
  'no-selector': 'There is no selector here',
  'negative-only':
    'This selector only says what pods must not be, and pods that have no such label at all match too',
};

const expressionReasons: Readonly<Record<string, (finding: Finding) => string>> = {
  'large-program': (finding) =>
    `The expression ${detail(finding, 'expression')} compiles to ${detail(finding, 'instructions')} instructions, and Envoy runs it on each request.`,
  'leading-any': (finding) =>
    `The expression ${detail(finding, 'expression')} begins with a repetition of anything: Envoy reads the whole ${detail(finding, 'field')} of each request to decide.`,
  'repeated-rules': (finding) =>
    `${detail(finding, 'count')} entries differ in their ${detail(finding, 'field')} alone. Envoy tries one after the other; one expression covers them.`,
  'unescaped-dot': (finding) =>
    `A dot in ${detail(finding, 'expression')} stands for any character, so that other names match as well. \\. is a dot.`,
};

const schemaReasons: Readonly<Record<string, (finding: Finding) => string>> = {
  pruned: (finding) =>
    `The API server does not know the field ${detail(finding, 'field')}: kubectl refuses it, other clients lose it silently.`,
  type: (finding) => `The API server refuses this: it wants ${withArticle(detail(finding, 'expected'))}.`,
  format: (finding) => `The API server refuses this: it wants ${detail(finding, 'expected')}.`,
  enum: (finding) => `The API server refuses this: it takes ${detail(finding, 'expected')}.`,
  pattern: (finding) => `The API server refuses this: it does not match ${detail(finding, 'expected')}.`,
  oneOf: (finding) =>
    `The API server refuses this: exactly one of ${detail(finding, 'expected')} belongs here.`,
  required: (finding) => `The API server refuses this: ${detail(finding, 'expected')} is missing.`,
};

const withArticle = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);

const nothingReasons: Readonly<Record<string, string>> = {
  'no-ports': 'L7 rules without ports allow nothing: this entry names no port.',
  'empty-peers': 'An empty list of peers selects nobody: this rule allows nothing.',
};

const rejected = (finding: Finding): string => {
  const says = detail(finding, 'agentSays').replace(/^Invalid \S+ specs?(?:\(s\))?: /, '');
  return `The agent refuses this policy${says === '' ? '' : ` (${says})`}: it is stored, and nothing of it is enforced.`;
};

export const findingWords: Readonly<Record<FindingCode, FindingWords>> = {
  'l7-http': {
    title: 'L7 through Envoy',
    sentence: (finding) =>
      `All TCP traffic ${trafficOf(finding)} goes through Envoy, not only the requests matched here.`,
    dataPath: throughEnvoy,
  },
  'l7-http-visibility': {
    title: 'L7 visibility only',
    sentence: (finding) =>
      `All TCP traffic ${trafficOf(finding)} goes through Envoy, and every request is allowed: it is seen, at the full cost, and nothing is enforced.`,
    dataPath: throughEnvoy,
  },
  'l7-dns': {
    title: 'DNS only',
    sentence: (finding) =>
      `DNS lookups from ${podsOf(finding)} go through the agent's DNS proxy; other traffic does not.`,
    dataPath: () => 'client pod → eBPF → DNS proxy in the Cilium agent → DNS server',
  },
  'l7-tls': {
    title: 'TLS through Envoy',
    sentence: (finding) =>
      `All TCP traffic ${trafficOf(finding)} ${bySource[finding.reason ?? ''] ?? 'goes through Envoy'}.`,
    dataPath: throughEnvoy,
  },
  'l7-listener': {
    title: 'Envoy listener',
    sentence: (finding) =>
      `All TCP traffic ${trafficOf(finding)} goes through the Envoy listener ${detail(finding, 'listener') || 'named here'}.`,
    dataPath: throughEnvoy,
  },
  'l7-kafka': {
    title: 'Kafka through Envoy',
    sentence: (finding) => `All TCP traffic ${trafficOf(finding)} goes through Envoy's Kafka parser.`,
    dataPath: throughEnvoy,
  },
  'l7-proto': {
    title: 'L7 parser in Envoy',
    sentence: (finding) =>
      `All TCP traffic ${trafficOf(finding)} goes through Envoy's ${detail(finding, 'parser')} parser.`,
    dataPath: throughEnvoy,
  },
  'l7-empty': {
    title: 'Empty L7 rules',
    sentence: () =>
      'This list is empty: it allows and refuses nothing, and no traffic goes through a proxy for it.',
  },
  'l7-shadowed': {
    title: 'L7 rules without effect',
    sentence: (finding) => {
      const whom = finding.tags.includes('some-peers') ? ' for some peers' : '';
      const why =
        finding.reason === 'default-allow'
          ? 'default deny is off, and whatever no rule selects is allowed'
          : `${otherPolicy(finding)} allows ${shadowReasons[finding.reason ?? ''] ?? 'the same traffic'}`;
      return `These rules restrict nothing${whom}: ${why}. The proxy is paid for all the same.`;
    },
  },
  'l7-double-proxy': {
    title: 'Through Envoy twice',
    sentence: (finding) =>
      `The same traffic goes through Envoy twice: here on the client's side, and on the server's for ${otherPolicy(finding)}.`,
    dataPath: () => 'client pod → Envoy on the client’s node → Envoy on the server’s node → server pod',
  },
  'l7-wide-selector': {
    title: 'Wide selector',
    sentence: (finding) =>
      `${wideReasons[finding.reason ?? ''] ?? 'This selector is wide'}: the L7 rules are paid for by ${podsOf({ ...finding, endpoints: [] })}.`,
  },
  'l7-regex-cost': {
    title: 'Costly expression',
    sentence: (finding) =>
      expressionReasons[finding.reason ?? '']?.(finding) ?? 'This expression is costly to match.',
  },
  'l7-many-rules': {
    title: 'Many L7 rules',
    sentence: ({ rules }) =>
      `${counted(rules, 'rule')} on one port: Envoy tries one after the other until one matches.`,
  },
  'l7-rejected': { title: 'Refused by the agent', sentence: rejected },
  'schema-refused': {
    title: 'Refused by the API server',
    sentence: (finding) =>
      schemaReasons[finding.reason ?? '']?.(finding) ??
      `The API server refuses this: ${detail(finding, 'expected')}.`,
  },
  'l7-conflict': {
    title: 'Policies that exclude each other',
    sentence: (finding) =>
      `This and ${otherPolicy(finding)} cannot be merged (${detail(finding, 'what')}: ${detail(finding, 'existing')} and ${detail(finding, 'added')}): the agent applies nothing new to the endpoints that both select.`,
  },
  'l7-pruned': {
    title: 'L7 rules under a deny',
    sentence: (finding) =>
      finding.reason === 'in-deny'
        ? `Deny rules have no L7 rules: these are dropped, and ${portsOf(finding)} ${finding.ports.length > 1 ? 'are' : 'is'} denied whole.`
        : `These rules are without effect: ${otherPolicy(finding)} denies the whole port.`,
  },
  'allows-nothing': {
    title: 'Allows nothing',
    sentence: (finding) => nothingReasons[finding.reason ?? ''] ?? 'This rule allows nothing.',
  },
  'l7-disabled': {
    title: 'No L7 proxy on the target',
    sentence: (finding) =>
      `${detail(finding, 'target') || 'The active target'} ${finding.reason === 'not-offered' ? 'does not offer L7 policies' : 'has the L7 proxy off'}: the agent refuses this policy there.`,
  },
  'field-removed': {
    title: 'Field removed',
    sentence: (finding) =>
      `Cilium ${detail(finding, 'since')} has no ${detail(finding, 'field')} any more${detail(finding, 'instead') === '' ? '' : `; ${detail(finding, 'instead')}`}.`,
  },
  'fqdn-without-dns': {
    title: 'Names without a DNS rule',
    sentence: () =>
      'The agent learns addresses from lookups that it sees, and no DNS rule here sends these pods’ lookups through its proxy: toFQDNs allows nothing.',
  },
  'auth-required': {
    title: 'Mutual authentication',
    sentence: () =>
      'Connections wait for a handshake between the nodes’ agents, and are dropped where mutual authentication is not set up.',
  },
  ...objectWords,
};
