import { describe, expect, it } from 'vitest';
import { createPatterns } from '../../../../src/core/policy/patterns';
import type { CiliumVersion } from '../../../../src/core/policy/semantics/model';
import type { Party, Request } from '../../../../src/core/policy/semantics/resolve/decide';
import { fromClient, getOnly, port80, setOf, webPolicy } from './fixtures';

const pod = (app: string, namespace = 'shop'): Party => ({ kind: 'pod', namespace, labels: { app } });
const get = { method: 'GET', path: '/a?x=1', host: 'web', headers: {} };

function verdict(
  manifests: string,
  request: Partial<Request>,
  version: CiliumVersion = '1.20',
  subject = pod('web'),
): string {
  const asked: Request = {
    direction: 'ingress',
    peer: pod('client'),
    port: 80,
    protocol: 'TCP',
    portNames: [],
    ...request,
  };
  return setOf(manifests, version).decide(subject, asked, createPatterns()).verdict;
}

const l7 = webPolicy(`ingress:\n- ${fromClient}\n  toPorts: [{${port80}, ${getOnly}}]`);

describe('a request under a policy with HTTP rules', () => {
  it.each([
    ['that a rule matches', { http: get }, 'proxy-allow'],
    ['that none matches', { http: { ...get, method: 'POST' } }, 'proxy-deny'],
    ['that is not known', {}, 'unknown'],
    ['of somebody else', { peer: pod('other'), http: get }, 'drop'],
    ['of another namespace', { peer: pod('client', 'far'), http: get }, 'drop'],
    ['to another port', { port: 81 }, 'drop'],
    ['over UDP', { protocol: 'UDP' }, 'drop'],
    ['on its way out', { direction: 'egress' }, 'allow'],
    ['of the own node', { peer: { kind: 'entity', name: 'host' } }, 'allow'],
  ] as const)('%s', (_, request, expected) => {
    expect(verdict(l7, request)).toBe(expected);
  });

  it('is allowed where no policy selects the endpoint', () => {
    expect(verdict(l7, { http: get }, '1.20', pod('db'))).toBe('allow');
  });

  it('passes the proxy by another entry of the same peers, a range or every port', () => {
    for (const other of [
      'ports: [{port: "1", endPort: 100, protocol: TCP}]',
      'ports: [{port: "0", protocol: TCP}]',
      port80,
    ]) {
      const both = webPolicy(
        `ingress:\n- ${fromClient}\n  toPorts: [{${port80}, ${getOnly}}]\n- ${fromClient}\n  toPorts: [{${other}}]`,
      );
      expect(verdict(both, { http: { ...get, method: 'POST' } })).toBe('proxy-allow');
    }
  });

  it('is denied by a deny, however narrow the allow is', () => {
    const denied = webPolicy(
      `ingress:\n- ${fromClient}\n  toPorts: [{${port80}, ${getOnly}}]\ningressDeny:\n- fromEndpoints: [{}]`,
    );
    expect(verdict(denied, { http: get })).toBe('deny');
    expect(verdict(denied, { http: get, peer: pod('client', 'far') })).toBe('drop');
  });

  it('matches expressions as a whole and headers by name', () => {
    const rules = (rule: string) =>
      webPolicy(`ingress:\n- ${fromClient}\n  toPorts: [{${port80}, rules: {http: [${rule}]}}]`);
    const asked = { http: { ...get, headers: { 'x-token': 'a' } } };
    expect(verdict(rules('{path: "/a"}'), asked)).toBe('proxy-deny');
    expect(verdict(rules('{path: "/a.*"}'), asked)).toBe('proxy-allow');
    expect(verdict(rules('{headers: ["X-Token: a"]}'), asked)).toBe('proxy-allow');
    expect(verdict(rules('{headers: ["X-Token: b"]}'), asked)).toBe('proxy-deny');
    expect(verdict(rules('{headerMatches: [{name: X-Token, value: b}]}'), asked)).toBe('proxy-deny');
    expect(verdict(rules('{headerMatches: [{name: X-Token, value: b, mismatch: REPLACE}]}'), asked)).toBe(
      'proxy-allow',
    );
    expect(verdict(rules('{headerMatches: [{name: X-Token, secret: {name: s}}]}'), asked)).toBe('unknown');
  });

  it('says that a named port may be the one', () => {
    const named = webPolicy(`ingress:\n- ${fromClient}\n  toPorts: [{ports: [{port: http, protocol: TCP}]}]`);
    const unnamed: Request = { direction: 'ingress', peer: pod('client'), port: 80, protocol: 'TCP' };
    expect(setOf(named).decide(pod('web'), unnamed, createPatterns()).verdict).toBe('unknown');
    expect(verdict(named, { portNames: ['http'] })).toBe('allow');
    expect(verdict(named, { portNames: ['other'] })).toBe('drop');
  });

  it.each([
    ['required', 'required'],
    ['disabled', 'none'],
    ['Required', 'none'],
    ['""', 'none'],
  ])('asks for the authentication %s: %s', (mode, expected) => {
    const manifests = webPolicy(`ingress:\n- ${fromClient}\n  authentication: {mode: ${mode}}`);
    const asked: Request = { direction: 'ingress', peer: pod('client'), port: 80, protocol: 'TCP' };
    expect(setOf(manifests).decide(pod('web'), asked, createPatterns())).toMatchObject({
      verdict: 'allow',
      authentication: expected,
    });
  });

  it('does not decide where the policy cannot be merged', () => {
    const clash = webPolicy(
      `egress:\n- toPorts: [{ports: [{port: "53", protocol: TCP}], rules: {dns: [{matchPattern: "*"}]}}]\n- toPorts: [{ports: [{port: "53", protocol: TCP}], rules: {http: [{}]}}]`,
    );
    expect(verdict(clash, { direction: 'egress', port: 53 })).toBe('unknown');
  });
});

