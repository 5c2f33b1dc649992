import {
  allowRulesOf,
  isNetworkPolicy,
  measuredRuleOf,
  peerFields,
  peersOf,
  proxyFields,
  records,
  specsOf,
  type AllowRule,
  type Json,
} from '../policy/allowRules';
import type { PolicyUnderTest } from '../policy/policyUnderTest';
import { Problem } from '../problem';
import { isRecord } from '../tool/json';
import { roleLabel, type BenchRole } from './benchLabels';
import { mapNetworkPolicy } from './mapNetworkPolicy';
import { mappedWords } from './mappedWords';
import type { KubeObject, PolicyObjects } from './plan';
import { refusedBy } from './refusedByPolicy';

/** `nobody` is no pod's role: a peer that the measured traffic does not come from stays in the rule and matches none. */
const selector = (role: BenchRole | 'nobody') => ({ matchLabels: { [roleLabel]: role } });

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function without(rule: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(rule).filter(([name]) => !names.includes(name)));
}

/** Whether one of its toPorts entries is the one that is measured of a policy with HTTP rules: the first on that port. */
function holdsHttp({ rule }: AllowRule, { port, namedPort }: PolicyUnderTest): boolean {
  return records(rule['toPorts']).some(
    (toPorts) =>
      isRecord(toPorts['rules']) &&
      records(toPorts['rules']['http']).length > 0 &&
      records(toPorts['ports']).some((entry) => String(entry['port']) === (namedPort ?? String(port))),
  );
}

function measuredIn(manifest: Json, policy: PolicyUnderTest): AllowRule {
  const { direction, port, name, http } = policy;
  const found =
    http.length === 0
      ? measuredRuleOf(manifest)?.rule
      : allowRulesOf(manifest).find((rule) => rule.direction === direction && holdsHttp(rule, policy));
  if (found?.direction === direction) return found;
  throw new Problem(
    'usage',
    `The rules of ${name} on port ${port} are not in its manifest as it was read.`,
    'Write them out, without templates.',
  );
}

function mappedRule({ rule, direction, admits }: AllowRule, role: BenchRole | 'nobody'): Json {
  if (admits === 'all') return rule;
  const endpoints = direction === 'ingress' ? 'fromEndpoints' : 'toEndpoints';
  return { [endpoints]: [selector(role)], ...without(rule, peerFields[direction]) };
}

/** With the port's number where its name stands: pods of the bench have no named ports. */
function withNumber(rules: unknown, { port, namedPort }: PolicyUnderTest): unknown {
  if (namedPort === undefined || !Array.isArray(rules)) return rules;
  const numbered = (entry: Json): Json =>
    entry['port'] === namedPort ? { ...entry, port: String(port) } : entry;
  return records(rules).map((rule) =>
    Array.isArray(rule['toPorts'])
      ? {
          ...rule,
          toPorts: records(rule['toPorts']).map((toPorts) =>
            Array.isArray(toPorts['ports'])
              ? { ...toPorts, ports: records(toPorts['ports']).map(numbered) }
              : toPorts,
          ),
        }
      : rule,
  );
}

function withoutL7(spec: Json): Json {
  const strip = (rules: unknown): unknown =>
    Array.isArray(rules)
      ? rules.map((rule: unknown) =>
          isRecord(rule) && Array.isArray(rule['toPorts'])
            ? { ...rule, toPorts: records(rule['toPorts']).map((toPorts) => without(toPorts, proxyFields)) }
            : rule,
        )
      : rules;
  return Object.fromEntries(
    Object.entries(spec).map(([name, value]) => [
      name,
      name === 'ingress' || name === 'egress' ? strip(value) : value,
    ]),
  );
}

/** TLS of a manifest needs Secrets that the bench's namespace does not have. */
function refuseTls(manifest: Json, name: string): void {
  if (/"(?:terminatingTLS|originatingTLS|secret)":/.test(JSON.stringify(manifest)))
    throw new Problem(
      'usage',
      `${name} uses TLS with Secrets, which the namespace of the bench does not have.`,
      'Measure it with policy-overhead, or a copy without TLS.',
    );
}

/**
 * The manifest as written, its selectors mapped to the bench's pods: the pods it selects become the server (or the client, where
 * its egress is measured), the peers of the measured rule become the other of the two, peers of other rules match none. Rules,
 * ports, their number and their order stay; a named port becomes the server's number. Pure JSON in and out.
 * @throws Problem (usage) where the measured rule is not in it, or where it needs Secrets.
 */
export function mapToBench(manifest: KubeObject, policy: PolicyUnderTest): PolicyObjects {
  refuseTls(manifest, policy.name);
  const measured = measuredIn(manifest, policy);
  return isNetworkPolicy(manifest)
    ? mapNetworkPolicy(measured, manifest, policy)
    : mapCiliumPolicy(measured, manifest, policy);
}

function mapCiliumPolicy(measured: AllowRule, manifest: Json, policy: PolicyUnderTest): PolicyObjects {
  const { direction, http } = policy;
  const [own, peer] =
    direction === 'ingress' ? (['server', 'client'] as const) : (['client', 'server'] as const);
  const specs = specsOf(manifest);
  const isKept = (spec: Json): boolean =>
    same(spec['endpointSelector'], measured.spec['endpointSelector']) && !isRecord(spec['nodeSelector']);
  const kept = specs.filter(isKept);
  const rules = allowRulesOf(manifest).filter(({ spec }) => isKept(spec));
  const measuredPeers = peersOf(measured.rule, direction);
  const isMeasured = (rule: AllowRule): boolean =>
    rule.direction === direction && same(peersOf(rule.rule, direction), measuredPeers);

  const mapSpec = (spec: Json): Json => {
    const rulesOf = (way: PolicyUnderTest['direction']): Json[] =>
      rules
        .filter((rule) => rule.spec === spec && rule.direction === way)
        .map((rule) => mappedRule(rule, isMeasured(rule) ? peer : 'nobody'));
    const denied = `${direction}Deny`;
    const mappedSpec = {
      ...without(spec, ['ingress', 'egress']),
      endpointSelector: selector(own),
      ...(Array.isArray(spec['ingress']) ? { ingress: rulesOf('ingress') } : {}),
      ...(Array.isArray(spec['egress']) ? { egress: rulesOf('egress') } : {}),
    };
    return Object.fromEntries(
      Object.entries(mappedSpec).map(([name, value]) => [
        name,
        name === direction || name === denied ? withNumber(value, policy) : value,
      ]),
    );
  };
  const mapped = kept.map(mapSpec);
  const objectOf = (level: 'l3l4' | 'l7'): KubeObject => ({
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: `bench-${level}` },
    specs: level === 'l7' ? mapped : mapped.map(withoutL7),
  });
  const others = rules.filter((rule) => rule.admits !== 'all' && !isMeasured(rule));
  // Pods that egress rules do not select are not held back, and neither are peers that a rule does not name.
  const withHttp = {
    admitsOthers:
      direction === 'egress' ||
      rules.some((rule) => rule.direction === 'ingress' && rule.admits === 'all' && holdsHttp(rule, policy)),
  };
  return {
    l3l4: [objectOf('l3l4')],
    l7: http.length === 0 ? [] : [objectOf('l7')],
    ...(http.length === 0 ? refusedBy(objectOf('l3l4'), policy) : withHttp),
    mapped: mappedWords(policy, {
      peers: measured.admits !== 'all',
      otherRules: others.length,
      specs: specs.length,
      keptSpecs: kept.length,
    }),
  };
}
