import type { Scalar } from 'yaml';
import { isScalar } from 'yaml';
import { labelsOf } from '../endpoints';
import { limits } from '../limits';
import type { FoundObject } from '../objects';
import { ruleConditions, type HttpCondition } from './istioConditions';
import type { ObjectFinding, ObjectRule } from './rule';

const docs = 'https://istio.io/latest/docs/ambient/usage/l7-features/';
const tcpDocs = 'https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/';

/** Labels that pick the pods of a gateway, which is an Envoy: no ztunnel decides for them. */
const gatewayLabel =
  /^(?:istio=.*gateway|app(?:\.kubernetes\.io\/name)?=istio-.*gateway|(?:gateway\.networking\.k8s\.io|istio\.io)\/gateway-name=)/;

/** What the object is attached to, as its findings carry it in `detail.target`; undefined for a selector or nothing. */
function targetOf({ read, node }: FoundObject): string | undefined {
  const spec = read.value(node, 'spec');
  const refs = [...(read.items(read.value(spec, 'targetRefs')) ?? []), read.value(spec, 'targetRef')];
  const ref = refs.find((each) => read.map(each));
  if (ref === undefined) return undefined;
  return `${read.text(read.value(ref, 'kind')) ?? ''} ${read.text(read.value(ref, 'name')) ?? ''}`.trim();
}

/** The key that leaves ztunnel alone with the object: its selector, else the spec. */
function keyWithoutTarget({ read, node }: FoundObject): Scalar | undefined {
  return read.entry(read.value(node, 'spec'), 'selector')?.key ?? read.entry(node, 'spec')?.key;
}

/** Templates decide what it is attached to. */
const mayHaveTarget = ({ read, node }: FoundObject): boolean =>
  read.entry(read.value(node, 'spec'), 'targetRefs') !== undefined &&
  read.items(read.value(read.value(node, 'spec'), 'targetRefs')) === undefined;

interface Said {
  readonly conditions: readonly HttpCondition[];
  readonly ports: readonly string[];
  readonly rules: number;
  /** What becomes of it where ztunnel alone reads it. */
  readonly effect: 'denies-all' | 'rules-dropped' | 'denies-more' | 'not-enforced';
  readonly action: string;
}

/** That it needs a proxy, and what becomes of it in ambient mode without one. The mode is not known here: `settle` does. */
function findingsOf(object: FoundObject, said: Said): readonly ObjectFinding[] {
  const [first, ...others] = said.conditions;
  if (!first) return [];
  const { read, node, isPatch } = object;
  const target = targetOf(object);
  const labels = labelsOf(read, read.value(read.value(node, 'spec'), 'selector'));
  const isGateway = target === undefined && labels.some((label) => gatewayLabel.test(label));
  const fields = [...new Set(said.conditions.map(({ field }) => field))].join(', ');
  const common = {
    protocol: 'http',
    direction: 'ingress',
    ports: said.ports,
    endpoints: labels,
    rules: said.rules,
    docs,
    tags: isPatch ? ['patch'] : [],
  } as const;
  const needsProxy: ObjectFinding = {
    ...common,
    code: 'istio-l7',
    severity: 'info',
    key: first.key,
    reason: isGateway ? 'gateway' : 'mode-unknown',
    detail: { fields, action: said.action, ...(target === undefined ? {} : { target }) },
    related: others.slice(0, limits.related).map(({ key }) => key),
  };
  const key = keyWithoutTarget(object);
  if (isPatch || isGateway || target !== undefined || !key || mayHaveTarget(object)) return [needsProxy];
  return [
    needsProxy,
    {
      ...common,
      code: 'istio-l7-no-target',
      severity: 'warning',
      key,
      reason: said.effect,
      detail: { fields, action: said.action, mode: 'unknown' },
    },
  ];
}

/**
 * AuthorizationPolicies that something that reads HTTP must decide on. What ztunnel makes of them is taken from istiod
 * (`pilot/pkg/serviceregistry/ambient/authorization.go`) and ztunnel (`src/rbac.rs`): an ALLOW rule with HTTP conditions is left
 * out, and an ALLOW policy without rules refuses everything; a DENY rule is enforced without them, and not at all where
 * nothing of one of its parts is left; CUSTOM and AUDIT do not reach it.
 */
export const authorizationRule: ObjectRule = (object) => {
  const { read, node, isPatch } = object;
  const spec = read.value(node, 'spec');
  const actionEntry = read.entry(spec, 'action');
  const action = read.text(actionEntry?.value)?.toUpperCase() ?? 'ALLOW';
  const all = read.items(read.value(spec, 'rules')) ?? [];
  const rules = all.map((rule) => ruleConditions(read, rule));
  const withHttp = rules.filter(({ http }) => http.length > 0);
  const isCustom = action === 'CUSTOM' && actionEntry !== undefined && all.length > 0;
  const conditions = [
    ...(isCustom ? [{ key: actionEntry.key, field: 'action CUSTOM' }] : []),
    ...withHttp.flatMap(({ http }) => http),
  ];
  const effect = (): Said['effect'] => {
    if (action === 'DENY') return withHttp.some(({ leavesL4 }) => leavesL4) ? 'denies-more' : 'not-enforced';
    if (action !== 'ALLOW') return 'not-enforced';
    return withHttp.length === all.length ? 'denies-all' : 'rules-dropped';
  };
  const anyPort = isCustom || withHttp.some(({ ports }) => ports.length === 0);
  const found = findingsOf(object, {
    conditions,
    ports: anyPort ? [] : [...new Set(withHttp.flatMap(({ ports }) => ports))],
    rules: isCustom ? all.length : withHttp.length,
    effect: effect(),
    action,
  });
  const endpoints = labelsOf(read, read.value(spec, 'selector'));
  // Which of the ports are TCP, the Services of the text say: `settle` keeps those.
  const onPorts = withHttp.flatMap(({ operations }) =>
    operations.map(({ condition, ports }): ObjectFinding => ({
      code: 'istio-tcp-port',
      severity: 'warning',
      protocol: 'http',
      direction: 'ingress',
      ports,
      endpoints,
      rules: 1,
      docs: tcpDocs,
      tags: isPatch ? ['patch'] : [],
      key: condition.key,
      detail: { field: condition.field, action },
    })),
  );
  return [...found, ...onPorts];
};

/** Tokens stand in HTTP headers: reading them needs an Envoy. */
export const authenticationRule: ObjectRule = (object) => {
  const { read, node } = object;
  const jwtRules = read.entry(read.value(node, 'spec'), 'jwtRules');
  const rules = read.items(jwtRules?.value)?.length ?? 0;
  if (!jwtRules || !isScalar(jwtRules.key) || rules === 0) return [];
  return findingsOf(object, {
    conditions: [{ key: jwtRules.key, field: 'jwtRules' }],
    ports: [],
    rules,
    effect: 'not-enforced',
    action: '',
  });
};
