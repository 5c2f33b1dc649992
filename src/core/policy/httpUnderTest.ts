import { Problem } from '../problem';
import { isRecord } from '../tool/json';
import { unnamedPort } from './allowRules';
import { rangeOf } from './places';
import { benchPort, isTemplate, render } from './l3l4UnderTest';
import type { Patterns } from './patterns';
import { portRulesOf, type FoundPolicy, type PortRule } from './policies';
import type { HttpRule, PolicyUnderTest } from './policyUnderTest';

const usage = (what: string, todo: string): Problem => new Problem('usage', what, todo);

function headersOf({ read }: FoundPolicy, rule: unknown): readonly string[] {
  const headers = (read.items(read.value(rule, 'headers')) ?? []).flatMap((node) => read.text(node) ?? []);
  const headerMatches = (read.items(read.value(rule, 'headerMatches')) ?? []).flatMap((match) => {
    const name = read.text(read.value(match, 'name'));
    // With a mismatch action the request is changed or logged, not refused.
    if (name === undefined || read.text(read.value(match, 'mismatch'))) return [];
    if (read.map(read.value(match, 'secret')))
      throw usage(
        `The header ${name} is compared with a Secret.`,
        'Name a policy whose header values stand in the manifest.',
      );
    const value = read.text(read.value(match, 'value'));
    return [value ? `${name}: ${value}` : name];
  });
  return [...headers, ...headerMatches];
}

function httpRuleOf(policy: FoundPolicy, node: unknown): HttpRule {
  const { read } = policy;
  const field = (name: 'method' | 'path' | 'host'): Partial<HttpRule> => {
    const text = read.text(read.value(node, name));
    return text ? { [name]: text } : {};
  };
  const headers = headersOf(policy, node);
  return {
    ...field('method'),
    ...field('path'),
    ...field('host'),
    ...(headers.length > 0 ? { headers } : {}),
  };
}

/** The port of HTTP rules; a name becomes a port that nothing else in the policy speaks of. */
function portOf(
  { read, json }: FoundPolicy,
  { toPorts }: PortRule,
  at: string,
): Pick<PolicyUnderTest, 'port' | 'namedPort'> {
  const [first] = read.items(read.value(toPorts, 'ports')) ?? [];
  const text = read.text(read.value(first, 'port'));
  const protocol = read.text(read.value(first, 'protocol'))?.toUpperCase() ?? 'ANY';
  if (text === undefined)
    throw usage(`The HTTP rules ${at} have no port.`, 'Give their toPorts entry a numeric port.');
  if (protocol !== 'TCP')
    throw usage(
      `The HTTP rules ${at} are on protocol ${protocol}: Cilium takes them on TCP only.`,
      'Write protocol: TCP.',
    );
  if (isTemplate(text)) throw usage(`The port of the HTTP rules ${at} is a template.`, render);
  if (!/^\d+$/.test(text)) {
    const manifest = json();
    return { port: unnamedPort(isRecord(manifest) ? manifest : {}, benchPort), namedPort: text };
  }
  const port = Number(text);
  if (port < 1 || port > 65_535)
    throw usage(
      `The HTTP rules ${at} are on port ${text}: Cilium takes them on ports 1 to 65535.`,
      'Name one port.',
    );
  return { port };
}

/** Throws a usage {@link Problem} for a pattern that the agent refuses, and with it the policy. */
function checkPatterns(rules: readonly HttpRule[], at: string, patterns: Patterns): void {
  for (const rule of rules)
    for (const field of ['method', 'path', 'host'] as const) {
      const pattern = rule[field];
      const refusal = pattern === undefined ? null : patterns.refusal(pattern);
      if (refusal !== null)
        throw usage(
          `The ${field} "${pattern ?? ''}" ${at} is no regular expression to Cilium, which refuses the policy (${refusal}).`,
          'Correct it in the syntax of RE2.',
        );
    }
}

/** The ports with HTTP rules besides the one that is measured, as written. */
function otherPortsOf(policy: FoundPolicy, port: string): readonly string[] {
  const ports = portRulesOf(policy)
    .filter(({ rules }) => (policy.read.items(policy.read.value(rules?.value, 'http'))?.length ?? 0) > 0)
    .flatMap((portRule) => portRule.ports)
    .map((text) => text.replace(/\/.*/, ''))
    .filter((text) => text !== port);
  return [...new Set(ports)];
}

/**
 * The HTTP rules of a policy; where it has none, the names of its other L7 rules. Throws a usage {@link Problem} for rules that
 * Cilium refuses, or that cannot be put in force.
 */
export function httpUnderTest(
  policy: FoundPolicy,
  { file, hash }: { readonly file: string; readonly hash: (text: string) => string },
  patterns: Patterns,
): PolicyUnderTest | readonly string[] {
  const { read, kind, name, namespace, document } = policy;
  const kinds = new Set<string>();
  for (const portRule of portRulesOf(policy)) {
    for (const { key, value } of read.entries(portRule.rules?.value))
      if ((read.items(value)?.length ?? 0) > 0) kinds.add(String(key.value));
    const http = read.entry(portRule.rules?.value, 'http');
    const entries = read.items(http?.value) ?? [];
    if (!http || entries.length === 0) continue;
    const line = document.firstLine + rangeOf(document, http.key).start.line;
    const at = `of ${name} in line ${line + 1}`;
    if (read.map(read.value(portRule.spec, 'nodeSelector')))
      throw usage(
        `${name} selects nodes, and Cilium takes no HTTP rules for them.`,
        'Name a policy with an endpointSelector.',
      );
    if (read.items(read.value(portRule.rule, 'toServices'))?.length)
      throw usage(
        `The HTTP rules ${at} are for Services (toServices) that the lab does not have.`,
        'Name a policy that uses toEndpoints.',
      );
    const { port, namedPort } = portOf(policy, portRule, at);
    const rules = entries.map((entry) => httpRuleOf(policy, entry));
    checkPatterns(rules, at, patterns);
    return {
      file,
      name,
      namespace,
      kind: kind === 'CiliumClusterwideNetworkPolicy' ? kind : 'CiliumNetworkPolicy',
      direction: portRule.direction,
      port,
      ...(namedPort === undefined ? {} : { namedPort }),
      otherPorts: otherPortsOf(policy, namedPort ?? String(port)),
      http: rules,
      textHash: hash(policy.normalised()),
      line,
    };
  }
  return [...kinds];
}
