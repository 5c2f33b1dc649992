import type { HttpRequest } from '../plan/plan';
import { Problem } from '../problem';
import { createPatterns, type Patterns } from './patterns';
import type { Alphabet } from './patternSearch';
import type { HttpRule, PolicyUnderTest } from './policyUnderTest';

type Policy = Pick<PolicyUnderTest, 'http' | 'name'>;

/** What of the request is chosen rather than derived from the rules; empty texts count as not chosen. */
export interface RequestChoice {
  readonly method?: string;
  readonly path?: string;
}

const upperCase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lowerCase = upperCase.toLowerCase();
const digits = '0123456789';
// `#`, spaces and what else a URL must escape are left out.
const pathCharacters = `${lowerCase}1${digits}${upperCase}-_~./@:!$&'()*+,;=?%`;
const alphabets = {
  method: { first: upperCase + lowerCase, rest: `${upperCase}${lowerCase}-` },
  path: { first: '/', rest: pathCharacters },
  host: { first: lowerCase + digits + upperCase, rest: `${lowerCase}${digits}.-${upperCase}:_` },
} as const satisfies Record<string, Alphabet>;

const isMethod = (value: string): boolean => /^[A-Za-z-]+$/.test(value);
const isPath = (value: string): boolean =>
  /^\/[!-~]*$/.test(value) && !value.includes('#') && !/%(?![0-9a-f]{2})/i.test(value);
const otherHost = 'cilium-bench.test';

/** `"Name: value"` or `"Name"` (Cilium `pkg/envoy/xds_server.go`, getHTTPRule). */
function headerOf(text: string): readonly [name: string, value: string | null] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, null] : [text.slice(0, space).replace(/:+$/, ''), text.slice(space + 1)];
}

/** Whether the rule allows the request; null where one of its patterns cannot be tried. */
function ruleAllows(
  rule: HttpRule,
  { method, path, headers }: HttpRequest,
  patterns: Patterns,
): boolean | null {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const isWrong = (rule.headers ?? []).some((text) => {
    const [name, value] = headerOf(text);
    const sent = lower.get(name.toLowerCase());
    return sent === undefined || (value !== null && sent !== value);
  });
  if (isWrong) return false;
  const host = lower.get('host') ?? '';
  let allows: boolean | null = true;
  for (const [pattern, value] of [
    [rule.method, method],
    [rule.path, path],
    [rule.host, host],
  ] as const) {
    const answer = pattern ? patterns.matchesWhole(pattern, value) : true;
    if (answer === false) return false;
    if (answer === null) allows = null;
  }
  return allows;
}

/** Whether one of the policy's HTTP rules allows the request. A pattern that cannot be tried counts as allowing nothing. */
export function matches(
  policy: Pick<PolicyUnderTest, 'http'>,
  request: HttpRequest,
  patterns = createPatterns(),
): boolean {
  return policy.http.some((rule) => ruleAllows(rule, request, patterns) === true);
}

function requestFor(rule: HttpRule, choice: RequestChoice, patterns: Patterns): HttpRequest | null {
  const derived = (name: 'method' | 'path' | 'host', preferred: string): string | null => {
    const pattern = rule[name];
    if (!pattern || patterns.matchesWhole(pattern, preferred)) return preferred;
    return patterns.example(pattern, alphabets[name]);
  };
  const method = choice.method || derived('method', 'GET');
  const path = choice.path || derived('path', '/echo');
  const host = rule.host ? derived('host', otherHost) : null;
  if (method === null || path === null || (rule.host && host === null)) return null;
  const headers = (rule.headers ?? []).map(headerOf).map(([name, value]) => [name, value ?? '1'] as const);
  const request = {
    method,
    path,
    headers: Object.fromEntries([...(host === null ? [] : [['Host', host] as const]), ...headers]),
  };
  return isPath(path) && ruleAllows(rule, request, patterns) ? request : null;
}

function checkChoice({ method, path }: RequestChoice): void {
  if (path && !isPath(path))
    throw new Problem(
      'usage',
      `path is "${path}", which is not the path of a request.`,
      'Begin it with / and escape spaces: --set path=/a%20b.',
    );
  if (method && !isMethod(method))
    throw new Problem(
      'usage',
      `method is "${method}", which is no HTTP method.`,
      'Set it like --set method=GET.',
    );
}

/**
 * A request that the policy's HTTP rules allow, with what was chosen of it; any where it has none. Throws a usage {@link Problem} where none can be
 * made from its patterns, or where they do not allow what was chosen.
 */
export function allowedRequest(
  policy: Policy,
  choice: RequestChoice = {},
  patterns = createPatterns(),
): HttpRequest {
  checkChoice(choice);
  const first = (wanted: RequestChoice): HttpRequest | undefined => {
    for (const rule of policy.http.length > 0 ? policy.http : [{}]) {
      const request = requestFor(rule, wanted, patterns);
      if (request) return request;
    }
    return undefined;
  };
  const found = first(choice);
  if (found) return found;
  if (!choice.method && !choice.path)
    throw new Problem(
      'usage',
      `No request that ${policy.name} allows could be made from its patterns.`,
      'Name one that it allows with --set path=/… and --set method=….',
    );
  const derived = first({});
  const chosen = [choice.method, choice.path].filter(Boolean).join(' ');
  throw new Problem(
    'usage',
    `The HTTP rules of ${policy.name} do not allow ${chosen}.`,
    derived
      ? `They allow ${derived.method} ${derived.path}, for one.`
      : 'Set path and method to what they allow.',
  );
}

const allowsAnything = (pattern: string | undefined): boolean =>
  !pattern || /^\^?\(?\/?\.\*\)?\$?$/.test(pattern);

/** Whether there are no HTTP rules, or one alone lets every request pass: then there is none to be refused. */
export function refusesNothing({ http }: Policy): boolean {
  if (http.length === 0) return true;
  return http.some(
    ({ method, path, host, headers }) => [method, path, host].every(allowsAnything) && !headers?.length,
  );
}

/** Requests like the allowed one, each different in one thing. */
function strangers({ method, path, headers }: HttpRequest): readonly HttpRequest[] {
  const paths = [
    '/cilium-bench-denied',
    '/',
    `${path}~`,
    `${path}/cilium-bench-denied`,
    `/~${path}`,
    '/1',
    '/a',
  ];
  const methods = ['DELETE', 'PUT', 'POST', 'GET', 'PATCH', 'OPTIONS', 'HEAD'];
  const names = Object.keys(headers);
  const without = (name: string): HttpRequest['headers'] =>
    Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
  return [
    ...paths.map((other) => ({ method, path: other, headers })),
    ...methods.map((other) => ({ method: other, path, headers })),
    ...names.map((name) => ({ method, path, headers: without(name) })),
    ...names.map((name) => ({ method, path, headers: { ...headers, [name]: otherHost } })),
    ...methods.map((other) => ({ method: other, path: '/cilium-bench-denied', headers: {} })),
  ];
}

/**
 * A request that the policy's HTTP rules refuse, like the allowed one where that can be; null when they refuse none, or none
 * was found among a few dozen. Never throws.
 */
export function deniedRequest(
  policy: Policy,
  allowed: HttpRequest,
  patterns = createPatterns(),
): HttpRequest | null {
  if (refusesNothing(policy)) return null;
  const refused = strangers(allowed).find((request) =>
    policy.http.every((rule) => ruleAllows(rule, request, patterns) === false),
  );
  return refused ?? null;
}
