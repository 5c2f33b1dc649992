import { allowRulesOf, records, type AllowRule, type Direction, type Json } from '../policy/allowRules';
import type { PolicyUnderTest } from '../policy/policyUnderTest';
import { isRecord } from '../tool/json';
import { roleLabel, type BenchRole } from './benchLabels';
import { mappedWords } from './mappedWords';
import type { KubeObject, PolicyObjects } from './plan';
import { refusedBy } from './refusedByPolicy';

/** `nobody` is no pod's role. */
const pods = (role: BenchRole | 'nobody') => ({ matchLabels: { [roleLabel]: role } });
const peersField = { ingress: 'from', egress: 'to' } as const satisfies Record<Direction, string>;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** With the port's number where its name stands: pods of the bench have no named ports. */
function withNumber(rule: Json, { port, namedPort }: PolicyUnderTest): Json {
  if (namedPort === undefined || !Array.isArray(rule['ports'])) return rule;
  const numbered = (entry: Json): Json => (entry['port'] === namedPort ? { ...entry, port } : entry);
  return { ...rule, ports: records(rule['ports']).map(numbered) };
}

/** A NetworkPolicy of Kubernetes for the bench's pods, in the way that {@link mapToBench} says. Pure JSON in and out. */
export function mapNetworkPolicy(
  measured: AllowRule,
  manifest: Json,
  policy: PolicyUnderTest,
): PolicyObjects {
  const { direction } = policy;
  const [own, peer] =
    direction === 'ingress' ? (['server', 'client'] as const) : (['client', 'server'] as const);
  const rules = allowRulesOf(manifest);
  const isMeasured = (rule: AllowRule): boolean =>
    rule.direction === direction &&
    same(rule.rule[peersField[direction]], measured.rule[peersField[direction]]);
  const mapRule = (rule: AllowRule): Json => {
    const numbered = rule.direction === direction ? withNumber(rule.rule, policy) : rule.rule;
    if (rule.admits === 'all') return numbered;
    return {
      ...numbered,
      [peersField[rule.direction]]: [{ podSelector: pods(isMeasured(rule) ? peer : 'nobody') }],
    };
  };
  const rulesOf = (way: Direction): Json => {
    const mapped = rules.filter((rule) => rule.direction === way).map(mapRule);
    return mapped.length > 0 ? { [way]: mapped } : {};
  };
  const spec = isRecord(manifest['spec']) ? manifest['spec'] : {};
  const object: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'bench-l3l4' },
    spec: { ...spec, podSelector: pods(own), ...rulesOf('ingress'), ...rulesOf('egress') },
  };
  const others = rules.filter((rule) => rule.admits !== 'all' && !isMeasured(rule));
  return {
    l3l4: [object],
    l7: [],
    ...refusedBy(object, policy),
    mapped: mappedWords(policy, {
      peers: measured.admits !== 'all',
      otherRules: others.length,
      specs: 1,
      keptSpecs: 1,
    }),
  };
}
