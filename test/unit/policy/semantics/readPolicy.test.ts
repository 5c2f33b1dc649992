import { describe, expect, it } from 'vitest';
import { ciliumVersions, type CiliumVersion } from '../../../../src/core/policy/semantics/model';
import { readPolicy } from '../../../../src/core/policy/semantics/readPolicy';
import { entries, http, namespaced, onHost, tcp } from './manifests';

type Case = readonly [reason: string, object: unknown, path: string, says: string];
const atText = (path: readonly (string | number)[]): string => path.join('.');
const spec = 'Invalid CiliumNetworkPolicy spec: ';

/** Refusals and words from pkg/policy/api/rule_validation.go of Cilium 1.20.2; each was asked of Cilium's own code. */
const refused: readonly Case[] = [
  [
    'l7-on-udp',
    namespaced({ ingress: entries(http({ ports: [{ port: '80', protocol: 'UDP' }] })) }),
    'spec.ingress.0.toPorts.0.rules',
    `${spec}L7 rules can only apply to TCP (not UDP) except for DNS rules`,
  ],
  [
    'l7-without-protocol',
    namespaced({ ingress: entries(http({ ports: [{ port: '80' }] })) }),
    'spec.ingress.0.toPorts.0.rules',
    `${spec}L7 rules can only apply to TCP (not ANY) except for DNS rules`,
  ],
  [
    'l7-on-port-0',
    namespaced({ ingress: entries(http({ ports: [tcp('0')] })) }),
    'spec.ingress.0.toPorts.0.ports.0.port',
    `${spec}L7 rules can not be used when a port is 0`,
  ],
  [
    'l7-on-host-ingress',
    onHost({ ingress: entries(http()) }),
    'spec.ingress.0.toPorts.0.rules',
    'Invalid CiliumClusterwideNetworkPolicy spec: L7 policy is not supported on host ingress yet',
  ],
  [
    'l7-on-host-egress',
    onHost({ egress: entries(http()) }),
    'spec.egress.0.toPorts.0.rules.http',
    'Invalid CiliumClusterwideNetworkPolicy spec: L7 protocol HTTP is not supported on host egress yet',
  ],
  [
    'dns-on-ingress',
    namespaced({ ingress: entries(http({ rules: { dns: [{ matchPattern: '*' }] } })) }),
    'spec.ingress.0.toPorts.0.rules.dns',
    `${spec}L7 protocol DNS is not supported on ingress yet`,
  ],
  [
    'dns-without-ports',
    namespaced({ egress: entries({ rules: { dns: [{ matchPattern: '*' }] } }) }),
    'spec.egress.0.toPorts.0.rules.dns',
    `${spec}port 53 must be specified for DNS rules`,
  ],
  [
    'dns-port-range',
    namespaced({
      egress: entries({ ports: [{ port: '53', endPort: 54, protocol: 'UDP' }], rules: { dns: [{}] } }),
    }),
    'spec.egress.0.toPorts.0.ports.0.endPort',
    `${spec}DNS rules do not support port ranges`,
  ],
  [
    'names-without-termination',
    namespaced({ egress: entries(http({ serverNames: ['a.example'] })) }),
    'spec.egress.0.toPorts.0.serverNames',
    `${spec}ServerNames are not allowed with L7 rules without TLS termination`,
  ],
  [
    'expression-invalid',
    namespaced({ ingress: entries(http({ rules: { http: [{ path: '/a(b' }] } })) }),
    'spec.ingress.0.toPorts.0.rules.http.0.path',
    `${spec}error parsing regexp: missing closing ): \`/a(b\``,
  ],
  [
    'listener-on-ingress',
    namespaced({ ingress: entries({ ports: [tcp('80')], listener: { name: 'l1' } }) }),
    'spec.ingress.0.toPorts.0.listener',
    `${spec}Listener is not allowed on ingress (l1)`,
  ],
  [
    'listener-with-rules',
    namespaced({ egress: entries(http({ listener: { name: 'l1' } })) }),
    'spec.egress.0.toPorts.0.listener',
    `${spec}Listener is not allowed with L7 rules (l1)`,
  ],
  [
    'l7-several-kinds',
    namespaced({ egress: entries(http({ rules: { http: [{}], dns: [] } })) }),
    'spec.egress.0.toPorts.0.rules',
    `${spec}multiple L7 protocol rule types specified in single rule`,
  ],
  [
    'too-many-ports',
    namespaced({
      ingress: entries({ ports: Array.from({ length: 41 }, (_, port) => tcp(String(port + 1))) }),
    }),
    'spec.ingress.0.toPorts.0.ports',
    `${spec}too many ports, the max is 40`,
  ],
  [
    'icmp-beside-ports',
    namespaced({
      ingress: [{ toPorts: [{ ports: [tcp('80')] }], icmps: [{ fields: [{ type: 8, family: 'IPv4' }] }] }],
    }),
    'spec.ingress.0.icmps',
    `${spec}the ICMPs block may only be present without ToPorts. Define a separate rule to use ToPorts`,
  ],
  [
    'peers-combined',
    namespaced({ ingress: [{ fromEndpoints: [{}], fromEntities: ['world'] }] }),
    'spec.ingress.0.fromEntities',
    `${spec}combining FromEndpoints and FromEntities is not supported yet`,
  ],
  [
    'exception-outside',
    namespaced({ egress: [{ toCIDRSet: [{ cidr: '10.0.0.0/8', except: ['10.0.0.0/4'] }] }] }),
    'spec.egress.0.toCIDRSet.0.except.0',
    `${spec}allow CIDR prefix 10.0.0.0/8 does not contain exclude CIDR prefix 10.0.0.0/4`,
  ],
  [
    'selector-invalid',
    namespaced({ endpointSelector: { matchLabels: { app: '-x' } }, ingress: [{}] }),
    'spec.endpointSelector.matchLabels.app',
    `${spec}invalid label selector: matchLabels: Invalid value: "-x": a valid label must be an empty string or consist of `,
  ],
  [
    'port-unreadable',
    namespaced({ ingress: entries({ ports: [tcp('08')] }) }),
    'spec.ingress.0.toPorts.0.ports.0.port',
    `${spec}unable to parse port: strconv.ParseUint: parsing "08": invalid syntax`,
  ],
  [
    'no-rules',
    namespaced({ ingress: [] }),
    'spec',
    `${spec}rule must have at least one of Ingress, IngressDeny, Egress, EgressDeny`,
  ],
  [
    'node-selector-namespaced',
    {
      ...namespaced({ nodeSelector: {} }),
      spec: { nodeSelector: {}, egress: [{}] },
    },
    'spec.nodeSelector',
    `${spec}rule cannot have NodeSelector`,
  ],
  [
    'empty-policy',
    { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'a' } },
    '',
    'Invalid CiliumNetworkPolicy spec(s): empty policy',
  ],
  [
    'wrong-type',
    namespaced({ ingress: entries({ ports: [{ port: 80 }] }) }),
    'spec.ingress.0.toPorts.0.ports.0.port',
    'json: cannot unmarshal number into Go struct field PortProtocol.spec.ingress.toPorts.ports.port of type string',
  ],
  [
    'wrong-type',
    namespaced({ ingress: [{ fromEndpoints: [{ matchLabels: { app: 1 } }] }] }),
    'spec.ingress.0.fromEndpoints.0.matchLabels.app',
    'json: cannot unmarshal number into Go struct field IngressRule.spec.ingress.IngressCommonRule.fromEndpoints.matchLabels of type string',
  ],
  [
    'icmp-type-unknown',
    namespaced({ ingress: [{ icmps: [{ fields: [{ type: 'PacketTooBig', family: 'IPv4' }] }] }] }),
    'spec.ingress.0.icmps.0.fields.0.type',
    'ICMP type PacketTooBig not found in IPv4',
  ],
  [
    'agent-panics',
    { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'a' }, specs: [null] },
    'specs.0',
    'runtime error: invalid memory address or nil pointer',
  ],
  [
    'api-version-unknown',
    { ...namespaced({ ingress: [{}] }), apiVersion: 'cilium.io/v1' },
    'apiVersion',
    'no matches for kind "CiliumNetworkPolicy" in version "cilium.io/v1"',
  ],
];

