import type { DirectionRule, Policy, PolicyRule, Selector } from '../model';
import type { Behaviour } from './behaviour';
import type { Compiling } from './entries';
import {
  cidrIdentity,
  hostIdentity,
  labelKey,
  namespaceNameKey,
  podIdentity,
  podNamespaceKey,
  reservedIdentity,
  type Identity,
} from './identity';

/**
 * Labels of somebody that the selector selects, as far as labels that are asked for can make it; null where it asks for
 * reserved labels, which no pod carries. `choose`: which of the values of an expression `In`, by its place in the list.
 */
function labelsFor(
  { matchLabels, matchExpressions }: Selector,
  choose: (expression: number) => number = () => 0,
): Record<string, string> | null {
  const labels = new Map<string, string>();
  const asked = [
    ...Object.entries(matchLabels),
    ...matchExpressions.flatMap(({ key, operator, values }, at): readonly (readonly [string, string])[] => {
      if (operator === 'Exists') return [[key, 'sample']];
      const value = operator === 'In' ? values[choose(at)] : undefined;
      return value === undefined ? [] : [[key, value]];
    }),
  ];
  for (const [text, value] of asked) {
    const { source, key } = labelKey(text);
    if (source === 'reserved') return null;
    labels.set(source === 'k8s' || source === 'any' ? key : text, value);
  }
  const namespace = labels.get(namespaceNameKey);
  if (namespace !== undefined) labels.set(podNamespaceKey, namespace);
  return Object.fromEntries(labels);
}

const mostValues = 16;

/** How many of the values of an expression `In` are tried: the first, as Cilium's own tests would, or each. */
export type SampleValues = 'first' | 'each';

/** One set of labels for the first values, and one for each further value of each expression `In`. */
function allLabelsFor(selector: Selector, values: SampleValues): readonly Record<string, string>[] {
  const first = labelsFor(selector);
  if (!first) return [];
  if (values === 'first') return [first];
  const others = selector.matchExpressions.flatMap((expression, at) =>
    (expression.operator === 'In' ? expression.values.slice(1, mostValues) : [])
      .map((_, value) => labelsFor(selector, (other) => (other === at ? value + 1 : 0)))
      .filter((labels) => labels !== null),
  );
  return [first, ...others];
}

/** Everybody who is there without a policy: the world, the nodes, ... */
export const reservedSamples = ({ reservedIdentities }: Behaviour): readonly Identity[] =>
  reservedIdentities.map(reservedIdentity);

/** An address of documentation (RFC 5737), which stands for what a name resolves to. */
const namedAddress = '198.51.100.7';

function peersOf(
  { peers }: DirectionRule,
  namespace: string,
  cluster: string,
  values: SampleValues,
): readonly Identity[] {
  const { endpoints = [], requires = [], cidrs = [], fqdns = [] } = peers;
  return [
    ...[...endpoints, ...requires]
      .flatMap((selector) => allLabelsFor(selector, values))
      .map((labels) => podIdentity(namespace, cluster, labels)),
    ...cidrs.flatMap(({ cidr, except }) => [cidr, ...except].map((text) => cidrIdentity(text))),
    ...fqdns.map(({ matchName, matchPattern }) =>
      cidrIdentity(namedAddress, [matchName || (matchPattern ?? '')]),
    ),
  ].filter((found) => found !== null);
}

/** The subjects of a rule: an endpoint that carries what its selector asks for, and no more. */
function subjectsOf(
  { subject: { kind, selector } }: PolicyRule,
  policy: Policy,
  namespace: string,
  cluster: string,
  values: SampleValues,
): readonly Identity[] {
  const inNamespace = policy.kind === 'CiliumNetworkPolicy' ? { [podNamespaceKey]: namespace } : {};
  return allLabelsFor(selector, values).map((labels) =>
    kind === 'host' ? hostIdentity(labels) : podIdentity(namespace, cluster, { ...labels, ...inNamespace }),
  );
}

export interface PolicySamples {
  readonly subjects: readonly Identity[];
  /** All whom the policy names: its subjects, its peers and a stranger in its namespace. */
  readonly all: readonly Identity[];
}

/** Endpoints that a policy tells of. What it says of others, no policy of the set can tell. */
export function samplesOf(policy: Policy, compiling: Compiling, values: SampleValues): PolicySamples {
  const { cluster } = compiling;
  const namespace = (policy.kind === 'CiliumNetworkPolicy' ? policy.namespace : null) ?? compiling.namespace;
  const subjects = policy.rules.flatMap((rule) => subjectsOf(rule, policy, namespace, cluster, values));
  const peers = policy.rules.flatMap(({ rules }) =>
    rules.flatMap((rule) => peersOf(rule, namespace, cluster, values)),
  );
  const stranger = podIdentity(namespace, cluster, { 'cilium-bench-stranger': 'true' });
  return { subjects, all: [...subjects, ...peers, stranger] };
}
