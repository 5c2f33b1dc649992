import { describe, expect, it } from 'vitest';
import { ciliumVersions, type CiliumVersion } from '../../../../src/core/policy/semantics/model';
import { portText } from '../../../../src/core/policy/semantics/resolve/entries';
import { fromClient, getOnly, placeText, port80, setOf, webPolicy } from './fixtures';

/* Expected answers are those of Cilium's own packages at v1.20.2, v1.19.6 and v1.18.8, asked of the same manifests. */

const shadows = (manifests: string, version: CiliumVersion = '1.20') =>
  setOf(manifests, version)
    .answers('f')
    .flatMap((answers) => answers.shadows)
    .map(({ reason, ports, rules, by, peers }) => ({
      reason,
      port: portText(ports),
      rules: rules.map(placeText),
      by: by.map(placeText),
      peers,
    }));

const l7 = `- ${fromClient}\n  toPorts: [{${port80}, ${getOnly}}]`;
const ingress = (other: string): string => webPolicy(`ingress:\n${l7}\n${other}`);

describe('rules of a proxy that restrict nobody', () => {
  it('names nothing where nothing else allows the same', () => {
    expect(
      shadows(ingress(`- fromEndpoints: [{matchLabels: {team: ops}}]\n  toPorts: [{${port80}}]`)),
    ).toEqual([]);
  });

  it.each([
    ['the same peers and port', `- ${fromClient}\n  toPorts: [{${port80}}]`, 'l7-wildcard-rule', 'all'],
    ['anybody on the port', `- toPorts: [{${port80}}]`, 'l4-only-allow-same-port', 'all'],
    [
      'a range around the port',
      `- ${fromClient}\n  toPorts: [{ports: [{port: "1", endPort: 1024, protocol: TCP}]}]`,
      'l4-only-allow-port-range',
      'all',
    ],
    ['every port', `- ${fromClient}`, 'l3-only-allow', 'all'],
    [
      'some of the peers',
      `- fromEndpoints: [{matchLabels: {app: client, team: ops}}]\n  toPorts: [{${port80}}]`,
      'l4-only-allow-same-port',
      'some',
    ],
  ])('names another entry that allows %s', (_, other, reason, peers) => {
    const by = other.includes('toPorts') ? '0:spec.ingress.1.toPorts.0' : '0:spec.ingress.1';
    expect(shadows(ingress(other))).toEqual([
      { reason, port: '80/TCP', rules: ['0:spec.ingress.0.toPorts.0'], by: [by], peers },
    ]);
  });

  it('is not shadowed by other ports, other protocols or a deny', () => {
    for (const other of [
      `- ${fromClient}\n  toPorts: [{ports: [{port: "81", endPort: 90, protocol: TCP}]}]`,
      `- ${fromClient}\n  toPorts: [{ports: [{port: "80", protocol: UDP}]}]`,
      `- ${fromClient}\n  toPorts: [{ports: [{port: web, protocol: TCP}]}]`,
    ]) {
      expect(shadows(ingress(other))).toEqual([]);
    }
    expect(shadows(webPolicy(`ingress:\n${l7}\ningressDeny:\n- toPorts: [{${port80}}]`))).toEqual([]);
  });

  it('sees another policy, whichever file and kind', () => {
    const clusterwide = `---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: all}
spec: {endpointSelector: {}, ingress: [{fromEntities: [all], toPorts: [{${port80}}]}]}
`;
    expect(shadows(webPolicy(`ingress:\n${l7}`) + clusterwide)).toContainEqual({
      reason: 'l4-only-allow-same-port',
      port: '80/TCP',
      rules: ['0:spec.ingress.0.toPorts.0'],
      by: ['1:spec.ingress.0.toPorts.0'],
      peers: 'all',
    });
  });

  it.each([
    ['1.20', ['default-allow', 'l7-wildcard-rule']],
    ['1.19', ['default-allow', 'l7-wildcard-rule']],
    ['1.18', ['default-allow', 'l7-wildcard-rule']],
  ] as const)('restricts nobody without default deny (%s)', (version, reasons) => {
    const found = shadows(webPolicy(`ingress:\n${l7}\nenableDefaultDeny: {ingress: false}`), version);
    expect(found.map(({ reason }) => reason).sort()).toEqual(reasons);
  });

  it('asks the DNS proxy for rules of the very port only', () => {
    const dns = (other: string): string =>
      webPolicy(`egress:
- toEndpoints: [{matchLabels: {k8s-app: kube-dns}}]
  toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [{matchName: a.example.com}]}}]
- ${other}`);
    expect(shadows(dns('toEndpoints: [{matchLabels: {k8s-app: kube-dns}}]'))).toEqual([]);
    expect(shadows(dns('toPorts: [{ports: [{port: "53", protocol: UDP}]}]'))).toMatchObject([
      { reason: 'l4-only-allow-same-port' },
    ]);
  });

  it.each([
    ['1.20', '**', true],
    ['1.19', '**', true],
    ['1.18', '**', false],
    ['1.18', '*', true],
  ] as const)('%s: the pattern %s is every name: %s', (version, pattern, isEvery) => {
    const manifests = webPolicy(
      `egress: [{toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [{matchPattern: "${pattern}"}]}}]}]`,
    );
    expect(shadows(manifests, version).length > 0).toBe(isEvery);
  });
});