describe('what the agent refuses', () => {
  it.each(refused)('%s', (reason, object, path, says) => {
    const [first] = readPolicy(object, '1.20').refusals;
    expect(first).toMatchObject({ reason, agentSays: says });
    expect(atText(first?.path ?? [])).toBe(path);
  });

  it('lists every refusal, the one that the agent stops at first', () => {
    const object = namespaced({
      ingress: entries(http({ ports: [{ port: '0', protocol: 'UDP' }], rules: { http: [{ method: '[' }] } })),
      egress: [{ toEntities: ['moon'] }],
    });
    expect(readPolicy(object, '1.20').refusals.map(({ reason }) => reason)).toEqual([
      'l7-on-udp',
      'l7-on-port-0',
      'expression-invalid',
      'entity-unknown',
    ]);
  });

  it('puts what ends the decoding before other wrong types, as Go does', () => {
    const object = namespaced({ description: 5, ingress: [{ fromEndpoints: ['x'] }] });
    expect(readPolicy(object, '1.20').refusals.map(({ path }) => atText(path))).toEqual([
      'spec.ingress.0.fromEndpoints.0',
      'spec.description',
    ]);
  });
});

describe('what differs between versions', () => {
  const acceptedBy = (object: unknown): readonly CiliumVersion[] =>
    ciliumVersions.filter((version) => readPolicy(object, version).refusals.length === 0);
  const cases: readonly (readonly [string, unknown, readonly CiliumVersion[]])[] = [
    ['selectors in fromRequires', namespaced({ ingress: [{ fromRequires: [{}] }] }), ['1.18']],
    [
      'the protocol VRRP',
      namespaced({ egress: entries({ ports: [{ port: '0', protocol: 'VRRP' }] }) }),
      ['1.19', '1.20'],
    ],
    [
      'the protocol GRE',
      namespaced({ egress: entries({ ports: [{ port: '0', protocol: 'GRE' }] }) }),
      ['1.20'],
    ],
    ['the entity cluster-mesh', namespaced({ egress: [{ toEntities: ['cluster-mesh'] }] }), ['1.20']],
    [
      'a wrong role in Kafka rules, which 1.20 does not read',
      namespaced({ ingress: entries(http({ rules: { kafka: [{ role: 'x' }] } })) }),
      ['1.20'],
    ],
    [
      'an exception that is wider than its CIDR, and begins in it',
      namespaced({ egress: [{ toCIDRSet: [{ cidr: '10.0.0.0/8', except: ['10.0.0.0/4'] }] }] }),
      ['1.18', '1.19'],
    ],
    [
      'a key of 60 characters: with its source in front it is too long until 1.19',
      namespaced({ endpointSelector: { matchLabels: { ['a'.repeat(60)]: 'x' } }, ingress: [{}] }),
      ['1.20'],
    ],
    [
      'a pattern of more than 255 characters',
      namespaced({ egress: [{ toFQDNs: [{ matchPattern: 'a'.repeat(256) }] }] }),
      ['1.18'],
    ],
  ];
  it.each(cases)('%s', (_, object, versions) => {
    expect(acceptedBy(object)).toEqual(versions);
  });
});

