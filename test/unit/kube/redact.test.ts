import { describe, expect, it } from 'vitest';
import { addressWithoutSecrets, asClause, redacted } from '../../../src/kube/client/redact';

describe('text of another program', () => {
  it.each([
    ['token=abc123 is bad', '[hidden] is bad'],
    ['{"access_token": "abc123"}', '{"[hidden]"}'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: [hidden]'],
    ['id eyJhbGciOi.eyJzdWIi.c2ln seen', 'id [hidden] seen'],
    [`key ${'a1B2'.repeat(12)} refused`, 'key [hidden] refused'],
    ['-----BEGIN EC PRIVATE KEY-----\nabc\n', '[hidden]'],
    ['nodes "ip-10-0-0-1.eu-central-1.compute.internal" not found', null],
    ['pods "cilium-bench-load-client-rps-connections-64-block-1-x7f2k" not found', null],
    ['cannot list resource "ciliumclusterwidenetworkpolicies" in API group "cilium.io"', null],
  ])('%s', (text, shown) => {
    expect(redacted(text)).toBe(shown ?? text);
  });

  it('is one line of bounded length', () => {
    expect(redacted(' first\n  second ')).toBe('first second');
    expect(redacted('word '.repeat(200))).toHaveLength(301);
    expect(asClause('It failed.\n')).toBe('It failed');
  });
});

describe('an address', () => {
  it.each([
    ['https://jane:pass@example.com:6443/', 'https://example.com:6443'],
    ['https://rancher.example.com/k8s/clusters/c-1', 'https://rancher.example.com/k8s/clusters/c-1'],
    ['//jane:pass@nowhere', '//nowhere'],
  ])('%s', (address, shown) => {
    expect(addressWithoutSecrets(address)).toBe(shown);
  });
});
