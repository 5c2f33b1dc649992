import type { HttpRequest } from '../plan/plan';
import { Problem } from '../problem';
import { exampleOf, matchesWhole } from './patterns';
import type { HttpRule, PolicyUnderTest } from './policyUnderTest';

const isMethod = (value: string): boolean => /^[A-Za-z-]+$/.test(value);
const isPath = (value: string): boolean => /^\/[!-~]*$/.test(value);
const isHost = (value: string): boolean => /^[A-Za-z0-9.:_-]+$/.test(value);
const measuredHost = 'cilium-bench.test';

/** `"Name: value"` or `"Name"` (Cilium `pkg/envoy/xds_server.go`, getHTTPRule). */
function headerOf(text: string): readonly [name: string, value: string | null] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, null] : [text.slice(0, space).replace(/:+$/, ''), text.slice(space + 1)];
}

/** Whether the rule allows the request; null where one of its patterns cannot be tried. */
function ruleAllows(rule: HttpRule, { method, path, headers }: HttpRequest): boolean | null {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const answers = [
    rule.method ? matchesWhole(rule.method, method) : true,
    rule.path ? matchesWhole(rule.path, path) : true,
    rule.host ? matchesWhole(rule.host, lower.get('host') ?? '') : true,
    ...(rule.headers ?? []).map((text) => {
      const [name, value] = headerOf(text);
      const sent = lower.get(name.toLowerCase());
      return value === null ? sent !== undefined : sent === value;
    }),
  ];
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

/** Whether one of the policy's HTTP rules allows the request. A pattern that cannot be tried counts as allowing nothing. */
export function matches(policy: Pick<PolicyUnderTest, 'http'>, request: HttpRequest): boolean {
  return policy.http.some((rule) => ruleAllows(rule, request) === true);
}

function requestFor(rule: HttpRule): HttpRequest | null {
  const method = !rule.method || matchesWhole(rule.method, 'GET') ? 'GET' : exampleOf(rule.method, isMethod);
  const path = rule.path ? exampleOf(rule.path, isPath) : '/echo';
  const host = rule.host ? exampleOf(rule.host, isHost) : null;
  if (method === null || path === null || (rule.host && host === null)) return null;
  const headers = (rule.headers ?? []).map(headerOf).map(([name, value]) => [name, value ?? '1'] as const);
  const request = {
    method,
    path,
    headers: Object.fromEntries([...(host ? [['Host', host] as const] : []), ...headers]),
  };
  return ruleAllows(rule, request) ? request : null;
}

/** A request that the policy's HTTP rules allow. Throws a usage {@link Problem} where none can be made from its patterns. */
export function allowedRequest(policy: Pick<PolicyUnderTest, 'http' | 'name'>): HttpRequest {
  for (const rule of policy.http) {
    const request = requestFor(rule);
    if (request) return request;
  }
  throw new Problem(
    'usage',
    `No request that ${policy.name} allows could be made from its patterns.`,
    'Name one that it allows with --set path=/… and --set method=….',
  );
}

const restricts = (pattern: string | undefined): boolean =>
  pattern !== undefined && pattern !== '' && !/^\^?\(?\/?\.\*\)?\$?$/.test(pattern);

/**
 * A request that the policy's HTTP rules refuse; null when they refuse none. Throws a usage {@link Problem} where they
 * refuse some but none could be made.
 */
export function deniedRequest(policy: Pick<PolicyUnderTest, 'http' | 'name'>): HttpRequest | null {
  const isOpen = policy.http.some(
    ({ method, path, host, headers }) => ![method, path, host].some(restricts) && !headers?.length,
  );
  if (isOpen) return null;
  const { method, path, headers } = allowedRequest(policy);
  const candidates: readonly HttpRequest[] = [
    { method, path: '/cilium-bench-denied', headers },
    { method, path: '/', headers },
    ...['DELETE', 'PUT', 'POST', 'GET', 'PATCH', 'OPTIONS'].map((other) => ({
      method: other,
      path,
      headers,
    })),
    { method, path, headers: {} },
    { method, path, headers: { ...headers, Host: measuredHost } },
  ];
  const refused = candidates.find((request) =>
    policy.http.every((rule) => ruleAllows(rule, request) === false),
  );
  if (refused) return refused;
  throw new Problem(
    'usage',
    `No request that ${policy.name} refuses could be made from its patterns.`,
    'Name a policy whose HTTP rules refuse some method or path.',
  );
}
