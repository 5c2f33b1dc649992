import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import type { CiliumVersion } from '../../../../src/core/policy/semantics/model';
import { schemaFaults } from '../../../../src/core/policy/semantics/schemaFaults';
import { isLinearPattern, matchesPattern } from '../../../../src/core/policy/semantics/schemaPatterns';
import { schemaNodes } from '../../../../src/core/policy/semantics/schemaTable';
import { entries, http, namespaced, tcp } from './manifests';

const faultsOf = (object: unknown, version: CiliumVersion = '1.20'): readonly string[] =>
  schemaFaults(object, version).map(({ path, kind, expected }) => `${path.join('.')} ${kind} ${expected}`);
const entry = 'spec.ingress.0.toPorts.0';

describe('what the API server says', () => {
  const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['an HTTP rule', namespaced({ ingress: entries(http()) }), []],
    [
      'empty rules',
      namespaced({ ingress: entries(http({ rules: {} })) }),
      [`${entry}.rules oneOf one of http, dns`],
    ],
    [
      'two kinds of rules',
      namespaced({ ingress: entries(http({ rules: { http: [], dns: [] } })) }),
      [`${entry}.rules oneOf one of http, dns`],
    ],
    [
      'a port as a number',
      namespaced({ ingress: entries({ ports: [{ port: 80 }] }) }),
      [`${entry}.ports.0.port type string`],
    ],
    [
      'a protocol in lower case',
      namespaced({ ingress: entries({ ports: [{ port: '80', protocol: 'tcp' }] }) }),
      [`${entry}.ports.0.protocol enum TCP, UDP, SCTP, VRRP, IGMP, GRE, IPIP, IPV6, ESP, AH, ANY`],
    ],
    [
      '41 ports',
      namespaced({ ingress: entries({ ports: Array.from({ length: 41 }, () => tcp('80')) }) }),
      [`${entry}.ports count at most 40`],
    ],
    [
      'an end of a port range that no port has',
      namespaced({ ingress: entries({ ports: [{ port: '80', endPort: 70_000 }] }) }),
      [`${entry}.ports.0.endPort range at most 65535`],
    ],
    [
      'no listener in an Envoy configuration',
      namespaced({
        egress: entries({ listener: { envoyConfig: { kind: 'CiliumEnvoyConfig', name: 'a' } } }),
      }),
      ['spec.egress.0.toPorts.0.listener.name required name'],
    ],
    [
      'rules under a deny',
      namespaced({ ingressDeny: entries(http()) }),
      ['spec.ingressDeny.0.toPorts.0.rules pruned ports'],
    ],
    [
      'a domain with a space',
      namespaced({ egress: [{ toFQDNs: [{ matchName: 'a b' }] }] }),
      ['spec.egress.0.toFQDNs.0.matchName pattern ^([-a-zA-Z0-9_]+[.]?)+$'],
    ],
    [
      'an address without a length',
      namespaced({ egress: [{ toCIDR: ['10.0.0.1'] }] }),
      ['spec.egress.0.toCIDR.0 format a CIDR, e.g. 10.0.0.0/8'],
    ],
    ['leading zeros in a CIDR', namespaced({ egress: [{ toCIDR: ['010.0.0.0/08'] }] }), []],
    [
      'a server name twice',
      namespaced({ egress: entries({ ports: [tcp('443')], serverNames: ['a', 'b', 'a'] }) }),
      ['spec.egress.0.toPorts.0.serverNames.2 format values that all differ'],
    ],
    ['null', { ...namespaced({}), spec: null }, ['spec type object']],
    [
      'neither selector nor rules',
      { ...namespaced({}), spec: {} },
      [
        'spec oneOf one of endpointSelector, nodeSelector',
        'spec required at least one of ingress, ingressDeny, egress, egressDeny',
      ],
    ],
    ['anything in metadata', { ...namespaced({ ingress: [{}] }), metadata: { name: 5, more: [{}] } }, []],
    [
      'another version of the API',
      { ...namespaced({ ingress: [{}] }), apiVersion: 'cilium.io/v1' },
      ['apiVersion enum cilium.io/v2'],
    ],
    ['another kind', { kind: 'Pod', spec: 5 }, []],
  ];
  it.each(cases)('of %s', (_, object, faults) => {
    expect(faultsOf(object)).toEqual(faults);
  });

  it('differs between versions', () => {
    const kafka = namespaced({ ingress: entries(http({ rules: { kafka: [{ topic: 'a' }] } })) });
    expect(faultsOf(kafka, '1.18')).toEqual([]);
    expect(faultsOf(kafka, '1.20')).toEqual([
      `${entry}.rules.kafka pruned dns, http`,
      `${entry}.rules oneOf one of http, dns`,
    ]);
    const noPort = namespaced({ ingress: entries({ ports: [{ protocol: 'TCP' }] }) });
    expect(faultsOf(noPort, '1.18')).toEqual([`${entry}.ports.0.port required port`]);
    expect(faultsOf(noPort, '1.19')).toEqual([]);
    const empty = { ...namespaced({}), spec: undefined, specs: undefined };
    expect(faultsOf(JSON.parse(JSON.stringify(empty)), '1.19')).toEqual([]);
    expect(faultsOf(JSON.parse(JSON.stringify(empty)), '1.20')).toEqual([
      ' required at least one of spec, specs',
    ]);
  });
});

describe('patterns of the schemas', () => {
  const patterns = [...new Set(schemaNodes.flatMap(({ pattern }) => pattern ?? []))];
  const alphabet = ['a', 'Z', '0', '9', '-', '.', '*', '_', ' ', '65535', 'é', '\u0000', '\n'];
  const texts = alphabet.flatMap((first) =>
    ['', ...alphabet].flatMap((second) => ['', ...alphabet].map((third) => first + second + third)),
  );

  it.each(patterns)('%s is matched as Go does', (pattern) => {
    const original = RE2JS.compile(pattern);
    for (const text of [
      '',
      '255',
      '256',
      'EchoReply',
      'xEchoReply',
      'a-b-c.d',
      '1-2-',
      '1-2-a-3',
      '**.a.b',
      ...texts,
    ])
      expect([text, matchesPattern(pattern, text)]).toEqual([text, original.matcher(text).find()]);
  });

  it('takes time in proportion to the text', () => {
    expect(patterns.length).toBeGreaterThan(6);
    expect(patterns.filter((pattern) => !isLinearPattern(pattern))).toEqual([]);
  });
});
