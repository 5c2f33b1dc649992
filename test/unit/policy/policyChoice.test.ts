import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyse, matches, policyChoice, policyUnderTest } from '../../../src/core/policy/main';
import { sha256 } from '../../../src/core/policy/sha256';

const shop = readFileSync(new URL('../../../examples/shop-l7.yaml', import.meta.url), 'utf8');
const shopL4 = readFileSync(new URL('../../../examples/shop-l4.yaml', import.meta.url), 'utf8');

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
    ['no HTTP rules', shopL4, /no policy with HTTP rules, but checkout-port \(L3\/L4 rules only\)/],
    ['a named port', shop.replace(/.8080./, ' web'), /named port web/],
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

it.each([0, 1, 55, 56, 63, 64, 65, 1000])('hashes %i characters as Node does', (length) => {
  const text = 'µ'.repeat(length);
  expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
});
