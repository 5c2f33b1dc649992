import { documentsOf } from '../../../../src/core/policy/documents';
import { createPatterns, type Patterns } from '../../../../src/core/policy/patterns';
import type { Alphabet } from '../../../../src/core/policy/patternSearch';
import { objectsOf, policyOf } from '../../../../src/core/policy/policies';
import type { DirectionRule, Http, Policy, Selector } from '../../../../src/core/policy/semantics/model';
import { readPolicy } from '../../../../src/core/policy/semantics/readPolicy';
import type { Party, Request } from '../../../../src/core/policy/semantics/resolve/decide';
import { createPolicySet } from '../../../../src/core/policy/semantics/resolve/policySet';
import { schemaFaults } from '../../../../src/core/policy/semantics/schemaFaults';

const version = '1.19';

/** The policies of a text that an API server and an agent take. */
export function acceptedIn(text: string): readonly Policy[] {
  return documentsOf(text).flatMap((document) =>
    objectsOf(document).objects.flatMap((object) => {
      const json = policyOf(object)?.json();
      if (json === undefined) return [];
      const { policy, refusals } = readPolicy(json, version);
      const isRefused =
        refusals.length > 0 || schemaFaults(json, version).some(({ kind }) => kind !== 'pruned');
      return policy && !isRefused ? [policy] : [];
    }),
  );
}

export type Outcome = 'allowed' | 'refused' | 'unknown';

/** What becomes of requests under all policies of a text. */
export function decider(text: string): (subject: Party, request: Request) => Outcome {
  const set = createPolicySet({ version });
  set.put('text', acceptedIn(text));
  const patterns = createPatterns();
  return (subject, request) => {
    const { verdict } = set.decide(subject, request, patterns);
    if (verdict === 'unknown') return 'unknown';
    return verdict === 'allow' || verdict === 'proxy-allow' ? 'allowed' : 'refused';
  };
}

const plainKey = (key: string): string => key.replace(/^(?:k8s|any)[:.]/, '');

/** A pod that a selector selects, as far as labels can make one. */
function podOf({ matchLabels, matchExpressions }: Selector, namespace: string): Party {
  const labels = [
    ...Object.entries(matchLabels),
    ...matchExpressions.flatMap(({ key, operator, values }) =>
      operator === 'In' || operator === 'Exists' ? [[key, values[0] ?? 'any'] as const] : [],
    ),
  ].map(([key, value]) => [plainKey(key), value] as const);
  const own = labels.find(([key]) => key === 'io.kubernetes.pod.namespace')?.[1];
  return { kind: 'pod', namespace: own ?? namespace, labels: Object.fromEntries(labels) };
}

const stranger: Party = { kind: 'pod', namespace: 'elsewhere', labels: { app: 'stranger' } };
const outside: Party = { kind: 'address', address: '203.0.113.9' };

const peersOf = ({ peers }: DirectionRule, namespace: string): readonly Party[] => [
  ...(peers.endpoints ?? []).map((selector) => podOf(selector, namespace)),
  ...(peers.cidrs ?? []).map(({ cidr }): Party => ({ kind: 'address', address: cidr.replace(/\/.*/, '') })),
  ...(peers.entities ?? []).map((name): Party => ({ kind: 'entity', name })),
  ...(peers.fqdns ?? []).map(({ matchName, matchPattern }): Party => ({
    kind: 'name',
    name: matchName ?? (matchPattern ?? '').replaceAll('*', 'a'),
  })),
];

const alphabet: Alphabet = { first: 'abcxyzGETPOS019/._-', rest: 'abcxyzGETPOS019/._-' };

/** Values that an expression matches, some that its alternatives are, and one that differs a little. */
function valuesOf(
  expressions: readonly string[],
  patterns: Patterns,
  other: readonly string[],
): readonly string[] {
  const found = expressions.flatMap((expression) => {
    const example = patterns.example(expression, alphabet);
    const alternatives = expression.replace(/[()]/g, '').split('|');
    const withX = expression.replaceAll('.', 'x');
    return [...(example === null ? [] : [example, `${example}x`]), ...alternatives, withX];
  });
  return [...new Set([...other, ...found.filter((value) => value !== '')])].slice(0, 12);
}