describe('the whole of a family of addresses', () => {
  const reasons = (cidr: string, entity: string, version: CiliumVersion, more = '') =>
    shadows(
      webPolicy(
        `egress:\n- toEntities: [${entity}]\n  toPorts: [{${port80}, ${getOnly}}]\n- toCIDR: ["${cidr}"]\n  toPorts: [{${port80}}]${more}`,
      ),
      version,
    ).map(({ reason }) => reason);
  // To 1.18 the prefix is two selectors: of its label, which no address has that no other prefix is known of, and of the world.
  it.each([
    ['1.18', ['l7-wildcard-rule']],
    ['1.19', ['l4-only-allow-same-port']],
    ['1.20', ['l4-only-allow-same-port']],
  ] as const)('is, to %s, the world of the family', (version, found) => {
    expect(reasons('::/0', 'world-ipv6', version)).toEqual(found);
    expect(reasons('::/0', 'world-ipv4', version)).toEqual([]);
  });
  it('is shared by its prefix, too, where one is known', () => {
    const known = '\n- toCIDR: ["2001:db8::/32"]\n  toPorts: [{ports: [{port: "81", protocol: TCP}]}]';
    expect(reasons('::/0', 'world-ipv6', '1.18', known).sort()).toEqual([
      'l4-only-allow-same-port',
      'l7-wildcard-rule',
    ]);
  });
});

