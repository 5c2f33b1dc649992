import type { PolicyUnderTest } from '../policy/policyUnderTest';
import { Problem } from '../problem';
import { isRecord } from '../tool/json';
import { roleLabel, type BenchRole } from './benchLabels';
import type { KubeObject, PolicyObjects } from './plan';

type Json = Readonly<Record<string, unknown>>;

/** `nobody` is no pod's role: a peer that the measured traffic does not come from stays in the rule and matches none. */
const selector = (role: BenchRole | 'nobody') => ({ matchLabels: { [roleLabel]: role } });

/** The fields of a rule that name peers, of which the bench pods take the place. Source: Cilium `pkg/policy/api`, v1.20. */
const peerFields = {
  ingress: [
    'fromEndpoints',
    'fromRequires',
    'fromCIDR',
    'fromCIDRSet',
    'fromEntities',
    'fromGroups',
    'fromNodes',
  ],
  egress: [
    'toEndpoints',
    'toRequires',
    'toCIDR',
    'toCIDRSet',
    'toEntities',
    'toServices',
    'toFQDNs',
    'toGroups',
    'toNodes',
  ],
} as const;
/** Entities that hold every pod of the bench. */
const entitiesWithPods: ReadonlySet<unknown> = new Set(['all', 'cluster']);
/** What of a toPorts entry is L7, or is done by a proxy. */
const proxyFields = ['rules', 'terminatingTLS', 'originatingTLS', 'serverNames', 'listener'] as const;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown): readonly Json[] => list(value).filter(isRecord);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function without(rule: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(rule).filter(([name]) => !names.includes(name)));
}

function specsOf(manifest: Json): readonly Json[] {
  return [...(isRecord(manifest['spec']) ? [manifest['spec']] : []), ...records(manifest['specs'])];
}

/** Whether this is the toPorts entry that is measured: the first with HTTP rules on that port. */
function holdsMeasured(rule: Json, port: number): boolean {
  return records(rule['toPorts']).some(
    (toPorts) =>
      isRecord(toPorts['rules']) &&
      list(toPorts['rules']['http']).length > 0 &&
      records(toPorts['ports']).some((entry) => String(entry['port']) === String(port)),
  );
}

interface Measured {
  readonly spec: Json;
  readonly rule: Json;
}

function measuredIn(manifest: Json, { direction, port, name }: PolicyUnderTest): Measured {
  for (const spec of specsOf(manifest))
    for (const rule of records(spec[direction])) if (holdsMeasured(rule, port)) return { spec, rule };
  throw new Problem(
    'usage',
    `The rules of ${name} on port ${port} are not in its manifest as it was read.`,
    'Write them out, without templates.',
  );
}

/** Peers of a rule as they are written, to tell which rules speak of the same ones. */
function peersOf(rule: Json, direction: PolicyUnderTest['direction']): Json {
  return Object.fromEntries(
    peerFields[direction].flatMap((name) => (name in rule ? [[name, rule[name]]] : [])),
  );
}

/** Whether the rule admits any pod: it names no peer, or an empty selector, or an entity of all pods. */
function admitsAll(rule: Json, direction: PolicyUnderTest['direction']): boolean {
  const peers = peersOf(rule, direction);
  if (Object.keys(peers).length === 0) return true;
  const [endpoints, entities] =
    direction === 'ingress'
      ? (['fromEndpoints', 'fromEntities'] as const)
      : (['toEndpoints', 'toEntities'] as const);
  const selectsAll = records(peers[endpoints]).some(
    (peer) => Object.keys(peer).length === 0 || same(peer, { matchLabels: {} }),
  );
  return selectsAll || list(peers[entities]).some((entity) => entitiesWithPods.has(entity));
}

function mappedRule(rule: Json, direction: PolicyUnderTest['direction'], role: BenchRole | 'nobody'): Json {
  if (admitsAll(rule, direction)) return rule;
  const endpoints = direction === 'ingress' ? 'fromEndpoints' : 'toEndpoints';
  return { [endpoints]: [selector(role)], ...without(rule, peerFields[direction]) };
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
      'Measure its HTTP rules with policy-overhead, or a copy without TLS.',
    );
}

/**
 * The manifest as written, its selectors mapped to the bench's pods: the pods it selects become the server (or the client, where
 * its egress is measured), the peers of the measured rule become the other of the two, peers of other rules match none. Rules,
 * ports, their number and their order stay. Pure JSON in and out.
 * @throws Problem (usage) where the measured rule is not in it, or where it needs Secrets.
 */
export function mapToBench(manifest: KubeObject, policy: PolicyUnderTest): PolicyObjects {
  refuseTls(manifest, policy.name);
  const { direction } = policy;
  const [own, peer] =
    direction === 'ingress' ? (['server', 'client'] as const) : (['client', 'server'] as const);
  const measured = measuredIn(manifest, policy);
  const specs = specsOf(manifest);
  const kept = specs.filter((spec) => same(spec['endpointSelector'], measured.spec['endpointSelector']));
  const measuredPeers = peersOf(measured.rule, direction);

  const mapSpec = (spec: Json): Json => {
    const rulesOf = (way: PolicyUnderTest['direction']): Json[] =>
      records(spec[way]).map((rule) =>
        mappedRule(rule, way, way === direction && same(peersOf(rule, way), measuredPeers) ? peer : 'nobody'),
      );
    return {
      ...without(spec, ['nodeSelector', 'ingress', 'egress']),
      endpointSelector: selector(own),
      ...(Array.isArray(spec['ingress']) ? { ingress: rulesOf('ingress') } : {}),
      ...(Array.isArray(spec['egress']) ? { egress: rulesOf('egress') } : {}),
    };
  };
  const mapped = kept.map(mapSpec);
  const objectOf = (level: 'l3l4' | 'l7'): KubeObject => ({
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: `bench-${level}` },
    specs: level === 'l7' ? mapped : mapped.map(withoutL7),
  });
  const replaced = !admitsAll(measured.rule, direction);
  const others = kept
    .flatMap((spec) =>
      (['ingress', 'egress'] as const).flatMap((way) => records(spec[way]).map((rule) => ({ way, rule }))),
    )
    .filter(
      ({ way, rule }) =>
        !admitsAll(rule, way) && !(way === direction && same(peersOf(rule, way), measuredPeers)),
    );
  return {
    l3l4: [objectOf('l3l4')],
    l7: [objectOf('l7')],
    // Pods that egress rules do not select are not held back, and neither are peers that a rule does not name.
    admitsOthers:
      direction === 'egress' ||
      kept.some((spec) =>
        records(spec['ingress']).some(
          (rule) => admitsAll(rule, 'ingress') && holdsMeasured(rule, policy.port),
        ),
      ),
    mapped: [
      `It selects the bench’s ${own} instead of the pods it names.`,
      ...(policy.kind === 'CiliumClusterwideNetworkPolicy'
        ? ['It is made as a CiliumNetworkPolicy of the bench’s namespace.']
        : []),
      ...(replaced ? [`The peers of its measured rule are the bench’s ${peer}.`] : []),
      ...(others.length > 0
        ? [`The peers of ${others.length} other ${others.length === 1 ? 'rule' : 'rules'} match no pod.`]
        : []),
      ...(kept.length < specs.length
        ? [`${specs.length - kept.length} of its ${specs.length} specs select other pods and are left out.`]
        : []),
    ],
  };
}
