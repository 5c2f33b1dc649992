import type { Scalar } from 'yaml';
import type { NodeReader } from '../nodes';

/** A key of an AuthorizationPolicy that only something that reads HTTP can decide on. */
export interface HttpCondition {
  readonly key: Scalar;
  /** `methods`, `request.headers[x]`. */
  readonly field: string;
}

/** What one rule of an AuthorizationPolicy asks for. */
export interface RuleConditions {
  readonly http: readonly HttpCondition[];
  /** Ports that the operations with HTTP conditions name; empty where one of them names none. */
  readonly ports: readonly string[];
  /** Operations that name ports in a rule with HTTP conditions, with the key that is about HTTP. */
  readonly operations: readonly { readonly condition: HttpCondition; readonly ports: readonly string[] }[];
  /** Without its HTTP conditions, each of from, to and when still asks for something: ztunnel enforces the rest of a DENY. */
  readonly leavesL4: boolean;
}

/** https://istio.io/latest/docs/reference/config/security/authorization-policy/ */
const httpOperation = ['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts'] as const;
const httpSource = [
  'requestPrincipals',
  'notRequestPrincipals',
  'remoteIpBlocks',
  'notRemoteIpBlocks',
] as const;
const l4Operation = ['ports', 'notPorts'] as const;
const l4Source = [
  ...['principals', 'namespaces', 'ipBlocks', 'serviceAccounts'],
  ...['notPrincipals', 'notNamespaces', 'notIpBlocks', 'notServiceAccounts'],
] as const;
/** The conditions that ztunnel knows (istiod's `ambient/authorization.go`); all others need an Envoy. */
const l4When: ReadonlySet<string> = new Set([
  'source.ip',
  'source.namespace',
  'source.principal',
  'destination.ip',
  'destination.port',
]);

export function ruleConditions(read: NodeReader, rule: unknown): RuleConditions {
  const isSet = (node: unknown): boolean => (read.items(node)?.length ?? 0) > 0;
  const fieldsOf = (node: unknown, names: readonly string[]): readonly HttpCondition[] =>
    names.flatMap((field) => {
      const entry = read.entry(node, field);
      return entry && isSet(entry.value) ? [{ key: entry.key, field }] : [];
    });
  const sources = (read.items(read.value(rule, 'from')) ?? []).map((from) => read.value(from, 'source'));
  const operations = (read.items(read.value(rule, 'to')) ?? []).map((to) => read.value(to, 'operation'));
  const whens = read.items(read.value(rule, 'when')) ?? [];

  const fromSources = sources.flatMap((source) => fieldsOf(source, httpSource));
  const fromWhens = whens.flatMap((when) => {
    const entry = read.entry(when, 'key');
    const field = read.text(entry?.value);
    return entry && field !== undefined && field !== '' && !l4When.has(field) && !field.includes('{{')
      ? [{ key: entry.key, field }]
      : [];
  });
  const perOperation = operations.map((operation) => ({
    own: fieldsOf(operation, httpOperation),
    ports: (read.items(read.value(operation, 'ports')) ?? []).flatMap((port) => read.text(port) ?? []),
  }));
  const shared = [...fromSources, ...fromWhens];
  const concerned = perOperation.filter(({ own }) => own.length > 0 || shared.length > 0);
  const isClauseLeft = (nodes: readonly unknown[], names: readonly string[]): boolean =>
    nodes.length === 0 || nodes.some((node) => names.some((name) => isSet(read.value(node, name))));
  return {
    http: [...perOperation.flatMap(({ own }) => own), ...shared],
    ports:
      concerned.length === 0 || concerned.some(({ ports }) => ports.length === 0)
        ? []
        : [...new Set(concerned.flatMap(({ ports }) => ports))],
    operations: concerned.flatMap(({ own, ports }) => {
      const condition = own[0] ?? shared[0];
      return condition && ports.length > 0 ? [{ condition, ports }] : [];
    }),
    leavesL4:
      isClauseLeft(sources, l4Source) &&
      isClauseLeft(operations, l4Operation) &&
      whens.every((when) => {
        const field = read.text(read.value(when, 'key'));
        return (
          l4When.has(field ?? '') &&
          (isSet(read.value(when, 'values')) || isSet(read.value(when, 'notValues')))
        );
      }),
  };
}
