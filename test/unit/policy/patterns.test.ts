import { describe, expect, it } from 'vitest';
import { createPatterns } from '../../../src/core/policy/patterns';
import { allowedRequest, deniedRequest, matches } from '../../../src/core/policy/requests';
import type { HttpRule } from '../../../src/core/policy/policyUnderTest';

const policy = (...http: readonly HttpRule[]): { name: string; http: readonly HttpRule[] } => ({
  name: 'tested',
  http,
});

describe('a path pattern', () => {
  it.each([
    ['/api/v1/.*', '/api/v1/'],
    ['/public$', '/public'],
    ['^/foo/[0-9]+$', '/foo/1'],
    ['/a|/b', '/a'],
    ['nowhere|/b', '/b'],
    ['/.*', '/echo'],
    ['.*', '/echo'],
    ['.+\\.png', '/.png'],
    ['(?:/v1|/v2)/(users|orders)/[^/]+', '/v1/users/a'],
    ['/[[:alpha:]]{3}/[[:digit:]]', '/aaa/1'],
    ['/\\d{3,5}', '/111'],
    ['/\\w+\\W\\w', '/a-a'],
    ['/x/\\p{Lu}\\PL', '/x/A1'],
    ['(?i)/ABC', '/abc'],
    ['/(?i:aBc)D', '/abcD'],
    ['/\\Qa.b*\\E/x', '/a.b*/x'],
    ['/((a|b)(c|d)){2}', '/acac'],
    ['/(?P<id>[0-9]{2})/(?:x(?:y(?:z)?)+)', '/11/xy'],
    ['/x\\b.y', '/x-y'],
    ['/x\\B.y', '/xay'],
    ['\\A/a\\z', '/a'],
    ['(?m)^/a$', '/a'],
    ['/\\x41\\x{42}\\101', '/ABA'],
    ['/a??b*?', '/'],
    ['/search/??.*', '/search'],
    ['/%20', '/%20'],
    ['/.*\\?page=[0-9]', '/?page=1'],
    ['/[^a-zA-Z0-9]', '/-'],
    ['/a{1000}', `/${'a'.repeat(1000)}`],
    ['/[a-c]{3,1000}', '/aaa'],
  ])('%s has an example that it matches: %s', (path, example) => {
    const rules = policy({ path });
    const allowed = allowedRequest(rules);
    expect(allowed).toEqual({ method: 'GET', path: example, headers: {} });
    expect(matches(rules, allowed)).toBe(true);
  });
  it.each([
    'users',
    '[[:alnum:]]+/x',
    '/é',
    '/a b',
    '/a#b',
    '/%2',
    '$^',
    '/x[^\\x00-\\x{10FFFF}]',
    `/${'a{50}'.repeat(190)}`,
  ])('%s lets no request through that could be sent, which is said', (path) => {
    expect(() => allowedRequest(policy({ path }))).toThrow(
      /^No request that tested allows could be made from its patterns\. Name one/,
    );
  });
});

it.each([
  ['GET|HEAD', 'GET'],
  ['^PUT$', 'PUT'],
  ['(?i)post', 'POST'],
  ['P.*', 'P'],
  ['get', 'get'],
  ['[A-Z]+', 'GET'],
])('the method pattern %s has an example: %s', (method, example) => {
  expect(allowedRequest(policy({ method })).method).toBe(example);
});

it('a request meets host and headers too', () => {
  const rules = policy({ host: '(www\\.)?shop\\.example', headers: ['X-Client: a b', 'X-Any'] });
  const allowed = allowedRequest(rules);
  expect(allowed.headers).toEqual({ Host: 'shop.example', 'X-Client': 'a b', 'X-Any': '1' });
  expect(matches(rules, allowed)).toBe(true);
  const headers = { Host: 'shop.example', 'X-Client': 'a b' };
  expect(matches(rules, { ...allowed, headers })).toBe(false);
});

describe('what RE2 refuses', () => {
  const { refusal } = createPatterns();
  it.each([
    ['(', /missing closing/],
    ['a{1001}', /repeat count/],
    ['(?=a)', /Perl syntax/],
    ['(?<!a)b', /named capture/],
    ['(a)\\1', /escape/],
    ['*', /missing argument/],
    ['a++', /nested repetition/],
    ['[z-a]', /range/],
    ['\\Z', /escape/],
    ['\\C', /escape/],
  ])('%s', (pattern, reason) => {
    expect(refusal(pattern)).toMatch(reason);
  });
  it.each(['/api/.*', '[[:alnum:]]', '(?P<n>a)', '\\pL', '\\Qa', '', '/search/??.*', '\\/x'])(
    'is not %s',
    (pattern) => {
      expect(refusal(pattern)).toBeNull();
    },
  );
});

describe('time is bounded', () => {
  it.each([
    ['patterns that JavaScript takes forever for', '(a*)*(a*)*(a*)*b', false],
    ['nested alternatives', '(a|aa|aaa)*(a|b)*c', false],
    ['a program that is too large', '(.{0,31}){0,32}'.repeat(60), null],
    ['a pattern that is too long', 'a'.repeat(1001), null],
  ] as const)('%s', (_, pattern, answer) => {
    expect(createPatterns().matchesWhole(pattern, 'a'.repeat(2000))).toBe(answer);
  });
  it('by a budget that all matches of a policy share', { timeout: 60_000 }, () => {
    const { matchesWhole } = createPatterns();
    const answers = Array.from({ length: 60 }, () =>
      matchesWhole('(.{0,31}){0,32}(.{0,31}){0,32}b', 'a'.repeat(500)),
    );
    expect(answers[0]).toBe(false);
    expect(answers.at(-1)).toBeNull();
  });
  it('by a budget that covers compiling too', { timeout: 60_000 }, () => {
    const { matchesWhole, refusal } = createPatterns();
    for (let count = 0; count < 200; count += 1) refusal(`(${'ab'.repeat(450)}){900}${count}`);
    expect(matchesWhole('a', 'a')).toBeNull();
  });
});

describe('a request that is refused', () => {
  const denied = (...http: readonly HttpRule[]): string | null => {
    const rules = policy(...http);
    const allowed = allowedRequest(rules);
    const request = deniedRequest(rules, allowed);
    if (request) expect(matches(rules, request)).toBe(false);
    return request && `${request.method} ${request.path}`;
  };
  it.each<[string | null, ...HttpRule[]]>([
    ['GET /cilium-bench-denied', { method: 'GET', path: '/a' }],
    ['DELETE /echo', { method: 'GET' }],
    ['POST /echo', { method: 'GET|PUT|DELETE' }],
    ['GET /1', { path: '/[^0-9]*' }],
    ['GET /a~', { path: '/a' }, { path: '/(?:[a-z-]*|)' }],
    ['GET /echo', { headers: ['X-Key: 1'] }],
    [null, {}],
    [null, { path: '.*' }],
    [null, { path: '/a' }, { path: '/.*' }],
    [null, { path: '(?s).*' }],
    [null, { path: '/a' }, { path: `/${'.{0,50}'.repeat(190)}` }],
  ])('is %s', (expected, ...http) => {
    expect(denied(...http)).toBe(expected);
  });
});