describe('entries that cannot be merged', () => {
  const conflicts = (manifests: string, version: CiliumVersion = '1.20') =>
    setOf(manifests, version)
      .answers('f')
      .flatMap((answers) => answers.conflicts)
      .map(({ reason, places }) => ({ reason, places: places.map(placeText) }));
  const toDb = 'toEndpoints: [{matchLabels: {app: db}}]';

  it.each([
    [
      'parsers',
      `- ${toDb}\n  toPorts: [{ports: [{port: "53", protocol: TCP}], rules: {http: [{}]}}]`,
      `- ${toDb}\n  toPorts: [{ports: [{port: "53", protocol: TCP}], rules: {dns: [{matchPattern: "*"}]}}]`,
    ],
    [
      'parsers',
      `- ${toDb}\n  toPorts: [{${port80}, listener: {name: l, envoyConfig: {kind: CiliumEnvoyConfig, name: c}}}]`,
      `- ${toDb}\n  toPorts: [{${port80}, ${getOnly}}]`,
    ],
    [
      'authentication',
      `- ${toDb}\n  authentication: {mode: required}\n  toPorts: [{${port80}}]`,
      `- ${toDb}\n  authentication: {mode: disabled}\n  toPorts: [{${port80}}]`,
    ],
    [
      'listeners',
      `- ${toDb}\n  toPorts: [{${port80}, listener: {name: l, envoyConfig: {kind: CiliumEnvoyConfig, name: c}}}]`,
      `- ${toDb}\n  toPorts: [{${port80}, listener: {name: m, envoyConfig: {kind: CiliumEnvoyConfig, name: c}}}]`,
    ],
    [
      'terminating-tls',
      `- ${toDb}\n  toPorts: [{${port80}, terminatingTLS: {secret: {namespace: n, name: a}}}]`,
      `- ${toDb}\n  toPorts: [{${port80}, terminatingTLS: {secret: {namespace: n, name: b}}}]`,
    ],
  ])('%s', (reason, a, b) => {
    const places = ['0:spec.egress.0.toPorts.0', '1:spec.egress.0.toPorts.0'];
    const two = webPolicy(`egress:\n${a}`, 'a') + webPolicy(`egress:\n${b}`, 'b');
    expect(conflicts(two)).toEqual([{ reason, places }]);
    expect(
      conflicts(
        webPolicy(`egress:\n${a}`) + webPolicy(`egress:\n${b.replace('app: db', 'app: other')}`, 'b'),
      ),
    ).toEqual([]);
  });

  it.each([
    ['{}', '{mode: a}', true],
    ['{mode: Required}', '{mode: required}', true],
    ['{mode: a}', '{mode: a}', false],
    ['{}', 'null', false],
  ])('compares modes of authentication as they are written, known or not: %s, %s', (a, b, isConflict) => {
    const rule = (mode: string) => `- ${toDb}\n  authentication: ${mode}\n  toPorts: [{${port80}}]`;
    for (const version of ciliumVersions)
      expect(conflicts(webPolicy(`egress:\n${rule(a)}\n${rule(b)}`), version)).toEqual(
        isConflict ? [expect.objectContaining({ reason: 'authentication' })] : [],
      );
  });

  it('compares parsers by name, so that one of proxylib may be called as one of Cilium', () => {
    const names = `- ${toDb}\n  toPorts: [{${port80}, serverNames: [a.example.com]}]`;
    const proto = (name: string) => `- ${toDb}\n  toPorts: [{${port80}, rules: {l7proto: ${name}}}]`;
    const broken = (name: string) =>
      conflicts(webPolicy(`egress:\n${names}\n${proto(name)}`), '1.19').length > 0;
    expect(['dns', 'crd', 'tls', 'memcache'].map(broken)).toEqual([true, true, false, false]);
    const http = `- ${toDb}\n  toPorts: [{${port80}, ${getOnly}}]`;
    expect(conflicts(webPolicy(`egress:\n${proto('tls')}\n${http}`), '1.19')).toEqual([]);
    expect(conflicts(webPolicy(`egress:\n${proto('memcache')}\n${http}`), '1.19')).toMatchObject([
      { reason: 'parsers' },
    ]);
  });

  it.each([
    ['a CIDR group', '1.20', 'toCIDRSet: [{cidrGroupRef: a}]', 'toCIDRSet: [{cidrGroupRef: a}]', true],
    ['two CIDR groups', '1.20', 'toCIDRSet: [{cidrGroupRef: a}]', 'toCIDRSet: [{cidrGroupRef: b}]', false],
    ['a list and a set', '1.18', 'toCIDR: [10.0.0.0/8]', 'toCIDRSet: [{cidr: 10.0.0.0/8}]', false],
    ['a list and a set', '1.19', 'toCIDR: [10.0.0.0/8]', 'toCIDRSet: [{cidr: 10.0.0.0/8}]', true],
    ['host bits', '1.18', 'toCIDR: [10.0.0.0/8]', 'toCIDR: [10.1.2.3/8]', true],
    ['host bits', '1.19', 'toCIDR: [10.0.0.0/8]', 'toCIDR: [10.1.2.3/8]', false],
  ] as const)('of %s, in %s', (_, version, a, b, isOneSelector) => {
    const http = `- ${a}\n  toPorts: [{${port80}, ${getOnly}}]`;
    const dns = `- ${b}\n  toPorts: [{${port80}, rules: {dns: [{matchPattern: "*"}]}}]`;
    const reasons = conflicts(webPolicy(`egress:\n${http}\n${dns}`), version).map(({ reason }) => reason);
    expect(reasons).toEqual(isOneSelector ? ['parsers'] : []);
  });

  it('refuses server names after rules, and takes them before', () => {
    const names = `- ${toDb}\n  toPorts: [{${port80}, serverNames: [a.example.com]}]`;
    const rules = `- ${toDb}\n  toPorts: [{${port80}, ${getOnly}}]`;
    expect(conflicts(webPolicy(`egress:\n${rules}\n${names}`))).toMatchObject([
      { reason: 'server-names-with-rules' },
    ]);
    expect(conflicts(webPolicy(`egress:\n${names}\n${rules}`))).toEqual([]);
    // From 1.19 on policies are merged in the order of their names.
    expect(conflicts(webPolicy(`egress:\n${rules}`, 'z') + webPolicy(`egress:\n${names}`, 'a'))).toEqual([]);
  });
});

