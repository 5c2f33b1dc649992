import { parseAllDocuments } from 'yaml';
import type {
  DirectionRule,
  Dns,
  Http,
  L7Rules,
  Path,
  Peers,
  Policy,
  PolicyRule,
  Port,
  PortEntry,
  Protocol,
  Selector,
  Tls,
} from '../../../../src/core/policy/semantics/model';

/* A reader for tests of accepted policies: no faults are told, what has a wrong shape is left out. */

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
const list = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? (value as unknown[]) : undefined;
const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
const texts = (value: unknown): readonly string[] => (list(value) ?? []).map(text);

function selectorOf(value: unknown, path: Path): Selector {
  const read = object(value) ?? {};
  const labels = Object.entries(object(read.matchLabels) ?? {});
  return {
    path,
    matchLabels: Object.fromEntries(labels.map(([key, label]) => [key, text(label)])),
    matchExpressions: (list(read.matchExpressions) ?? []).map((found) => {
      const expression = object(found) ?? {};
      return {
        key: text(expression.key),
        operator: text(expression.operator) as 'In',
        values: texts(expression.values),
      };
    }),
  };
}

const selectorsOf = (value: unknown, path: Path): readonly Selector[] | undefined =>
  list(value)?.map((found, at) => selectorOf(found, [...path, at]));

function peersOf(rule: Json, way: 'from' | 'to', path: Path): Peers {
  const endpoints = selectorsOf(rule[`${way}Endpoints`], [...path, `${way}Endpoints`]);
  const nodes = selectorsOf(rule[`${way}Nodes`], [...path, `${way}Nodes`]);
  const requires = selectorsOf(rule[`${way}Requires`], [...path, `${way}Requires`]);
  const cidrs = list(rule[`${way}CIDR`])?.map((cidr) => ({ cidr: text(cidr), except: [] }));
  const sets = list(rule[`${way}CIDRSet`])?.map((found) => object(found) ?? {});
  const plainSets = sets
    ?.filter(({ cidr }) => cidr !== undefined)
    .map(({ cidr, except }) => ({ cidr: text(cidr), except: texts(except), isOfSet: true as const }));
  const entities = list(rule[`${way}Entities`]);
  const fqdns = list(rule.toFQDNs)?.map((found) => {
    const { matchName, matchPattern } = object(found) ?? {};
    return {
      ...(matchName !== undefined ? { matchName: text(matchName) } : {}),
      ...(matchPattern !== undefined ? { matchPattern: text(matchPattern) } : {}),
    };
  });
  const groups = list(rule[`${way}Groups`])?.map((group) => JSON.stringify(group));
  const services = list(rule.toServices)?.length;
  return {
    ...(endpoints ? { endpoints } : {}),
    ...(nodes ? { nodes } : {}),
    ...(requires ? { requires } : {}),
    ...(entities ? { entities: entities.map(text) } : {}),
    ...(cidrs || plainSets ? { cidrs: [...(cidrs ?? []), ...(plainSets ?? [])] } : {}),
    ...(sets
      ? { cidrGroups: sets.filter(({ cidr }) => cidr === undefined).map((set) => JSON.stringify(set)) }
      : {}),
    ...(fqdns ? { fqdns } : {}),
    ...(groups ? { groups } : {}),
    ...(services ? { services } : {}),
  };
}

function portOf(value: unknown, path: Path): Port {
  const { port, endPort, protocol } = object(value) ?? {};
  const name = text(port ?? '0');
  return {
    path,
    port: /^\d+$/.test(name) ? Number(name) : name,
    endPort: typeof endPort === 'number' ? endPort : null,
    protocol: (text(protocol).toUpperCase() || 'ANY') as Protocol,
  };
}

function httpOf(value: unknown, path: Path): Http {
  const rule = object(value) ?? {};
  return {
    path,
    method: text(rule.method),
    urlPath: text(rule.path),
    host: text(rule.host),
    headers: texts(rule.headers),
    headerMatches: (list(rule.headerMatches) ?? []).map((found) => {
      const match = object(found) ?? {};
      return {
        name: text(match.name),
        value: text(match.value),
        mismatch: text(match.mismatch) as '',
        hasSecret: match.secret !== undefined,
      };
    }),
  };
}

const dnsOf = (value: unknown, path: Path): Dns => {
  const rule = object(value) ?? {};
  return { path, matchName: text(rule.matchName), matchPattern: text(rule.matchPattern) };
};

