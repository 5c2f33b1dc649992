import { describe, expect, test } from 'vitest';
import type { HttpRule } from '../../../src/core/policy/policyUnderTest';
import { envoyBootstrap, patternProblem, ruleMatch } from '../../../src/lab/envoyConfig';

const whole = (name: string, regex: string) => ({ name, string_match: { safe_regex: { regex } } });

describe('the match of an HTTP rule', () => {
  const rows: readonly (readonly [string, HttpRule, unknown])[] = [
    ['an empty rule allows everything', {}, { prefix: '/' }],
    [
      'method and path must match whole',
      { method: 'GET', path: '/shop/.*' },
      { prefix: '/', headers: [whole(':path', '/shop/.*'), whole(':method', 'GET')] },
    ],
    [
      'the host is the authority',
      { host: 'shop\\.example' },
      { prefix: '/', headers: [whole(':authority', 'shop\\.example')] },
    ],
    [
      'a header with a value must be equal, one without must be there',
      { headers: ['X-Token: a b', 'X-Trace'] },
      {
        prefix: '/',
        headers: [
          { name: 'X-Token', string_match: { exact: 'a b' } },
          { name: 'X-Trace', present_match: true },
        ],
      },
    ],
    ['empty patterns say nothing', { method: '', path: '' }, { prefix: '/' }],
  ];
  test.each(rows)('%s', (_, rule, expected) => {
    expect(ruleMatch(rule)).toEqual(expected);
  });
});

describe('the bootstrap', () => {
  const redirected = JSON.stringify(
    envoyBootstrap({
      rules: [{ method: 'GET' }, { path: '/health' }],
      listener: { host: '0.0.0.0', port: 10_000 },
      admin: { host: '127.0.0.1', port: 9901 },
      upstream: 'original-destination',
    }),
  );

  test('tries the rules in order and refuses the rest with 403', () => {
    const at = ['":method"', '"/health"', '"direct_response":{"status":403'].map((text) =>
      redirected.indexOf(text),
    );
    expect(at.every((position) => position > 0)).toBe(true);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
  });

  test('behind a redirect goes to the address the client meant', () => {
    expect(redirected).toContain('"type":"ORIGINAL_DST"');
    expect(redirected).toContain('"transparent":true');
    expect(redirected).toContain('listener.original_dst');
  });

  test('holds requests before they are routed where it is to, and else has no such filter', () => {
    expect(redirected).not.toContain('filters.http.fault');
    const holding = JSON.stringify(
      envoyBootstrap({
        rules: [{}],
        listener: { host: '127.0.0.1', port: 4000 },
        admin: { host: '127.0.0.1', port: 9901 },
        upstream: { host: '127.0.0.1', port: 4001 },
        heldMs: 100,
      }),
    );
    expect(holding).toContain('"delay":{"fixed_delay":"0.1s"');
    expect(holding.indexOf('filters.http.fault')).toBeLessThan(holding.indexOf('filters.http.router'));
  });

  test('keeps its administration to this machine', () => {
    expect(redirected).toContain('"admin":{"address":{"socket_address":{"address":"127.0.0.1"');
  });

  test('as a reverse proxy goes to one server and listens on no foreign address', () => {
    const proxy = JSON.stringify(
      envoyBootstrap({
        rules: [],
        listener: { host: '127.0.0.1', port: 4000 },
        admin: { path: '/tmp/x/admin.sock' },
        upstream: { host: '127.0.0.1', port: 4001 },
      }),
    );
    expect(proxy).toContain('"type":"STATIC"');
    expect(proxy).toContain('"port_value":4001');
    expect(proxy).not.toContain('transparent');
    expect(proxy).toContain('"pipe":{"path":"/tmp/x/admin.sock","mode":384}');
  });
});

describe('the problem with a pattern', () => {
  test('is named', () => {
    const stderr =
      '[2026-11-23 21:28:29.317][23][critical][main] [source/server/server.cc:449] error `invalid perl operator: (?=` initializing config';
    const problem = patternProblem(stderr);
    expect(problem?.kind).toBe('usage');
    expect(problem?.what).toContain('invalid perl operator: (?=');
  });

  test.each([
    'missing ): (a',
    'missing ]: [a',
    'bad repetition operator: **',
    'trailing \\ at end of regexp: a\\',
  ])('%s', (words) => {
    expect(patternProblem(`error ${words}`)?.kind).toBe('usage');
  });

  test('is not seen in other words', () => {
    expect(patternProblem('cannot bind 0.0.0.0:10000: Address already in use')).toBeNull();
  });
});
