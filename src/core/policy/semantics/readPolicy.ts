/**
 * A Cilium policy as the agent of a version reads it: decoding with Go's rules for JSON, then `Parse()` and `Sanitize()`
 * (pkg/k8s/apis/cilium.io/v2/cnp_types.go and ccnp_types.go, pkg/policy/api of 1.18.8, 1.19.6 and 1.20.2).
 */
import { createCheck, defaultAgentOptions, type AgentOptions } from './acceptCheck';
import { acceptRule } from './acceptRule';
import type { CiliumVersion, Path, Policy, PolicyRule, PortEntry, Refusal } from './model';
import { inOrder, list, rootPlace, type Place } from './readPolicyDecode';
import { readPortEntry, readRule, type ReadDenyPorts } from './readPolicyRules';
import { goTypes, type GoRule } from './readPolicyTypes';

export interface ReadPolicy {
  /** Null: not a Cilium policy, or one that cannot be decoded. A policy with refusals is stored, and nothing of it is enforced. */
  readonly policy: Policy | null;
  /** In the order in which the agent meets them; it stops at the first. */
  readonly refusals: readonly Refusal[];
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kinds = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'] as const;

/** What stands at a path of an object; keys that are not there as they are written are looked for in any case. */
function valueAt(object: unknown, path: Path): unknown {
  let value = object;
  for (const key of path) {
    if (Array.isArray(value)) value = typeof key === 'number' ? (value as unknown[])[key] : undefined;
    else if (isObject(value) && Object.hasOwn(value, String(key))) value = value[String(key)];
    else return undefined;
  }
  return value;
}

/**
 * The entries of a deny rule with all that is written in them, for those who tell what was meant. The agent keeps their ports
 * alone, so what is wrong in the rest is not refused.
 */
const denyPortsOf =
  (object: unknown, version: CiliumVersion, foldsCase: boolean): ReadDenyPorts =>
  (at) => {
    const rule = valueAt(object, at);
    if (!isObject(rule)) return undefined;
    const key = Object.keys(rule).find((name) =>
      foldsCase ? name.toLowerCase() === 'toports' : name === 'toPorts',
    );
    if (key === undefined) return undefined;
    const place: Place = { ...rootPlace(foldsCase, true), path: [...at, key] };
    return list('', goTypes[version].portRule)
      .read(rule[key], place)
      ?.map((entry): PortEntry => readPortEntry(entry));
  };

function undecodable({ faults }: Place, before: readonly Refusal[]): ReadPolicy {
  const refusals = inOrder(faults).map(({ path, reason, words }) => ({ path, reason, agentSays: words }));
  return { policy: null, refusals: [...before, ...refusals] };
}

/** The agent's own form of a rule, outside of Kubernetes: keys in any case, nothing around it. */
function readBareRules(object: unknown, version: CiliumVersion, options: AgentOptions): ReadPolicy {
  const root = rootPlace(true, true);
  const { rule } = goTypes[version];
  const decoded: readonly GoRule[] = Array.isArray(object)
    ? object.flatMap((one: unknown, at) => rule.read(one, { ...root, path: [at] }) ?? [])
    : [rule.read(object, root) ?? rule.zero(root)];
  if (root.faults.length > 0) return undecodable(root, []);
  const refusals: Refusal[] = [];
  const check = createCheck(version, options, refusals).startingWith('');
  for (const one of decoded) acceptRule(one, check);
  const denyPorts = denyPortsOf(object, version, true);
  return {
    policy: {
      kind: 'CiliumNetworkPolicy',
      name: '',
      namespace: null,
      rules: decoded.map((one) => readRule(one, options.nonDefaultDeny, denyPorts)),
    },
    refusals,
  };
}

const isBareRule = (value: unknown): boolean =>
  isObject(value) &&
  value['kind'] === undefined &&
  value['apiVersion'] === undefined &&
  (Object.hasOwn(value, 'endpointSelector') || Object.hasOwn(value, 'nodeSelector'));

/** Reads an object, or the bare form of a rule or a list of them. Values are plain JSON; never throws. */
export function readPolicy(
  object: unknown,
  version: CiliumVersion,
  given: Partial<AgentOptions> = {},
): ReadPolicy {
  const options = { ...defaultAgentOptions, ...given };
  if (Array.isArray(object) ? object.length > 0 && object.every(isBareRule) : isBareRule(object))
    return readBareRules(object, version, options);
  const kind = isObject(object) ? kinds.find((one) => one === object['kind']) : undefined;
  if (kind === undefined) return { policy: null, refusals: [] };
  const refusals: Refusal[] = [];
  const { startingWith } = createCheck(version, options, refusals);
  const refuse = startingWith('').refuse;
  const written = isObject(object) ? object['apiVersion'] : undefined;
  if (written !== 'cilium.io/v2')
    refuse(
      written === undefined ? [] : ['apiVersion'],
      'api-version-unknown',
      `no matches for kind "${kind}" in version "${typeof written === 'string' ? written : ''}"`,
    );
  const root = rootPlace(false, version !== '1.18');
  const decoded = goTypes[version][kind].read(object, root);
  if (!decoded || root.faults.length > 0) return undecodable(root, refusals);

  const { metadata, spec, specs } = decoded;
  // The API server makes the name where only its beginning is given.
  if ((metadata?.name ?? '') === '' && (metadata?.generateName ?? '') === '')
    refuse(metadata ? metadata.at : [], 'name-missing', `${kind} must have name`);
  if (!spec && !specs) refuse([], 'empty-policy', `Invalid ${kind} spec(s): empty policy`);

  const rules: PolicyRule[] = [];
  const denyPorts = denyPortsOf(object, version, false);
  const take = (rule: GoRule | null, field: 'spec' | 'specs', at: Path): void => {
    if (rule === null) {
      refuse(at, 'agent-panics', 'runtime error: invalid memory address or nil pointer');
      return;
    }
    acceptRule(rule, startingWith(`Invalid ${kind} ${field}: `));
    if (kind === 'CiliumNetworkPolicy' && rule.nodeSelector)
      refuse(
        [...at, 'nodeSelector'],
        'node-selector-namespaced',
        `Invalid ${kind} spec: rule cannot have NodeSelector`,
      );
    rules.push(readRule(rule, options.nonDefaultDeny, denyPorts));
  };
  if (spec) take(spec, 'spec', ['spec']);
  specs?.forEach((rule, at) => {
    take(rule, 'specs', ['specs', at]);
  });
  const namespace = kind === 'CiliumNetworkPolicy' ? (metadata?.namespace ?? '') : '';
  return {
    policy: { kind, name: metadata?.name ?? '', namespace: namespace === '' ? null : namespace, rules },
    refusals,
  };
}
