import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measurablePolicies, policyChoice } from '../../../src/core/policy/main';
import { Problem } from '../../../src/core/problem';

const shopL4 = readFileSync(new URL('../../../examples/shop-l4.yaml', import.meta.url), 'utf8');
const shopL7 = readFileSync(new URL('../../../examples/shop-l7.yaml', import.meta.url), 'utf8');

const cilium = (spec: string, kind = 'CiliumNetworkPolicy'): string =>
  `apiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: {name: cart, namespace: shop}\nspec: ${spec}\n`;
const plain = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: cart, namespace: shop}\nspec: ${spec}\n`;
const selecting = 'endpointSelector: {matchLabels: {app: cart}}';
const fromShop = 'fromEndpoints: [{matchLabels: {app: shop}}]';
const toPorts = (...ports: string[]): string => `toPorts: [{ports: [${ports.join(', ')}]}]`;
const ingress = (...rules: string[]): string => cilium(`{${selecting}, ingress: [${rules.join(', ')}]}`);

const measured = (text: string) => {
  const { direction, port, namedPort, anyPort, otherPorts } = policyChoice(text, 'cart.yaml').policy;
  return { direction, port, namedPort, anyPort, otherPorts };
};
const refusal = (text: string): Problem => {
  try {
    policyChoice(text, 'cart.yaml');
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('it was not refused');
};

describe('a policy of peers and ports', () => {
  it('is measured by any request, and its L7 is not, because it has none', () => {
    const { policy, allowed, denied, notMeasured, manifest } = policyChoice(shopL4, 'shop.yaml');
    expect(policy).toMatchObject({
      name: 'checkout-port',
      kind: 'CiliumNetworkPolicy',
      direction: 'ingress',
      port: 8080,
      http: [],
      otherPorts: [],
    });
    expect(shopL4.split('\n')[policy.line]?.trim()).toBe('toPorts:');
    expect(allowed).toEqual({ method: 'GET', path: '/echo', headers: {} });
    expect(denied).toBeNull();
    expect(notMeasured).toEqual([{ what: 'L7', reason: 'checkout-port has no L7 rules' }]);
    expect(manifest).toMatchObject({ kind: 'CiliumNetworkPolicy' });
  });

  it('takes the path and method that are chosen', () => {
    const request = { path: '/a', method: 'POST' };
    expect(policyChoice(shopL4, 'f', { request }).allowed).toMatchObject(request);
  });

  it.each([
    ['a number', ingress(`{${fromShop}, ${toPorts('{port: "9000", protocol: TCP}')}}`), { port: 9000 }],
    ['no protocol', ingress(`{${toPorts('{port: "9000"}')}}`), { port: 9000 }],
    ['protocol ANY', ingress(`{${toPorts('{port: "9000", protocol: ANY}')}}`), { port: 9000 }],
    ['a name', ingress(`{${toPorts('{port: web, protocol: TCP}')}}`), { port: 8080, namedPort: 'web' }],
    [
      'a name beside its number',
      ingress(`{${toPorts('{port: web}', '{port: "8080"}')}}`),
      { port: 8081, namedPort: 'web', otherPorts: ['8080'] },
    ],
    [
      'a range around the usual port',
      ingress(`{${toPorts('{port: "8000", endPort: 9000}')}}`),
      { port: 8080, otherPorts: ['8000-9000'] },
    ],
    [
      'a range elsewhere',
      ingress(`{${toPorts('{port: "9000", endPort: 9010}')}}`),
      { port: 9000, otherPorts: ['9000-9010'] },
    ],
    [
      'port 0, which is all',
      ingress(`{${toPorts('{port: "0", protocol: TCP}')}}`),
      { port: 8080, anyPort: true },
    ],
    ['peers alone', ingress(`{${fromShop}}`), { port: 8080, anyPort: true }],
    ['everybody', ingress('{}'), { port: 8080, anyPort: true }],
    [
      'several entries, UDP first',
      ingress(
        `{${toPorts('{port: "514", protocol: UDP}', '{port: "9000", protocol: TCP}', '{port: "9001", protocol: TCP}')}}`,
      ),
      { port: 9000, otherPorts: ['514/UDP', '9001'] },
    ],
    [
      'a rule for DNS before the others',
      cilium(
        `{${selecting}, egress: [{${toPorts('{port: "53", protocol: ANY}')}}, {toFQDNs: [{matchName: bank.example}], ${toPorts('{port: "443", protocol: TCP}')}}]}`,
      ),
      { direction: 'egress', port: 443, otherPorts: ['53'] },
    ],
    [
      'an empty list of peers, which lets nobody through',
      ingress(`{fromEndpoints: [], ${toPorts('{port: "1"}')}}`, `{${toPorts('{port: "2"}')}}`),
      { port: 2, otherPorts: ['1'] },
    ],
    [
      'Kubernetes’ own kind, TCP where no protocol is named',
      plain('{podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 9000}]}]}'),
      { port: 9000 },
    ],
    [
      'a name in Kubernetes’ own kind',
      plain(
        '{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{protocol: UDP, port: 53}, {port: web}]}]}',
      ),
      { direction: 'egress', port: 8080, namedPort: 'web', otherPorts: ['53/UDP'] },
    ],
    [
      'rules that its policyTypes leave out',
      plain('{podSelector: {}, policyTypes: [Egress], ingress: [{}], egress: [{ports: [{port: 9000}]}]}'),
      { direction: 'egress', port: 9000 },
    ],
  ])('%s', (_, text, expected) => {
    expect(measured(text)).toEqual({ direction: 'ingress', otherPorts: [], ...expected });
  });

  it('says of which kind L7 rules are that are not measured, and prefers ports without', () => {
    const kafka = '{ports: [{port: "9092", protocol: TCP}], rules: {kafka: [{role: produce}]}}';
    const one = policyChoice(ingress(`{toPorts: [${kafka}]}`), 'f');
    expect(one.policy.port).toBe(9092);
    expect(one.notMeasured).toEqual([
      { what: 'L7', reason: 'of L7 rules those for HTTP alone are measured, and cart has kafka rules' },
    ]);
    const two = ingress(`{toPorts: [${kafka}]}`, `{${toPorts('{port: "9000", protocol: TCP}')}}`);
    expect(policyChoice(two, 'f').policy.port).toBe(9000);
  });

  it.each([
    ['denials alone', cilium(`{${selecting}, ingressDeny: [{fromEntities: [world]}]}`), /^cart only denies/],
    ['default deny', plain('{podSelector: {}, policyTypes: [Ingress]}'), /^cart only denies/],
    ['nobody', ingress('{fromEndpoints: []}'), /^cart only denies/],
    [
      'ICMP',
      ingress('{icmps: [{fields: [{type: 8}]}]}'),
      /^cart lets only ICMP through, and the loads .* TCP/,
    ],
    [
      'UDP and SCTP',
      ingress(`{${toPorts('{port: "1", protocol: UDP}', '{port: "1", protocol: SCTP}')}}`),
      /only UDP and SCTP through/,
    ],
    [
      'a port that is none',
      ingress(`{${toPorts('{port: "70000", protocol: TCP}')}}`),
      /names no port from 1 to 65535/,
    ],
    [
      'nodes',
      cilium('{nodeSelector: {}, ingress: [{}]}', 'CiliumClusterwideNetworkPolicy'),
      /^cart selects nodes, and what is measured is traffic between pods/,
    ],
    [
      'a template for its port',
      ingress(`{${toPorts('{port: "{{ .Values.port }}"}')}}`),
      /^cart has a template for the port/,
    ],
  ])('is refused with a sentence where it lets through %s', (_, text, message) => {
    const problem = refusal(text);
    expect(problem.what).toMatch(message);
    expect([problem.kind, problem.what.split('. ').length, problem.todo === '']).toEqual(['usage', 1, false]);
  });

  it('says of several why none can be measured', () => {
    const problem = refusal(
      `${ingress('{icmps: []}', '{fromEndpoints: []}').replace('icmps: []', 'fromCIDR: []')}---\n${plain('{podSelector: {}}')}`,
    );
    expect(problem.what).toMatch(
      /^cart.yaml holds no policy that can be measured: cart only denies.*; cart only denies/,
    );
  });

  it('gives way to HTTP rules in the same text', () => {
    expect(policyChoice(`${shopL4}---\n${shopL7}`, 'f').policy.name).toBe('checkout-api');
    expect(policyChoice(`${shopL4}---\n${shopL7}`, 'f', { name: 'checkout-port' }).policy.http).toEqual([]);
  });

  it.each([
    'spec: 1',
    'spec: {ingress: 1}',
    'spec: {ingress: [1, {toPorts: 1}, {toPorts: [{ports: {}}]}]}',
    'specs: [null, 1]',
  ])('reads whatever stands there: %s', (rest) => {
    for (const kind of ['CiliumNetworkPolicy', 'NetworkPolicy']) {
      const text = `kind: ${kind}\nmetadata: {name: cart}\n${rest}\n`;
      try {
        expect(policyChoice(text, 'f').policy.port).toBe(8080);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }
  });
});

it('lists the policies of a text that can be measured', () => {
  const text = [shopL4, plain('{podSelector: {}}'), plain('{podSelector: {}, ingress: [{}]}'), shopL7].join(
    '---\n',
  );
  expect(
    measurablePolicies(text).map(({ kind, name, port, anyPort, http }) => [
      kind,
      name,
      port,
      anyPort,
      http.length > 0,
    ]),
  ).toEqual([
    ['CiliumNetworkPolicy', 'checkout-port', 8080, undefined, false],
    ['NetworkPolicy', 'cart', 8080, true, false],
    ['CiliumNetworkPolicy', 'checkout-api', 8080, undefined, true],
  ]);
  const [first] = measurablePolicies(text);
  expect(policyChoice(text, 'f', { textHash: first?.textHash ?? '' }).policy.name).toBe('checkout-port');
  expect(measurablePolicies('a: [')).toEqual([]);
});