describe('what the agent takes', () => {
  const accepted: readonly (readonly [string, unknown])[] = [
    [
      'an empty list of rules beside UDP',
      namespaced({ ingress: entries({ ports: [{ port: '80', protocol: 'UDP' }], rules: { http: [] } }) }),
    ],
    [
      'keys in the wrong case, which it drops',
      namespaced({ ingress: entries(http({ rules: { HTTP: [{ path: '(' }] } })) }),
    ],
    [
      'a protocol in lower case',
      namespaced({ ingress: entries(http({ ports: [{ port: '80', protocol: 'tcp' }] })) }),
    ],
    [
      'rules under a deny, which it drops',
      namespaced({ egressDeny: entries(http({ rules: { http: [{ path: '(' }] } })) }),
    ],
    [
      'ports by name and in other bases',
      namespaced({ ingress: entries({ ports: [tcp('0x50'), tcp('010'), tcp('1_000')] }) }),
    ],
    [
      'groups of one name twice in an expression',
      namespaced({ ingress: entries(http({ rules: { http: [{ path: '(?P<n>a)(?P<n>b)' }] } })) }),
    ],
    [
      'an expression for a host, which is not read',
      namespaced({ ingress: entries(http({ rules: { http: [{ host: 'a(b' }] } })) }),
    ],
    ['no list of rules at all', { ...namespaced({}), spec: undefined, specs: [] }],
  ];
  it.each(accepted)('%s', (_, object) => {
    expect(readPolicy(object, '1.20').refusals).toEqual([]);
  });
});