const headersOf = (http: readonly Http[]): readonly Readonly<Record<string, string>>[] => [
  {},
  ...http
    .filter(({ headers, headerMatches }) => headers.length + headerMatches.length > 0)
    .slice(0, 3)
    .map(({ headers, headerMatches }) =>
      Object.fromEntries([
        ...headers.map((line) => {
          const [name = '', ...value] = line.split(/[: ]+/);
          return [name, value.join(' ')] as const;
        }),
        ...headerMatches.map(({ name, value }) => [name, value] as const),
      ]),
    ),
];

const every = <T>(list: readonly T[], most: number): readonly T[] => {
  const step = Math.max(1, Math.ceil(list.length / most));
  return list.filter((_, at) => at % step === 0);
};

export interface Asked {
  readonly subject: Party;
  readonly request: Request;
}

/** Requests that policies tell apart, and some that none of them names. At most `most`, spread over all. */
export function requestsFor(policies: readonly Policy[], most: number): readonly Asked[] {
  const patterns = createPatterns();
  const rules = policies.flatMap((policy) =>
    policy.rules.flatMap((rule) =>
      rule.rules.map((one) => ({ one, rule, namespace: policy.namespace ?? 'default' })),
    ),
  );
  const entries = rules.flatMap(({ one }) => one.toPorts ?? []);
  const http = entries.flatMap(({ rules: l7 }) => l7?.http ?? []);
  const names = entries.flatMap(({ rules: l7 }) => l7?.dns ?? []);
  const methods = valuesOf(
    http.map(({ method }) => method),
    patterns,
    ['GET', 'TRACE'],
  );
  const paths = valuesOf(
    http.map(({ urlPath }) => urlPath),
    patterns,
    ['/', '/other'],
  );
  const hosts = valuesOf(
    http.map(({ host }) => host),
    patterns,
    ['a.test'],
  );
  const numbers = entries.flatMap(({ ports }) =>
    ports.flatMap(({ port, endPort }) =>
      typeof port === 'number' ? [port, ...(endPort ? [endPort, endPort + 1] : [port + 1])] : [],
    ),
  );
  const portNames = entries.flatMap(({ ports }) =>
    ports.flatMap(({ port }) => (typeof port === 'string' ? [port] : [])),
  );
  const ports = [...new Set([80, 53, ...numbers.filter((port) => port > 0 && port < 65_536)])].slice(0, 12);
  const dnsNames = names.map(({ matchName, matchPattern }) => matchName || matchPattern.replaceAll('*', 'a'));
  const l7: readonly Pick<Request, 'http' | 'dnsName'>[] = [
    ...methods.flatMap((method) =>
      paths.flatMap((path) =>
        hosts.flatMap((host) =>
          headersOf(http).map((headers) => ({ http: { method, path, host, headers } })),
        ),
      ),
    ),
    ...['other.test', ...dnsNames].map((dnsName) => ({ dnsName })),
  ];
  const places = rules.flatMap(({ one, rule, namespace }) =>
    [...peersOf(one, namespace), stranger, outside].flatMap((peer) =>
      ports.flatMap((port) =>
        (['TCP', 'UDP'] as const).map((protocol) => ({
          subject: podOf(rule.subject.selector, namespace),
          request: { direction: one.direction, peer, port, protocol, portNames: portNames.slice(0, 1) },
        })),
      ),
    ),
  );
  const chosen = every(places, Math.max(20, Math.floor(most / 20)));
  const asked = every(l7, Math.max(1, Math.floor(most / Math.max(1, chosen.length))));
  return chosen.flatMap(({ subject, request }) =>
    asked.map((more) => ({ subject, request: { ...request, ...more } })),
  );
}
