import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/analyse';
import { costOf } from '../../../src/core/result/cost';
import { explainPolicy, seenPlaces } from '../../../src/core/words/explainPolicy';

const source = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: check_out, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: "a|b" } }
  ingress:
    - toPorts:
        - ports: [{ port: "8080", protocol: TCP }]
          rules: { http: [{ method: GET }] }
`;

const pageOf = (text: string): string =>
  explainPolicy({
    file: 'shop/checkout.yaml',
    language: 'yaml',
    source: text,
    firstLine: 0,
    findings: analyse(text).findings.map((finding) => ({
      finding,
      cost: costOf(finding, []),
      touched: 'On prod it matches 3 of 41 pods in shop.',
    })),
    ciliumVersion: '1.20',
    now: new Date('2026-11-23T00:00:00Z'),
    timeZone: 'UTC',
  });

describe('the page about a policy', () => {
  const page = pageOf(source);
  it('says who pays, the way, the cost with its source, the findings and how it was judged', () => {
    expect(page).toMatch(/^# What CiliumNetworkPolicy shop\/check\\_out costs\n\nL7 through Envoy: /);
    for (const part of [
      '| L7 through Envoy | ingress | port 8080 | pods app=a\\|b |',
      '- `client pod → eBPF → Envoy on the server’s node → server pod`',
      'Published: 86 to 89',
      '`l7-http`, line 9: All TCP traffic to port 8080',
      'On prod it matches 3 of 41 pods in shop.',
      'of Cilium 1.20 do, from the text alone: shop/checkout.yaml from line 1.',
      'https://docs.cilium.io/',
    ])
      expect(page).toContain(part);
    expect(page.endsWith(`\`\`\`yaml\n${source}\`\`\`\n`)).toBe(true);
  });

  it('says that nothing is paid where no proxy is on the way', () => {
    const plain = pageOf(source.replace(/ {10}rules.*\n/, ''));
    expect(plain).toContain('Nothing here sends traffic through a proxy');
    expect(plain).not.toContain('## Who pays');
  });

  it('names other files as people know them, and finds them again', () => {
    const [finding] = analyse(source).findings;
    if (!finding) throw new Error('there is no finding');
    const { policy, range } = finding;
    const place = { document: 0, range, policy };
    const related = [{ ...place, file: 'file:///srv/work/shop/a_b%20[1].yaml' }, place];
    const page = explainPolicy({
      file: 'shop/checkout.yaml',
      nameOf: (address) => decodeURI(address).replace('file:///srv/work/', ''),
      language: 'yaml',
      // As if by chance, in the text itself: that is no place.
      source: '  - see line 3 of x: y',
      firstLine: 0,
      findings: [{ finding: { ...finding, code: 'l7-shadowed', related }, cost: costOf(finding, []) }],
      ciliumVersion: '1.20',
      now: new Date('2026-11-23T00:00:00Z'),
    });
    expect(page).toContain(
      '\n  - see line 5 of shop/a\\_b \\[1\\].yaml: CiliumNetworkPolicy shop/check\\_out',
    );
    expect(page).not.toContain('file:///');
    const [seen, ...others] = seenPlaces(page);
    expect(others).toEqual([]);
    expect(seen).toMatchObject({ file: 'shop/a_b [1].yaml', line: 5 });
    expect(page.slice(seen?.start, seen?.end)).toBe('line 5 of shop/a\\_b \\[1\\].yaml');
  });

  it('is not broken by what the text holds', () => {
    const page = pageOf(`${source}# \`\`\`\`\n`);
    expect(page).toContain('\n`````yaml\n');
  });
});