describe('the policy that is read', () => {
  it('keeps the path of every part', () => {
    const { policy } = readPolicy(
      namespaced({
        egress: [
          {
            toEndpoints: [{ matchLabels: { app: 'db' } }],
            toPorts: [
              { ports: [{ port: 'HTTP-alt', endPort: 0 }], rules: { dns: [{ matchName: 'a.example' }] } },
            ],
          },
        ],
        enableDefaultDeny: { egress: false },
      }),
      '1.20',
    );
    expect(policy).toMatchObject({
      kind: 'CiliumNetworkPolicy',
      name: 'shop',
      namespace: 'shop',
      rules: [
        {
          path: ['spec'],
          subject: { kind: 'endpoint' },
          enableDefaultDeny: { ingress: null, egress: false },
          present: ['egress'],
          rules: [
            {
              path: ['spec', 'egress', 0],
              direction: 'egress',
              isDeny: false,
              peers: {
                endpoints: [{ path: ['spec', 'egress', 0, 'toEndpoints', 0], matchLabels: { app: 'db' } }],
              },
              toPorts: [
                {
                  ports: [{ port: 'http-alt', endPort: null, protocol: 'ANY' }],
                  rules: {
                    present: ['dns'],
                    dns: [
                      {
                        path: ['spec', 'egress', 0, 'toPorts', 0, 'rules', 'dns', 0],
                        matchName: 'a.example',
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('takes a null selector for one that selects everything', () => {
    const { policy, refusals } = readPolicy(namespaced({ ingress: [{ fromEndpoints: [null] }] }), '1.20');
    expect(refusals).toEqual([]);
    expect(policy?.rules[0]?.rules[0]?.peers.endpoints).toEqual([
      { path: ['spec', 'ingress', 0, 'fromEndpoints', 0], matchLabels: {}, matchExpressions: [] },
    ]);
  });

  it('keeps what is written under a deny, without judging it', () => {
    const { policy } = readPolicy(namespaced({ egressDeny: entries(http()) }), '1.20');
    expect(policy?.rules[0]?.rules[0]?.toPorts?.[0]?.rules?.present).toEqual(['http']);
  });

  it('reads the bare form of a rule with keys in any case, alone and in a list', () => {
    const rule = {
      endpointSelector: {},
      INGRESS: [{ toPorts: [{ PORTS: [tcp('80')], rules: { HTTP: [{}] } }] }],
    };
    const alone = readPolicy(rule, '1.20');
    expect(alone.refusals).toEqual([]);
    expect(alone.policy?.rules[0]?.rules[0]?.toPorts?.[0]?.path).toEqual(['INGRESS', 0, 'toPorts', 0]);
    expect(readPolicy([rule, rule], '1.20').policy?.rules.map(({ path }) => path)).toEqual([[0], [1]]);
  });

  it('follows the switches of the agent', () => {
    const l7 = namespaced({ ingress: entries(http()) });
    expect(readPolicy(l7, '1.20', { l7Proxy: false }).refusals[0]?.reason).toBe('l7-proxy-disabled');
    const open = namespaced({ ingress: [{}], enableDefaultDeny: { ingress: false } });
    expect(readPolicy(open, '1.20', { nonDefaultDeny: false }).policy?.rules[0]?.enableDefaultDeny).toEqual({
      ingress: true,
      egress: true,
    });
    const nodes = namespaced({ ingress: [{ fromNodes: [{}] }] });
    expect(readPolicy(nodes, '1.20').refusals[0]?.reason).toBe('nodes-disabled');
    expect(readPolicy(nodes, '1.20', { nodeSelectorLabels: true }).refusals).toEqual([]);
  });

  it('is null for what is no Cilium policy', () => {
    for (const other of [null, 5, 'x', [], {}, { kind: 'NetworkPolicy' }, [{ kind: 'List' }]])
      expect(readPolicy(other, '1.20')).toEqual({ policy: null, refusals: [] });
  });
});
