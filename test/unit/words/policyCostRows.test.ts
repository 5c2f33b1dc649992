import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/main';
import type { Finding } from '../../../src/core/policy/finding';
import { costOf } from '../../../src/core/result/cost';
import { findingBadge, manifestBadge } from '../../../src/core/words/policyCostRows';

const now = new Date('2026-11-23T12:00:00Z');
const cost = (finding: Finding) => Promise.resolve(costOf(finding, []));
const policy = (name: string, protocol: string, rules: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: ${name}}}
  ingress:
    - fromEndpoints: [{matchLabels: {app: client}}]
      toPorts:
        - ports: [{port: "8080", protocol: ${protocol}}]
${rules}`;
const http = '          rules: {http: [{method: GET}]}\n';
const badge = (text: string) => manifestBadge(analyse(text), cost, now);

describe('what the Policy Cost view says of a manifest', () => {
  it('is the cost, the number first, then what causes it', async () => {
    const { text, level } = await badge(policy('a', 'TCP', http));
    expect(text).toMatch(/^−\d+ to −\d+\u2009% RPS published \(.+\), not measured here · L7 through Envoy$/);
    expect(level).toBe('warning');
  });

  it('is that nothing costs, where nothing goes through a proxy', async () => {
    expect(await badge(policy('a', 'TCP', ''))).toEqual({
      text: '1 policy · nothing through a proxy',
      level: 'plain',
    });
  });

  it('begins with the policies that are rejected, of several how many', async () => {
    expect(await badge(policy('a', 'UDP', http))).toMatchObject({
      text: expect.stringMatching(/^rejected/) as string,
      level: 'refused',
    });
    const both = [policy('a', 'UDP', http), policy('b', 'TCP', http)].join('---\n');
    expect((await badge(both)).text).toMatch(/^1 policy rejected · .*L7 through Envoy$/);
  });

  it('says what is dropped where the rest holds', async () => {
    const typo = policy('a', 'TCP', '').replace('fromEndpoints', 'fromEndpoint');
    const { findings } = analyse(typo);
    expect(findings.map(({ code, reason }) => [code, reason])).toContainEqual(['schema-refused', 'pruned']);
    expect((await badge(typo)).text).toMatch(/^rules dropped/);
  });

  it('names the first of other findings, and counts them', async () => {
    const [finding] = analyse(policy('a', 'TCP', http)).findings;
    if (!finding) throw new Error('There is no finding.');
    const wide: Finding = { ...finding, code: 'auth-required' };
    expect((await manifestBadge({ policies: 1, findings: [wide, wide] }, cost, now)).text).toBe(
      'Mutual authentication · 1 more',
    );
  });
});

describe('what it says of a finding', () => {
  const of = (changes: Partial<Finding>): ReturnType<typeof findingBadge> => {
    const [finding] = analyse(policy('a', 'TCP', http)).findings;
    if (!finding) throw new Error('There is no finding.');
    return findingBadge({ ...finding, ...changes });
  };

  it.each([
    ['l7-http', undefined, 'port 8080/TCP · a', 'warning'],
    ['l7-rejected', 'l7-on-udp', 'rejected · port 8080/TCP · a', 'refused'],
    ['l7-disabled', undefined, 'rejected · port 8080/TCP · a', 'refused'],
    ['schema-refused', 'type', 'rejected · port 8080/TCP · a', 'refused'],
    ['schema-refused', 'pruned', 'dropped · port 8080/TCP · a', 'warning'],
    ['l7-pruned', 'in-deny', 'dropped · port 8080/TCP · a', 'warning'],
    ['l7-pruned', 'denied', 'enforces nothing · port 8080/TCP · a', 'warning'],
    ['l7-shadowed', 'l3-only-allow', 'enforces nothing · port 8080/TCP · a', 'warning'],
    ['allows-nothing', 'no-ports', 'allows nothing · port 8080/TCP · a', 'warning'],
  ] as const)('%s (%s) is %j', (code, reason, text, level) => {
    expect(of({ code, severity: 'warning', ...(reason === undefined ? {} : { reason }) })).toEqual({
      text,
      level,
    });
  });

  it('leaves out what there is none of', () => {
    expect(of({ ports: [], severity: 'hint' })).toEqual({ text: 'a', level: 'plain' });
  });
});
