import { describe, expect, it } from 'vitest';
import type { CiliumVersion } from '../../../../src/core/policy/semantics/model';
import { readPolicy } from '../../../../src/core/policy/semantics/readPolicy';
import { redirectsOf, type EntryRedirect } from '../../../../src/core/policy/semantics/redirects';
import { removedFields } from '../../../../src/core/policy/semantics/versions';
import { entries, http, namespaced, onHost, tcp } from './manifests';

function redirects(object: unknown, version: CiliumVersion = '1.20'): readonly EntryRedirect[] {
  const { policy, refusals } = readPolicy(object, version);
  expect(refusals).toEqual([]);
  return policy ? redirectsOf(policy, version) : [];
}

describe('what an entry of toPorts redirects', () => {
  const tls = { secret: { name: 's' } };
  const listener = { name: 'l', envoyConfig: { kind: 'CiliumEnvoyConfig', name: 'c' } };
  const dns = { ports: [{ port: '53' }], rules: { dns: [{ matchPattern: '*' }] } };
  const cases: readonly (readonly [string, unknown, readonly string[], string | null])[] = [
    ['HTTP rules', http(), ['http'], 'http'],
    ['an empty list', http({ rules: { http: [] } }), ['http'], null],
    ['rules without ports', { rules: { http: [{}] } }, ['http'], null],
    ['DNS rules', dns, ['dns'], 'dns'],
    ['names of servers', { ports: [tcp('443')], serverNames: ['a.example'] }, ['sni'], 'tls'],
    [
      'TLS, also over UDP',
      { ports: [{ port: '443', protocol: 'UDP' }], originatingTLS: tls },
      ['tls'],
      'tls',
    ],
    ['TLS before HTTP', http({ terminatingTLS: tls }), ['http', 'tls'], 'http'],
    ['a listener', { ports: [tcp('80')], listener }, ['listener'], 'crd'],
    ['ports alone', { ports: [tcp('80')] }, [], null],
  ];
  it.each(cases)('%s', (_, entry, writes, redirect) => {
    expect(redirects(namespaced({ egress: entries(entry) }))).toMatchObject([{ writes, redirect }]);
  });

  it('names the entry and its direction', () => {
    const object = namespaced({
      ingress: entries(http(), { ports: [tcp('1')] }),
      egressDeny: entries(http()),
    });
    expect(
      redirects(object).map(({ path, direction, isDeny, redirect }) => [
        path.join('.'),
        direction,
        isDeny,
        redirect,
      ]),
    ).toEqual([
      ['spec.ingress.0.toPorts.0', 'ingress', false, 'http'],
      ['spec.ingress.0.toPorts.1', 'ingress', false, null],
      ['spec.egressDeny.0.toPorts.0', 'egress', true, null],
    ]);
  });

  it('is nothing for peers that are nobody', () => {
    expect(
      redirects(namespaced({ ingress: [{ fromEndpoints: [], toPorts: [http()] }] }))[0]?.redirect,
    ).toBeNull();
    const beside = namespaced({ egress: [{ toCIDR: [], toFQDNs: [{ matchName: 'a' }], toPorts: [http()] }] });
    expect(redirects(beside, '1.18')[0]?.redirect).toBe('http');
    expect(redirects(beside, '1.19')[0]?.redirect).toBeNull();
  });

  it('knows parsers until 1.19, and one for each kind of port', () => {
    const any = namespaced({
      ingress: entries({ ports: [{ port: '1' }], rules: { l7proto: 'memcache' }, terminatingTLS: tls }),
    });
    expect(redirects(any, '1.19')).toMatchObject([{ redirect: 'proto', parsers: ['memcache', 'tls'] }]);
    expect(redirects(any, '1.20')).toMatchObject([{ redirect: 'tls', parsers: ['tls'] }]);
    const kafka = namespaced({ ingress: entries(http({ rules: { kafka: [{ topic: 'a' }] } })) });
    expect(redirects(kafka, '1.18')).toMatchObject([{ redirect: 'kafka' }]);
    expect(redirects(kafka, '1.20')).toMatchObject([{ redirect: null, writes: [] }]);
  });

  it('says where the policy of the endpoints cannot be made', () => {
    expect(redirects(onHost({ egress: entries({ ports: [tcp('80')], listener }) }))).toMatchObject([
      { redirect: null, breaks: 'namespaced-listener' },
    ]);
    expect(
      redirects(namespaced({ egress: entries({ ports: [tcp('80')], terminatingTLS: {} }) })),
    ).toMatchObject([{ redirect: null, breaks: 'panic' }]);
  });
});

describe('fields that a version no longer has', () => {
  it('are told with where they stand and since when', () => {
    const object = {
      ...namespaced({ ingress: [{ fromRequires: [{}], toPorts: [http({ rules: { kafka: [] } })] }] }),
      specs: [
        { egress: entries(http({ rules: { l7proto: 'x', l7: [] } })), egressDeny: [{ toRequires: [] }] },
      ],
    };
    const told = (version: CiliumVersion): readonly string[] =>
      removedFields(object, version).map(({ path, field, since }) => `${field} ${since} ${path.join('.')}`);
    expect(told('1.18')).toEqual([]);
    expect(told('1.19')).toEqual([
      'fromRequires 1.19 spec.ingress.0.fromRequires',
      'toRequires 1.19 specs.0.egressDeny.0.toRequires',
    ]);
    expect(told('1.20').slice(2)).toEqual([
      'kafka 1.20 spec.ingress.0.toPorts.0.rules.kafka',
      'l7proto 1.20 specs.0.egress.0.toPorts.0.rules.l7proto',
      'l7 1.20 specs.0.egress.0.toPorts.0.rules.l7',
    ]);
  });
});
