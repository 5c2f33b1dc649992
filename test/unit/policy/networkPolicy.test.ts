import { expect, it } from 'vitest';
import { documentsOf } from '../../../src/core/policy/documents';
import { networkPolicyOf, type NetworkPolicy } from '../../../src/core/policy/networkPolicy';
import { objectsOf } from '../../../src/core/policy/policies';

function read(text: string): readonly NetworkPolicy[] {
  return documentsOf(text)
    .flatMap((document) => objectsOf(document).objects)
    .flatMap((object) => networkPolicyOf(object) ?? []);
}
const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: test\n  namespace: default\nspec:\n${spec}`;

/** In the shape of https://kubernetes.io/docs/concepts/services-networking/network-policies/. */
it('is read as Cilium translates it', () => {
  const [found, ...others] = read(
    policy(`  podSelector:
    matchLabels:
      role: db
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - ipBlock:
            cidr: 172.17.0.0/16
            except: [172.17.1.0/24]
        - namespaceSelector:
            matchLabels:
              project: myproject
        - namespaceSelector: {}
          podSelector:
            matchExpressions:
              - {key: role, operator: In, values: [frontend]}
      ports:
        - port: 6379
        - protocol: UDP
          port: 32000
          endPort: 32768
        - port: http
        - protocol: SCTP
  egress:
    - {}
`),
  );
  expect(others).toEqual([]);
  expect(found).toMatchObject({ kind: 'NetworkPolicy', name: 'test', namespace: 'default' });
  const [rule] = found?.rules ?? [];
  expect(rule).toMatchObject({
    subject: { kind: 'endpoint', selector: { matchLabels: { 'k8s:role': 'db' }, matchExpressions: [] } },
    enableDefaultDeny: { ingress: true, egress: true },
    present: ['ingress', 'egress'],
  });
  const [ingress, egress] = rule?.rules ?? [];
  expect(ingress?.peers).toEqual({
    cidrs: [{ cidr: '172.17.0.0/16', except: ['172.17.1.0/24'], isOfSet: true }],
    endpoints: [
      {
        path: ['spec', 'ingress', 0, 'from', 1],
        matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.project': 'myproject' },
        matchExpressions: [],
      },
      {
        path: ['spec', 'ingress', 0, 'from', 2],
        matchLabels: {},
        matchExpressions: [
          { key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists', values: [] },
          { key: 'k8s:role', operator: 'In', values: ['frontend'] },
        ],
      },
    ],
  });
  expect(
    ingress?.toPorts?.[0]?.ports.map(({ port, endPort, protocol }) => [port, endPort, protocol]),
  ).toEqual([
    [6379, null, 'TCP'],
    [32000, 32768, 'UDP'],
    ['http', null, 'TCP'],
    [0, null, 'SCTP'],
  ]);
  expect(ingress?.toPorts?.[0]?.rules).toBeNull();
  // Everybody, on every port.
  expect(egress).toMatchObject({ direction: 'egress', peers: {} });
  expect(egress?.toPorts).toBeUndefined();
});

it.each([
  ['no types', '  podSelector: {}\n', ['ingress']],
  ['egress alone', '  podSelector: {}\n  policyTypes: [Egress]\n', ['egress']],
  [
    'ingress, by its rules',
    '  podSelector: {}\n  policyTypes: [Egress]\n  ingress: [{}]\n',
    ['ingress', 'egress'],
  ],
  ['egress, by its rules', '  podSelector: {}\n  egress: [{}]\n', ['ingress', 'egress']],
])('isolates as %s say', (_, spec, directions) => {
  expect(read(policy(spec))[0]?.rules[0]?.present).toEqual(directions);
});

it('is read while it is typed, and other kinds are none', () => {
  expect(read(policy('  podSelector:\n  ingress:\n    - from:\n      -\n      ports: 80\n'))).toHaveLength(1);
  expect(read(policy('  podSelector: {}\n').replace('kind: NetworkPolicy', 'kind: Ingress'))).toEqual([]);
});
