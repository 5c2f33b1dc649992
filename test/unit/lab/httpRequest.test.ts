import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/core/problem';
import { requestText, statusOf } from '../../../src/lab/httpRequest';
import { probeAnswer } from '../../../src/lab/probeAnswer';

const to = { host: '10.80.2.10', port: 8080 };

describe('a request', () => {
  test('is written out with its host and the end of the connection', () => {
    expect(requestText({ method: 'GET', path: '/a?b=c', headers: { 'X-A': 'one two' } }, to)).toBe(
      'GET /a?b=c HTTP/1.1\r\nHost: 10.80.2.10:8080\r\nX-A: one two\r\nConnection: close\r\n\r\n',
    );
  });

  test('keeps the host that it is given', () => {
    expect(requestText({ method: 'GET', path: '/', headers: { host: 'shop.example' } }, to)).not.toContain(
      '10.80.2.10',
    );
  });

  test.each([
    { method: 'GET /', path: '/', headers: {} },
    { method: 'GET', path: 'no-slash', headers: {} },
    { method: 'GET', path: '/a b', headers: {} },
    { method: 'GET', path: '/a\r\nX: y', headers: {} },
    { method: 'GET', path: '/', headers: { 'X-A': 'b\r\nX-B: c' } },
    { method: 'GET', path: '/', headers: { 'X A': 'b' } },
  ])('that cannot be one is refused: %j', (request) => {
    expect(() => requestText(request, to)).toThrow(Problem);
  });
});

test.each([
  ['HTTP/1.1 200 OK\r', 200],
  ['HTTP/1.0 403 Forbidden', 403],
  ['SSH-2.0-OpenSSH', null],
  ['HTTP/1.1 OK', null],
])('the status of %j is %j', (line, expected) => {
  expect(statusOf(line)).toBe(expected);
});

describe('an answer to a probe', () => {
  const probe = (expect: number | 'blocked') =>
    ({ kind: 'http', from: 'client', request: { method: 'GET', path: '/x', headers: {} }, expect }) as const;
  test.each([
    [403, { status: 403 }, true, 'GET /x answered 403'],
    [403, { status: 200 }, false, 'GET /x answered 200'],
    ['blocked', { failed: 'no answer' }, true, 'GET /x got no answer'],
    // A refused connection shows that nothing is in the way.
    ['blocked', { failed: 'refused' }, false, 'GET /x: refused'],
    [200, { failed: 'no answer' }, false, 'GET /x got no answer'],
  ] as const)('expected %j, got %j: %j', (expected, answer, asExpected, seen) => {
    expect(probeAnswer(probe(expected), answer)).toEqual({ asExpected, seen });
  });
});