function rulesOf(value: unknown, path: Path): L7Rules | null {
  const rules = object(value);
  if (!rules) return null;
  const kinds = ['http', 'kafka', 'dns', 'l7proto', 'l7'] as const;
  return {
    path,
    present: kinds.filter((kind) => kind in rules),
    http: (list(rules.http) ?? []).map((found, at) => httpOf(found, [...path, 'http', at])),
    kafka: list(rules.kafka)?.length ?? 0,
    dns: (list(rules.dns) ?? []).map((found, at) => dnsOf(found, [...path, 'dns', at])),
    l7proto: text(rules.l7proto),
    l7: list(rules.l7)?.length ?? 0,
    othersMatchAll: [...(list(rules.kafka) ?? []), ...(list(rules.l7) ?? [])].some(
      (rule) => Object.keys(object(rule) ?? {}).length === 0,
    ),
    lacksTopic: (list(rules.kafka) ?? []).some((rule) => !object(rule)?.topic),
  };
}

function tlsOf(value: unknown, path: Path): Tls | null {
  const tls = object(value);
  if (!tls) return null;
  return {
    path,
    secretName: text(object(tls.secret)?.name),
    trustedCa: text(tls.trustedCA),
    certificate: text(tls.certificate),
    privateKey: text(tls.privateKey),
  };
}

function entryOf(value: unknown, path: Path): PortEntry {
  const entry = object(value) ?? {};
  const listener = object(entry.listener);
  const config = object(listener?.envoyConfig);
  return {
    path,
    ports: (list(entry.ports) ?? []).map((port, at) => portOf(port, [...path, 'ports', at])),
    rules: rulesOf(entry.rules, [...path, 'rules']),
    terminatingTls: tlsOf(entry.terminatingTLS, [...path, 'terminatingTLS']),
    originatingTls: tlsOf(entry.originatingTLS, [...path, 'originatingTLS']),
    serverNames: texts(entry.serverNames),
    listener: listener && {
      path: [...path, 'listener'],
      name: text(listener.name),
      priority: typeof listener.priority === 'number' ? listener.priority : 0,
      envoyConfig: { kind: text(config?.kind), name: text(config?.name) },
    },
  };
}

const sections = ['ingress', 'egress', 'ingressDeny', 'egressDeny'] as const;

function directionRule(value: unknown, section: (typeof sections)[number], path: Path): DirectionRule {
  const rule = object(value) ?? {};
  const direction = section.startsWith('ingress') ? 'ingress' : 'egress';
  const toPorts = list(rule.toPorts)?.map((entry, at) => entryOf(entry, [...path, 'toPorts', at]));
  const icmps = list(rule.icmps)?.map((icmp) => ({
    fields: (list(object(icmp)?.fields) ?? []).map((field) => {
      const { family, type } = object(field) ?? {};
      return { family: text(family), type: typeof type === 'number' ? type : text(type) };
    }),
  }));
  const authentication = object(rule.authentication);
  return {
    path,
    direction,
    isDeny: section.endsWith('Deny'),
    peers: peersOf(rule, direction === 'ingress' ? 'from' : 'to', path),
    ...(toPorts ? { toPorts } : {}),
    ...(icmps ? { icmps } : {}),
    authentication: authentication ? text(authentication.mode) : null,
  };
}

function policyRule(spec: Json, path: Path): PolicyRule {
  const isHost = spec.nodeSelector !== undefined && spec.nodeSelector !== null;
  const { ingress, egress } = object(spec.enableDefaultDeny) ?? {};
  return {
    path,
    subject: {
      kind: isHost ? 'host' : 'endpoint',
      selector: selectorOf(isHost ? spec.nodeSelector : spec.endpointSelector, path),
    },
    enableDefaultDeny: {
      ingress: typeof ingress === 'boolean' ? ingress : null,
      egress: typeof egress === 'boolean' ? egress : null,
    },
    present: sections.filter((section) => list(spec[section])),
    rules: sections.flatMap((section) =>
      (list(spec[section]) ?? []).map((rule, at) => directionRule(rule, section, [...path, section, at])),
    ),
  };
}

/** A policy of a manifest, as the agent reads it; null where it is none. */
export function readForTest(value: unknown): Policy | null {
  const { kind, metadata, spec, specs } = object(value) ?? {};
  if (kind !== 'CiliumNetworkPolicy' && kind !== 'CiliumClusterwideNetworkPolicy') return null;
  const { name, namespace } = object(metadata) ?? {};
  const one = object(spec);
  return {
    kind,
    name: text(name),
    namespace: text(namespace) || null,
    rules: [
      ...(one ? [policyRule(one, ['spec'])] : []),
      ...(list(specs) ?? []).map((found, at) => policyRule(object(found) ?? {}, ['specs', at])),
    ],
  };
}

/** All policies of a text of YAML. */
export const policiesIn = (manifests: string): readonly Policy[] =>
  parseAllDocuments(manifests)
    .map((document) => readForTest(document.toJS()))
    .filter((policy) => policy !== null);
