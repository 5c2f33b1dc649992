import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/policy/finding';
import { costOf, costSourceOf, type CostSource } from '../../../src/core/result/cost';
import type { Run } from '../../../src/core/result/run';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { costLabel } from '../../../src/core/words/costs';
import { findingMessage } from '../../../src/core/words/findings';
import { measuredPolicy, overheadValues, runOf } from './runs';

const finding: Finding = {
  code: 'l7-http',
  severity: 'warning',
  range: { start: { line: 14, character: 8 }, end: { line: 14, character: 12 } },
  document: 0,
  policy: { kind: 'CiliumNetworkPolicy', name: 'checkout', namespace: 'shop' },
  protocol: 'http',
  direction: 'ingress',
  ports: ['8080/TCP'],
  endpoints: ['app=checkout'],
  rules: 2,
  tags: [],
  docs: 'https://docs.cilium.io/',
  textHash: 'abc',
};
const plain = (text: string): string => text.replaceAll('\u2009', ' ');

function source(more: Partial<Run> = {}): CostSource {
  const found = costSourceOf(runOf(policyOverhead, overheadValues, { policy: measuredPolicy, ...more }));
  if (!found) throw new Error('the run gives no cost');
  return found;
}

const older = '2026-11-01T08:00:00.000Z';
const newer = '2026-11-22T08:00:00.000Z';

describe('the cost of a finding', () => {
  it('is the newest of this very policy before anything else', () => {
    const other = { ...measuredPolicy, textHash: 'other' };
    const runs = [
      source({ id: 'old', startedAt: older }),
      source({ id: 'this', startedAt: newer }),
      source({ id: 'shape', policy: other }),
      source({ id: 'any', policy: { ...other, httpRules: 9 } }),
    ];
    expect(costOf(finding, runs)).toMatchObject({ source: 'this-policy', runId: 'this' });
    expect(costOf(finding, runs.slice(2))).toMatchObject({ source: 'same-shape', runId: 'shape' });
    expect(costOf(finding, runs.slice(3))).toMatchObject({ source: 'other-shape', runId: 'any' });
    expect(costOf(finding, [])).toMatchObject({ source: 'published', percentRange: [-88.7, -86.1] });
  });

  it('is of its shape on the active target before a newer one on another, and of its shape before another on the active one', () => {
    const policy = { ...measuredPolicy, textHash: 'other' };
    const prod = { kind: 'kube', name: 'prod', fingerprint: {} } as const;
    const here = source({ id: 'here', startedAt: older, target: prod, policy });
    const newerHere = source({
      id: 'newer-here',
      startedAt: '2026-11-02T08:00:00.000Z',
      target: prod,
      policy,
    });
    const elsewhere = source({ id: 'elsewhere', startedAt: newer, policy });
    const otherShape = source({ id: 'other-shape', target: prod, policy: { ...policy, httpRules: 9 } });
    const own = source({ id: 'own', startedAt: older });
    const all = [here, newerHere, elsewhere, otherShape];
    const on = (runs: readonly CostSource[], name: string | null): unknown => {
      const cost = costOf(finding, runs, name === null ? null : { kind: 'kube', name });
      return 'runId' in cost ? cost.runId : cost.source;
    };
    expect(on(all, 'prod')).toBe('newer-here');
    expect(on(all, 'staging')).toBe('elsewhere');
    expect(on(all, null)).toBe('elsewhere');
    expect(on([elsewhere, otherShape], 'prod')).toBe('elsewhere');
    expect(on([otherShape], 'prod')).toBe('other-shape');
    // This very policy goes before all, wherever it was measured.
    expect(on([...all, own], 'prod')).toBe('own');
    // The lab is one, whatever a run calls it.
    expect(costOf(finding, all, { kind: 'lab', name: 'local lab' })).toMatchObject({ runId: 'elsewhere' });
    expect(plain(findingMessage(finding, costOf(finding, all, prod), 'UTC'))).toContain(
      'Measured on prod on 2026-11-02 with a policy of the same shape',
    );
    expect(plain(findingMessage(finding, costOf(finding, [elsewhere], prod), 'UTC'))).toContain(
      'Measured on the local lab on 2026-11-22 with a policy of the same shape',
    );
  });

  it('is not this policy’s when another port or direction of it was measured', () => {
    const runs = [source({ policy: { ...measuredPolicy, ports: ['9090'], httpRules: 5 } })];
    expect(costOf(finding, runs).source).toBe('other-shape');
    expect(costOf({ ...finding, direction: 'egress' }, [source()]).source).toBe('other-shape');
    expect(costOf({ ...finding, ports: ['web'] }, [source()]).source).toBe('this-policy');
  });

  it('is never quoted from a run without a result', () => {
    const run = runOf(policyOverhead, overheadValues, { policy: measuredPolicy });
    expect(costSourceOf({ ...run, state: 'failed' })).toBeNull();
    expect(costSourceOf({ ...run, state: 'cancelled' })).toBeNull();
    expect(costSourceOf(runOf(policyOverhead, overheadValues))).toBeNull();
    const undecided = run.effects.map((effect) => ({ ...effect, verdict: 'inconclusive' as const }));
    expect(costSourceOf({ ...run, effects: undecided })).toBeNull();
    expect(costSourceOf({ ...run, state: 'partial' })).toMatchObject({ complete: false });
  });
});

describe('what a finding says', () => {
  it('when measured', () => {
    expect(plain(findingMessage(finding, costOf(finding, [source()]), 'UTC'))).toBe(
      'All TCP traffic to port 8080 of pods app=checkout goes through Envoy, not only the requests matched here. ' +
        'Measured on the local lab on 2026-11-23 (quick run): 67 % fewer requests a second when saturated (−68 to −65) ' +
        'and a p50 of 403 µs instead of 138 µs at 1 000 a second.',
    );
  });

  it('when only published', () => {
    expect(plain(findingMessage(finding, costOf(finding, [])))).toContain(
      'Published: 86 to 89 % fewer requests a second when saturated (TKE, Cilium 1.19.4, 4 cores, one round, 2026). Measure This Policy',
    );
  });

  it('names the other policy that a number comes from', () => {
    const other = source({ policy: { ...measuredPolicy, textHash: 'other', name: 'api', httpRules: 9 } });
    expect(plain(findingMessage(finding, costOf(finding, [other])))).toContain(
      'with another policy (api: ingress, 9 HTTP rules)',
    );
  });

  it('in a few words', () => {
    const now = new Date('2026-11-23T20:00:00Z');
    expect(plain(costLabel(costOf(finding, [source()]), now, 'UTC'))).toBe(
      '−67 % RPS, ×2.9 p50 (local lab, today)',
    );
    expect(plain(costLabel(costOf(finding, []), now))).toBe(
      '−86 to −89 % RPS published (TKE 2026), not measured here',
    );
  });
});
