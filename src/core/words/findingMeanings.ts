import type { FindingCode } from '../policy/finding';

/** What a code means, wherever it is found. */
export interface FindingMeaning {
  /** `cost`: traffic goes through a proxy; `waste`: paid for nothing; `correctness`: refused, or does not do what it says. */
  readonly about: 'cost' | 'waste' | 'correctness';
  /** Markdown, as docs/lint.md has it. */
  readonly meaning: string;
}

export const findingMeanings: Readonly<Record<FindingCode, FindingMeaning>> = {
  'l7-http': {
    about: 'cost',
    meaning:
      'HTTP rules: all TCP traffic of the port goes through Envoy, not only the requests that are matched',
  },
  'l7-http-visibility': {
    about: 'cost',
    meaning:
      'one of the rules matches every request (`http: [{}]`): the full cost, requests are seen, nothing is enforced',
  },
  'l7-dns': {
    about: 'cost',
    meaning: 'DNS rules: lookups, and nothing else, go through the DNS proxy of the agent',
  },
  'l7-tls': {
    about: 'cost',
    meaning:
      '`terminatingTLS`, `originatingTLS` or `serverNames`: all TCP traffic of the port goes through Envoy',
  },
  'l7-listener': {
    about: 'cost',
    meaning: 'a listener of a CiliumEnvoyConfig takes all traffic of the port',
  },
  'l7-kafka': {
    about: 'cost',
    meaning: "Kafka rules: all traffic of the port goes through Envoy's Kafka parser",
  },
  'l7-proto': {
    about: 'cost',
    meaning: '`l7proto`: all traffic of the port goes through that parser',
  },
  'l7-double-proxy': {
    about: 'cost',
    meaning: "the same traffic goes through Envoy on the client's side and on the server's",
  },
  'service-l7-lb': {
    about: 'cost',
    meaning: 'a Service whose traffic goes through Envoy by an annotation',
  },
  'envoy-config': {
    about: 'cost',
    meaning:
      'a CiliumEnvoyConfig, Gateway or Ingress of Cilium: what it takes in goes through Envoy, whatever policies say',
  },
  'istio-l7': {
    about: 'cost',
    meaning:
      'an Istio policy with HTTP conditions: in ambient mode a waypoint, in sidecar mode the Envoy that is there already',
  },
  'l7-empty': {
    about: 'waste',
    meaning: 'an empty rule list: it allows and refuses nothing',
  },
  'l7-shadowed': {
    about: 'waste',
    meaning:
      'another rule or policy allows the same peers and port without L7 rules: the proxy is paid, nothing is enforced',
  },
  'l7-pruned': {
    about: 'waste',
    meaning: 'L7 rules under a deny: they are dropped, the whole port is denied',
  },
  'l7-wide-selector': {
    about: 'waste',
    meaning: 'the selector is empty, or only says what pods must not be: every such pod pays',
  },
  'l7-regex-cost': {
    about: 'waste',
    meaning:
      'an expression that is large, begins with a repetition of anything or has an unescaped dot, or rules that one expression covers',
  },
  'l7-many-rules': {
    about: 'waste',
    meaning: 'more than 50 rules on a port: Envoy tries one after the other',
  },
  'auth-required': {
    about: 'waste',
    meaning: "connections wait for a handshake between the nodes' agents",
  },
  'annotation-dead': {
    about: 'waste',
    meaning: 'an annotation that Cilium reads no more, or not with this value',
  },
  'l7-rejected': {
    about: 'correctness',
    meaning:
      'the agent refuses the policy: it is stored, and _nothing_ of it is enforced; a warning where a setting of the agent decides',
  },
  'schema-refused': {
    about: 'correctness',
    meaning: 'the API server refuses the object; a warning where it drops an unknown field',
  },
  'l7-conflict': {
    about: 'correctness',
    meaning: 'two policies that are valid alone break the whole policy of the endpoints that both select',
  },
  'l7-disabled': {
    about: 'correctness',
    meaning: 'the target has the L7 proxy off, or does not offer it',
  },
  'field-removed': {
    about: 'correctness',
    meaning: 'the Cilium version that is judged for has the field no more',
  },
  'allows-nothing': {
    about: 'correctness',
    meaning: 'L7 rules without ports, or an empty list of peers: the rule allows nothing',
  },
  'fqdn-without-dns': {
    about: 'correctness',
    meaning:
      '`toFQDNs` without a DNS rule for the same pods: the agent learns no address, and nothing is allowed',
  },
  'istio-l7-no-target': {
    about: 'correctness',
    meaning:
      'in ambient mode nothing names a waypoint: ztunnel decides without the HTTP conditions. An error where the mode is known to be ambient',
  },
  'istio-tcp-port': {
    about: 'correctness',
    meaning: 'HTTP conditions on a port that Istio takes for TCP',
  },
};
