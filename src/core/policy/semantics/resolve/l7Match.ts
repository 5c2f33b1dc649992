import type { Patterns } from '../../patterns';
import type { Http } from '../model';
import type { Behaviour } from './behaviour';
import { matchesAllHttp, matchesAllNames, type SelectorPolicy } from './l7Policy';
import type { Answer } from './relations';

/** `path` with its query, as Envoy's `:path`. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is asked of a proxy. What is absent is not known. */
export interface L7Request {
  readonly http?: HttpRequest | undefined;
  /** The name that is looked up. */
  readonly dnsName?: string | undefined;
  /** The name in a TLS client's hello. */
  readonly serverName?: string | undefined;
}

function allOf(answers: Iterable<Answer>): Answer {
  let all: Answer = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'unknown') all = 'unknown';
  }
  return all;
}

export function anyOf(answers: Iterable<Answer>): Answer {
  let any: Answer = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer === 'unknown') any = 'unknown';
  }
  return any;
}

const isTrue = (value: boolean | null): Answer => (value === null ? 'unknown' : value ? 'yes' : 'no');

function headerOf({ method, path, host, headers }: HttpRequest, name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower === ':method') return method;
  if (lower === ':path') return path;
  if (lower === ':authority' || lower === 'host') return host;
  return Object.entries(headers).find(([found]) => found.toLowerCase() === lower)?.[1];
}

/** An exact value that is empty is any to Envoy where the header is there (`pkg/envoy/policy`, getHTTPRule). */
function headerIs(request: HttpRequest, name: string, value: string | null): Answer {
  const sent = headerOf(request, name);
  if (sent === undefined) return 'no';
  if (value === null || value === sent) return 'yes';
  return value === '' ? 'unknown' : 'no';
}

/** `"Name: value"` or `"Name"`. */
function writtenHeader(request: HttpRequest, text: string): Answer {
  const space = text.indexOf(' ');
  return space < 0
    ? headerIs(request, text, null)
    : headerIs(request, text.slice(0, space).replace(/:+$/, ''), text.slice(space + 1));
}

/** Mismatches that log or change the header let the request pass. */
function headerMatch(
  request: HttpRequest,
  { name, value, mismatch, hasSecret }: Http['headerMatches'][number],
): Answer {
  if (mismatch !== '') return 'yes';
  const isThere = headerIs(request, name, hasSecret || value === '' ? null : value);
  return hasSecret && isThere === 'yes' ? 'unknown' : isThere;
}

function httpRuleMatches(rule: Http, request: HttpRequest, patterns: Patterns): Answer {
  const expression = (pattern: string, value: string): Answer =>
    pattern === '' ? 'yes' : isTrue(patterns.matchesWhole(pattern, value));
  return allOf([
    ...rule.headers.map((text) => writtenHeader(request, text)),
    ...rule.headerMatches.map((match) => headerMatch(request, match)),
    expression(rule.method, request.method),
    expression(rule.urlPath, request.path),
    expression(rule.host, request.host),
  ]);
}

const nameCharacters = '[-a-zA-Z0-9_]';
const fullName = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

/** The expression of a name's pattern (`pkg/fqdn/matchpattern`, Sanitize and ToUnAnchoredRegexp); null: all names. */
function nameExpression(pattern: string, behaviour: Behaviour): string | null {
  const written = pattern.trim().toLowerCase();
  if (matchesAllNames(written, behaviour)) return null;
  const literal = fullName(written).replaceAll('.', '[.]');
  const deep = `(${nameCharacters}+([.]${nameCharacters}+){0,})[.]`;
  return (behaviour.hasDeepWildcards ? literal.replace(/^\*{2,}\[\.\]/, deep) : literal).replace(
    behaviour.hasDeepWildcards ? /\*+/g : /\*/g,
    // A group of the prefix ends in `{0,}`, which holds no star.
    `${nameCharacters}*`,
  );
}

export function nameMatches(
  { matchName = '', matchPattern = '' }: { readonly matchName?: string; readonly matchPattern?: string },
  name: string,
  behaviour: Behaviour,
  patterns: Patterns,
): Answer {
  const asked = fullName(name.trim().toLowerCase());
  return anyOf(
    [matchName, matchPattern]
      .filter((text) => text !== '')
      .map((text) => {
        const expression = nameExpression(text, behaviour);
        return expression === null ? 'yes' : isTrue(patterns.matchesWhole(expression, asked));
      }),
  );
}

/** `*` is one label, `**` one or more. */
function serverNameMatches(pattern: string, name: string, patterns: Patterns): Answer {
  const lower = pattern.toLowerCase();
  if (!lower.includes('*')) return isTrue(lower === name.toLowerCase());
  const expression = lower
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**', '[-a-z0-9_.]{1,}')
    .replaceAll('*', '[-a-z0-9_]{1,}');
  return isTrue(patterns.matchesWhole(expression, name.toLowerCase()));
}

/** Whether Envoy lets the request pass by this selector's policy. */
export function envoyAllows(
  { serverNames, http, otherRules, isOtherOpen, parser }: SelectorPolicy,
  request: L7Request,
  patterns: Patterns,
): Answer {
  const { serverName } = request;
  const name: Answer =
    serverNames.length === 0
      ? 'yes'
      : serverName === undefined
        ? 'unknown'
        : anyOf(serverNames.map((pattern) => serverNameMatches(pattern, serverName, patterns)));
  if (name === 'no') return 'no';
  // Envoy is not told of rules for names; what it makes of such a port is not tried here.
  if (parser === 'dns') return 'unknown';
  if (otherRules > 0) return isOtherOpen ? name : 'unknown';
  if (http.length === 0 || http.some(matchesAllHttp)) return name;
  const asked = request.http;
  const rules = asked ? anyOf(http.map((rule) => httpRuleMatches(rule, asked, patterns))) : 'unknown';
  return allOf([name, rules]);
}

/** Whether the DNS proxy lets the look-up pass by this selector's policy (`pkg/fqdn/dnsproxy`, GeneratePattern). */
export function dnsAllows(
  { dns }: SelectorPolicy,
  { dnsName }: L7Request,
  behaviour: Behaviour,
  patterns: Patterns,
): Answer {
  if (dns.length === 0 || dns.some(({ matchPattern }) => matchesAllNames(matchPattern, behaviour)))
    return 'yes';
  if (dnsName === undefined) return 'unknown';
  return anyOf(dns.map((rule) => nameMatches(rule, dnsName, behaviour, patterns)));
}
