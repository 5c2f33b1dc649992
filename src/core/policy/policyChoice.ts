import type { PolicyChoice } from '../plan/makePlan';
import { Problem } from '../problem';
import { isRecord } from '../tool/json';
import type { NotMeasured } from '../result/run';
import { documentsOf } from './documents';
import { createPatterns, type Patterns } from './patterns';
import { rangeOf } from './places';
import { findPolicies, portRulesOf, type FoundPolicy, type PortRule } from './policies';
import type { HttpRule, PolicyUnderTest } from './policyUnderTest';
import { allowedRequest, deniedRequest, refusesNothing, type RequestChoice } from './requests';
import { sha256 } from './sha256';

export interface PolicyOptions {
  /** Where the text is from: only named in the result and in what went wrong. */
  readonly file: string;
  /** The policy's `metadata.name`, where the text holds several. */
  readonly name?: string;
  /** The `textHash` of one of its findings, where several policies share a name. */
  readonly textHash?: string;
  readonly hash?: (text: string) => string;
}

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

function portOf({ read }: FoundPolicy, { toPorts }: PortRule, at: string): number {
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
  if (!/^\d+$/.test(text))
    throw usage(
      `The HTTP rules ${at} are on the named port ${text}, which only a pod can resolve.`,
      'Write the port as a number.',
    );
  const port = Number(text);
  if (port < 1 || port > 65_535)
    throw usage(
      `The HTTP rules ${at} are on port ${text}: Cilium takes them on ports 1 to 65535.`,
      'Name one port.',
    );
  return port;
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
function otherPortsOf(policy: FoundPolicy, port: number): readonly string[] {
  const ports = portRulesOf(policy)
    .filter(({ rules }) => (policy.read.items(policy.read.value(rules?.value, 'http'))?.length ?? 0) > 0)
    .flatMap((portRule) => portRule.ports)
    .map((text) => text.replace(/\/.*/, ''))
    .filter((text) => text !== String(port));
  return [...new Set(ports)];
}

function underTest(
  policy: FoundPolicy,
  { file, hash = sha256 }: PolicyOptions,
  patterns: Patterns,
): PolicyUnderTest | string {
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
    const port = portOf(policy, portRule, at);
    const rules = entries.map((entry) => httpRuleOf(policy, entry));
    checkPatterns(rules, at, patterns);
    return {
      file,
      name,
      namespace,
      kind: kind === 'CiliumClusterwideNetworkPolicy' ? kind : 'CiliumNetworkPolicy',
      direction: portRule.direction,
      port,
      otherPorts: otherPortsOf(policy, port),
      http: rules,
      textHash: hash(policy.normalised()),
      line,
    };
  }
  return kinds.size > 0 ? `${[...kinds].join(' and ')} rules only` : 'L3/L4 rules only';
}

/**
 * The HTTP rules of a text that can be put in force: those of its first policy that has some, or of the one named. `toFQDNs`
 * peers are fine: in the lab its server stands for them. Throws a usage {@link Problem} that says what the text holds.
 */
export function policyUnderTest(
  text: string,
  options: PolicyOptions,
  patterns = createPatterns(),
): PolicyUnderTest {
  return chosenPolicy(text, options, patterns).policy;
}

/** The policy to be measured, and where it was found. Throws as {@link policyUnderTest}. */
function chosenPolicy(
  text: string,
  options: PolicyOptions,
  patterns: Patterns,
): { readonly policy: PolicyUnderTest; readonly found: FoundPolicy } {
  const { file, name, textHash, hash = sha256 } = options;
  const documents = documentsOf(text).map(findPolicies);
  const policies = documents.flatMap((document) => document.policies);
  const chosen = policies.filter(
    (policy) =>
      (name === undefined || policy.name === name) &&
      (textHash === undefined || hash(policy.normalised()) === textHash),
  );
  const held: string[] = [];
  for (const policy of chosen) {
    const result = underTest(policy, options, patterns);
    if (typeof result !== 'string') return { policy: result, found: policy };
    held.push(`${policy.name} (${result})`);
  }
  const todo = 'Name a manifest of a CiliumNetworkPolicy with rules.http.';
  if (held.length > 0)
    throw usage(`${file} holds no policy with HTTP rules, but ${held.slice(0, 3).join(', ')}.`, todo);
  if (policies.length > 0) {
    const names = [...new Set(policies.map((policy) => policy.name))].slice(0, 10).join(', ');
    throw usage(
      `${file} holds no policy ${name === undefined ? 'like the one chosen' : `named ${name}`}.`,
      `It holds ${names}.`,
    );
  }
  if (documents.some(({ isUnreadable }) => isUnreadable))
    throw usage(`${file} is not YAML.`, 'Correct it first.');
  throw usage(`${file} holds no Cilium policy.`, todo);
}

/** A policy of the text with a request that it allows and one that it refuses. Throws what its parts throw. */
export function policyChoice(
  text: string,
  file: string,
  { request, ...options }: Omit<PolicyOptions, 'file'> & { readonly request?: RequestChoice } = {},
): PolicyChoice {
  const patterns = createPatterns();
  const { policy, found } = chosenPolicy(text, { ...options, file }, patterns);
  const allowed = allowedRequest(policy, request, patterns);
  const denied = deniedRequest(policy, allowed, patterns);
  const notMeasured: NotMeasured[] = [];
  if (!denied)
    notMeasured.push({
      what: 'a refused request (403)',
      reason: refusesNothing(policy)
        ? `the HTTP rules of ${policy.name} refuse none`
        : `none that ${policy.name} refuses was found, so that its HTTP rules are in force shows only in what is allowed`,
    });
  const others = policy.otherPorts ?? [];
  if (others.length > 0)
    notMeasured.push({
      what: `${others.length === 1 && !others[0]?.includes('-') ? 'port' : 'ports'} ${others.join(', ')} of ${policy.name}`,
      reason: `a run measures one port of a policy, here ${policy.port}`,
    });
  // A template is masked before it is read: what stands in its place is not what it says.
  const json = text.includes('{{') ? undefined : found.json();
  return { policy, allowed, denied, notMeasured, manifest: isRecord(json) ? json : null };
}
