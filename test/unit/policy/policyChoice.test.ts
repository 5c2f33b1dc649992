import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyse, matches, policyChoice, policyUnderTest } from '../../../src/core/policy/main';
import { sha256 } from '../../../src/core/policy/sha256';

const shop = readFileSync(new URL('../../../examples/shop-l7.yaml', import.meta.url), 'utf8');

describe('the policy under test', () => {
  it('is read with requests that it allows and refuses', () => {
    const { policy, allowed, denied } = policyChoice(shop, 'shop.yaml');
    expect(policy).toMatchObject({ name: 'checkout-api', direction: 'ingress', port: 8080, line: 19 });
    expect(matches(policy, allowed)).toBe(true);
    expect(denied && matches(policy, denied)).toBe(false);
    expect(
      analyse(shop).findings.map(({ code, textHash, range }) => [code, textHash, range.start.line]),
    ).toEqual([['l7-http', policy.textHash, 19]]);
  });
  it.each([
    [
      'a template for a port',
      shop.replace(/.8080./, '"{{ .Values.port }}"'),
      /port of the HTTP rules .* is a template/,
    ],
    ['UDP', shop.replace('TCP', 'UDP'), /protocol UDP/],
    ['port 0', shop.replace(/.8080./, '"0"'), /on port 0/],
    ['another kind', 'kind: Service\n', /no Cilium policy/],
  ])('is refused with a sentence: %s', (_, text, message) => {
    expect(() => policyUnderTest(text, { file: 'shop.yaml' })).toThrow(message);
  });
  it('has the same hash whatever the comments, quotes and line ends', () => {
    const hashes = [
      shop,
      shop.replace('# The', '# A'),
      shop.replaceAll('\n', '\r\n'),
      shop.replace('/api/v1/orders', '"/api/v1/orders"'),
    ].map((text) => policyChoice(text, 'f').policy.textHash);
    expect(new Set(hashes).size).toBe(1);
    expect(policyChoice(shop.replace('v1/orders', 'v1/order'), 'f').policy.textHash).not.toBe(hashes[0]);
  });
});

describe('a request that is chosen', () => {
  const choose = (request: { path?: string; method?: string }): ReturnType<typeof policyChoice> =>
    policyChoice(shop, 'shop.yaml', { request });
  it('is measured where the rules allow it, with the headers they ask for', () => {
    expect(choose({ path: '/api/v1/products/42' }).allowed).toEqual({
      method: 'GET',
      path: '/api/v1/products/42',
      headers: {},
    });
    expect(choose({ method: 'POST', path: '' }).allowed).toEqual({
      method: 'POST',
      path: '/api/v1/orders',
      headers: { 'X-Shop-Client': 'frontend' },
    });
  });
  it.each([
    [
      { path: '/other' },
      'The HTTP rules of checkout-api do not allow /other. They allow GET /api/v1/products/1',
    ],
    [{ method: 'PUT', path: '/api/v1/orders' }, 'do not allow PUT /api/v1/orders'],
    [{ path: 'orders' }, 'path is "orders"'],
    [{ path: '/a#b' }, 'path is "/a#b"'],
    [{ method: 'GET /' }, 'method is "GET /"'],
  ])('is a usage problem where they do not: %j', (request, message) => {
    expect(() => choose(request)).toThrow(message);
    expect(() => choose(request)).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});

describe('what a run of the policy leaves out', () => {
  const ports = (text: string): string =>
    shop.replace("            - port: '8080'\n              protocol: TCP\n", text);
  const port = (text: string): string => `            - port: '${text}'\n              protocol: TCP\n`;
  const leftOut = (text: string): readonly string[] =>
    (policyChoice(text, 'shop.yaml').notMeasured ?? []).map(({ what, reason }) => `${what}: ${reason}`);
  it('is nothing where one port has rules that refuse something', () => {
    expect(leftOut(shop)).toEqual([]);
  });
  it('are its other ports', () => {
    expect(leftOut(ports(port('8080') + port('8443')))).toEqual([
      'port 8443 of checkout-api: a run measures one port of a policy, here 8080',
    ]);
    const range = ports(
      `            - port: '8080'\n              endPort: 8090\n              protocol: TCP\n`,
    );
    expect(leftOut(range)).toEqual([
      'ports 8080-8090 of checkout-api: a run measures one port of a policy, here 8080',
    ]);
    const more = `${shop}      toPorts:\n`.replace(
      / {6}toPorts:\n$/,
      '    - toPorts:\n        - ports: [{port: "9000", protocol: TCP}]\n          rules: {http: [{}]}\n        - ports: [{port: "9001"}]\n',
    );
    expect(leftOut(more)).toEqual([
      'port 9000 of checkout-api: a run measures one port of a policy, here 8080',
    ]);
  });
  it('is the refused request where there is none', () => {
    const open = shop.replace(/http:\n[^]*/, 'http: [{}]\n');
    const choice = policyChoice(open, 'shop.yaml');
    expect(choice.denied).toBeNull();
    expect(leftOut(open)).toEqual(['a refused request (403): the HTTP rules of checkout-api refuse none']);
    const unclear = shop.replace(/http:\n[^]*/, "http: [{path: '(?s).*'}]\n");
    expect(leftOut(unclear)).toEqual([
      expect.stringMatching(/^a refused request \(403\): none that checkout-api refuses was found/),
    ]);
  });
});

it('takes HTTP rules on a named port, which becomes one that nothing else in the policy speaks of', () => {
  const named = shop.replace(/.8080./, 'web');
  expect(policyChoice(named, 'f').policy).toMatchObject({ port: 8080, namedPort: 'web', otherPorts: [] });
  const denied = `${named.trimEnd()}\n  ingressDeny: [{toPorts: [{ports: [{port: "8080"}]}]}]\n`;
  expect(policyChoice(denied, 'f').policy).toMatchObject({ port: 8081, namedPort: 'web' });
});

it('refuses a pattern that Cilium refuses, and says where it stands', () => {
  expect(() => policyChoice(shop.replace('[0-9]+', '(?=x)'), 'shop.yaml')).toThrow(
    /The path "\/api\/v1\/products\/\(\?=x\)" of checkout-api in line 20 is no regular expression to Cilium, which refuses the policy \(.*\(\?=/,
  );
});

it('finds the policy that is named, or whose finding is chosen', () => {
  const two = `${shop}---\n${shop.replace('/api/v1/orders', '/other')}---\n${shop.replace('checkout-api', 'second')}`;
  expect(policyChoice(two, 'f', { name: 'second' }).policy).toMatchObject({ name: 'second' });
  const hashes = analyse(two).findings.map(({ textHash }) => textHash);
  expect(new Set(hashes).size).toBe(3);
  for (const textHash of hashes) {
    const { policy } = policyChoice(two, 'f', { textHash });
    expect(policy.textHash).toBe(textHash);
  }
  expect(() => policyChoice(two, 'f', { name: 'third' })).toThrow(
    'f holds no policy named third. It holds checkout-api, second.',
  );
});

it.each([0, 1, 55, 56, 63, 64, 65, 1000])('hashes %i characters as Node does', (length) => {
  const text = 'µ'.repeat(length);
  expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
});