describe('names and addresses', () => {
  const dns = (pattern: string) =>
    webPolicy(
      `egress:\n- toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [{matchPattern: "${pattern}"}]}}]`,
    );
  const lookup = (pattern: string, dnsName: string, version: CiliumVersion = '1.20') =>
    verdict(dns(pattern), { direction: 'egress', port: 53, protocol: 'UDP', dnsName }, version);

  it.each([
    ['*.example.com', 'a.example.com', 'proxy-allow'],
    ['*.example.com', 'A.Example.Com.', 'proxy-allow'],
    ['*.example.com', 'a.b.example.com', 'proxy-deny'],
    ['*.example.com', 'example.com', 'proxy-deny'],
    ['**.example.com', 'a.b.example.com', 'proxy-allow'],
    ['**.example.com', 'example.com', 'proxy-deny'],
    ['a*.example.com', 'ab.example.com', 'proxy-allow'],
    ['*', 'anything.org', 'proxy-allow'],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(lookup(pattern, name)).toBe(expected);
  });

  it('reads ** as two stars of one label in 1.18', () => {
    expect(lookup('**.example.com', 'a.b.example.com', '1.18')).toBe('proxy-deny');
    expect(lookup('**.example.com', 'ab.example.com', '1.18')).toBe('proxy-allow');
  });

  it('allows addresses of a prefix but not of its exceptions', () => {
    const cidr = webPolicy('egress:\n- toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]');
    const to = (address: string) =>
      verdict(cidr, { direction: 'egress', peer: { kind: 'address', address } });
    expect([to('10.2.0.1'), to('10.1.2.3'), to('11.0.0.1'), to('no address')]).toEqual([
      'allow',
      'drop',
      'drop',
      'unknown',
    ]);
  });

  it('allows what was looked up by an allowed name, and does not know its address', () => {
    const fqdn = webPolicy('egress:\n- toFQDNs: [{matchPattern: "*.example.com"}]');
    const cidr = webPolicy('egress:\n- toCIDR: [198.51.100.0/24]');
    const to = (manifests: string, name: string) =>
      verdict(manifests, { direction: 'egress', peer: { kind: 'name', name } });
    expect([to(fqdn, 'a.example.com'), to(fqdn, 'example.com')]).toEqual(['allow', 'drop']);
    expect(to(cidr, 'a.example.com')).toBe('unknown');
  });
});