describe('what else holds for a subject', () => {
  it('names entries with a proxy under a deny', () => {
    const pruned = setOf(webPolicy(`ingress:\n${l7}\ningressDeny:\n- toPorts: [{${port80}}]`))
      .answers('f')
      .flatMap((answers) => answers.pruned);
    expect(
      pruned.map(({ rules, by, extent }) => ({ rules: rules.map(placeText), by: by.map(placeText), extent })),
    ).toEqual([
      { rules: ['0:spec.ingress.0.toPorts.0'], by: ['0:spec.ingressDeny.0.toPorts.0'], extent: 'all' },
    ]);
  });

  it('says where a deny takes some of the peers, and where none', () => {
    const extents = (deny: string) =>
      setOf(webPolicy(`ingress:\n${l7}\ningressDeny:\n${deny}`))
        .answers('f')
        .flatMap((answers) => answers.pruned.map(({ extent }) => extent));
    expect(extents(`- fromEndpoints: [{matchLabels: {app: client, team: ops}}]`)).toEqual(['some']);
    expect(extents(`- fromEndpoints: [{matchLabels: {app: other}}]`)).toEqual([]);
    expect(extents(`- toPorts: [{ports: [{port: "443", protocol: TCP}]}]`)).toEqual([]);
  });

  it('counts a redirected port once, with all entries that pay for it', () => {
    const again = `- fromEndpoints: [{matchLabels: {app: other}}]\n  toPorts: [{${port80}, ${getOnly}}]`;
    const [answers] = setOf(ingress(again)).answers('f');
    expect(
      answers?.redirected.map(({ ports, parser, entries }) => [
        portText(ports),
        parser,
        entries.map(placeText),
      ]),
    ).toEqual([['80/TCP', 'http', ['0:spec.ingress.0.toPorts.0', '0:spec.ingress.1.toPorts.0']]]);
  });

  it('knows Kafka and proxylib parsers until 1.19', () => {
    const parsers = (version: CiliumVersion) =>
      setOf(webPolicy(`ingress: [{toPorts: [{${port80}, rules: {l7proto: memcache}}]}]`), version)
        .answers('f')
        .flatMap(({ redirected }) => redirected.map(({ parserName }) => parserName));
    expect([parsers('1.18'), parsers('1.19'), parsers('1.20')]).toEqual([['memcache'], ['memcache'], []]);
  });

  it.each([
    ['l7proto: memcache, l7: [{cmd: get}, {}]', true],
    ['l7proto: memcache, l7: [{cmd: get}]', false],
    ['kafka: [{topic: a}, {}]', true],
    ['kafka: [{role: consume}]', false],
  ])('sees a rule that matches all in %s', (rules, isEvery) => {
    const manifests = webPolicy(`ingress: [{toPorts: [{${port80}, rules: {${rules}}}]}]`);
    expect(shadows(manifests, '1.19').map(({ reason }) => reason)).toEqual(
      isEvery ? ['l7-wildcard-rule'] : [],
    );
  });

  it.each([
    ['l7proto: memcache, l7: [{cmd: get}]', true],
    ['l7proto: http, l7: [{cmd: get}]', false],
    ['kafka: [{topic: a}]', true],
    ['kafka: [{role: consume}]', false],
  ])('opens %s without default deny only as Cilium does', (rules, isOpened) => {
    const manifests = webPolicy(
      `enableDefaultDeny: {ingress: false}\ningress: [{toPorts: [{${port80}, rules: {${rules}}}]}]`,
    );
    const reasons = shadows(manifests, '1.19').map(({ reason }) => reason);
    expect(reasons.includes('l7-wildcard-rule')).toBe(isOpened);
  });

  it('makes ends of ranges and types of ICMP numbers of 16 bits, as the agent does', () => {
    const [answers] = setOf(
      webPolicy(`ingress:
- toPorts: [{ports: [{port: "80", endPort: 65536, protocol: TCP}, {port: "81", endPort: -1, protocol: TCP}]}]
- icmps: [{fields: [{type: 65537}, {type: -1}]}]`),
    ).answers('f');
    expect(answers?.policy.ingress.filters.map(({ ports }) => portText(ports))).toEqual([
      '80/TCP',
      '81-65535/TCP',
      '65535/ICMP',
      '0/ICMP',
    ]);
  });

  it('narrows peers by fromRequires in 1.18 alone', () => {
    const manifests = webPolicy(`ingress:
- fromRequires: [{matchLabels: {team: ops}}]
${l7}
- fromEndpoints: [{matchLabels: {app: client}}]`);
    const decided = (version: CiliumVersion) =>
      setOf(manifests, version).answers('f')[0]?.policy.ingress.filters[0]?.selectors.keys().next().value;
    expect(decided('1.18')).toContain('team');
    expect(decided('1.19')).not.toContain('team');
  });

  it('sees a connection that passes a proxy on both sides', () => {
    const egress = (port: string) => `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: client, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: client}}
  egress: [{toEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: "${port}", protocol: TCP}], ${getOnly}}]}]
`;
    const found = setOf(webPolicy(`ingress:\n${l7}`) + egress('80')).doubleProxies('f');
    expect(
      found.map(({ egress: out, ingress: into }) => [...out.entries, ...into.entries].map(placeText)),
    ).toContainEqual(['1:spec.egress.0.toPorts.0', '0:spec.ingress.0.toPorts.0']);
    expect(setOf(webPolicy(`ingress:\n${l7}`) + egress('81')).doubleProxies('f')).toEqual([]);
  });

  it('keeps an odd end of Cilium: a list that says a rule twice equals one with a further rule', () => {
    const dns = (rules: string) =>
      `- toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [${rules}]}}]`;
    const [answers] = setOf(
      webPolicy(
        `egress:\n${dns('{matchName: a.io}, {matchName: a.io}')}\n${dns('{matchName: a.io}, {matchName: b.io}')}`,
      ),
    ).answers('f');
    const [merged] = answers?.policy.egress.filters[0]?.selectors.values() ?? [];
    expect(merged?.policy.dns.map(({ matchName }) => matchName)).toEqual(['a.io', 'a.io']);
  });
});
