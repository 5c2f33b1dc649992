import { describe, expect, it } from 'vitest';
import { mapToBench } from '../../../src/core/plan/mapToBench';
import { policyChoice as choiceOf } from '../../../src/core/policy/policyChoice';

const head = (kind = 'CiliumNetworkPolicy') => `apiVersion: cilium.io/v2
kind: ${kind}
metadata: {name: checkout, namespace: shop}
`;

/** What the bench makes of a manifest. */
function mapped(text: string) {
  const { policy, manifest } = choiceOf(text, 'checkout.yaml');
  if (!manifest) throw new Error('no manifest');
  return mapToBench(manifest, policy);
}

const server = { matchLabels: { 'cilium-bench.io/role': 'server' } };
const client = { matchLabels: { 'cilium-bench.io/role': 'client' } };
const nobody = { matchLabels: { 'cilium-bench.io/role': 'nobody' } };
const http = (port: number) =>
  `toPorts: [{ports: [{port: "${port}", protocol: TCP}], rules: {http: [{method: GET}]}}]`;

describe('a manifest mapped to the bench', () => {
  it('keeps rules, ports and order; its pods become the server and its peers the client', () => {
    const {
      l7,
      l3l4,
      admitsOthers,
      mapped: said,
    } = mapped(`${head()}spec:
  description: orders only
  endpointSelector: {matchLabels: {app: checkout}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: metrics}}]
    toPorts: [{ports: [{port: "9090", protocol: TCP}]}]
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    ${http(8080)}
  egress:
  - toFQDNs: [{matchName: bank.example}]
`);
    expect(l7).toEqual([
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumNetworkPolicy',
        metadata: { name: 'bench-l7' },
        specs: [
          {
            description: 'orders only',
            endpointSelector: server,
            ingress: [
              { fromEndpoints: [nobody], toPorts: [{ ports: [{ port: '9090', protocol: 'TCP' }] }] },
              {
                fromEndpoints: [client],
                toPorts: [
                  { ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ method: 'GET' }] } },
                ],
              },
            ],
            egress: [{ toEndpoints: [nobody] }],
          },
        ],
      },
    ]);
    expect(JSON.stringify(l3l4)).not.toContain('http');
    expect(admitsOthers).toBe(false);
    expect(said).toEqual([
      'It selects the bench’s server instead of the pods it names.',
      'The peers of its measured rule are the bench’s client.',
      'The peers of 2 other rules match no pod.',
    ]);
  });

  it('maps an egress policy to the client, and expects others to get through', () => {
    const { l7, admitsOthers } = mapped(`${head()}spec:
  endpointSelector: {matchLabels: {app: frontend}}
  egress:
  - toEndpoints: [{matchLabels: {app: checkout}}]
    ${http(8080)}
`);
    expect(l7).toMatchObject([
      { specs: [{ endpointSelector: client, egress: [{ toEndpoints: [server] }] }] },
    ]);
    expect(admitsOthers).toBe(true);
  });

  it.each([
    ['no peers', ''],
    ['an empty selector', 'fromEndpoints: [{}]\n    '],
    ['entity cluster', 'fromEntities: [cluster]\n    '],
  ])('leaves a rule that admits everybody as it is: %s', (_, peers) => {
    const {
      l7,
      admitsOthers,
      mapped: said,
    } = mapped(`${head()}spec:
  endpointSelector: {}
  ingress:
  - ${peers}${http(8080)}
`);
    expect(JSON.stringify(l7)).not.toContain('nobody');
    expect(JSON.stringify(l7)).not.toContain('"client"');
    expect(admitsOthers).toBe(true);
    expect(said).toHaveLength(1);
  });

  it('takes the specs of the same pods along, leaves others out, and says both', () => {
    const { l7, mapped: said } = mapped(`${head('CiliumClusterwideNetworkPolicy')}specs:
- endpointSelector: {matchLabels: {app: checkout}}
  ingress:
  - fromCIDR: [10.0.0.0/8]
    ${http(8080)}
- endpointSelector: {matchLabels: {app: checkout}}
  ingressDeny:
  - fromEntities: [world]
- endpointSelector: {matchLabels: {app: billing}}
  ingress: [{}]
`);
    expect(l7).toMatchObject([
      {
        kind: 'CiliumNetworkPolicy',
        specs: [{ ingress: [{ fromEndpoints: [client] }] }, { ingressDeny: [{}] }],
      },
    ]);
    expect((l7[0] as { specs: unknown[] }).specs).toHaveLength(2);
    expect(said).toContain('It is made as a CiliumNetworkPolicy of the bench’s namespace.');
    expect(said).toContain('1 of its 3 specs select other pods and are left out.');
  });

  it('resolves anchors and merges', () => {
    const { l7 } = mapped(`${head()}spec:
  endpointSelector: &pods {matchLabels: {app: checkout}}
  ingress:
  - fromEndpoints: [*pods]
    ${http(8080)}
`);
    expect(l7).toMatchObject([
      { specs: [{ endpointSelector: server, ingress: [{ fromEndpoints: [client] }] }] },
    ]);
  });

  it('refuses TLS, whose Secrets the bench does not have', () => {
    expect(() =>
      mapped(`${head()}spec:
  endpointSelector: {}
  ingress:
  - toPorts: [{ports: [{port: "443", protocol: TCP}], terminatingTLS: {secret: {name: a}}, rules: {http: [{}]}}]
`),
    ).toThrow(/uses TLS with Secrets/);
  });

  it('has no manifest where templates leave it open', () => {
    expect(
      choiceOf(
        `${head()}spec:
  endpointSelector: {matchLabels: {app: "{{ .Values.app }}"}}
  ingress:
  - ${http(8080)}
`,
        'checkout.yaml',
      ).manifest,
    ).toBeNull();
  });
});
