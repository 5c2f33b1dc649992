import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan, Probe } from '../../src/core/plan/plan';
import { policyChoice } from '../../src/core/policy/main';
import type { KubeClient } from '../../src/kube/client/openClient';
import { shortPlan, testCapabilities, testTarget } from './benchPlan';
import { benchNamespaces, conducted, memoryJournal, never, newRunId, testClient } from './benchSupport';

const cilium = (spec: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec: ${spec}
`;
const kubernetes = (spec: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec: ${spec}
`;
const selecting = 'endpointSelector: {matchLabels: {app: cart}}';

function planOf(text: string, seconds = 1, rounds = 1): Plan {
  const target = { ...testCapabilities(), policyKind: 'CiliumNetworkPolicy' as const };
  return shortPlan('this-policy', { target, measured: policyChoice(text, 'cart.yaml'), seconds, rounds });
}

describe('an L3/L4 manifest on a cluster', () => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await testClient();
  });
  afterAll(async () => {
    expect(await benchNamespaces(client)).toEqual([]);
    client.close();
  });

  it.each([
    [
      'peers and a port',
      cilium(
        `{${selecting}, ingress: [{fromEndpoints: [{matchLabels: {app: shop}}], toPorts: [{ports: [{port: "9000", protocol: TCP}]}]}]}`,
      ),
      'other-client',
    ],
    [
      'a port for everybody',
      cilium(`{${selecting}, ingress: [{toPorts: [{ports: [{port: "80"}]}]}]}`),
      'decoy',
    ],
    ['egress to peers alone', cilium(`{${selecting}, egress: [{toCIDR: [192.0.2.0/24]}]}`), 'decoy'],
    [
      'egress of Kubernetes’ own kind through a named port',
      kubernetes(
        '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: web}]}]}',
      ),
      'decoy',
    ],
  ])(
    '%s: what it keeps out gets no answer while it is in force',
    async (_, text, keptOut) => {
      const plan = planOf(text);
      const probe = (expected: number | 'blocked'): Probe => ({
        ...{ kind: 'http', request: plan.request, expect: expected },
        ...(keptOut === 'decoy' ? { from: 'client', to: 'decoy' } : { from: 'other-client' }),
      });
      const own: Probe = { kind: 'http', from: 'client', request: plan.request, expect: 200 };
      const journal = memoryJournal();
      const bench = await testTarget(client).open(plan, { runId: newRunId(), journal, signal: never });
      try {
        const until = async (asked: Probe): Promise<string> => {
          for (;;) {
            const answer = await bench.probe(asked, never);
            if (answer.asExpected) return answer.seen;
          }
        };
        expect(await until(probe(200))).toBe('GET /echo answered 200');
        await bench.change({ what: 'policy', to: 'l3l4' }, never);
        expect(await until(probe('blocked'))).toBe('GET /echo got no answer');
        expect(await until(own)).toBe('GET /echo answered 200');
        // In force, a probe must not say that it is not.
        expect(await bench.probe(probe(200), never)).toMatchObject({ asExpected: false });
        await bench.change({ what: 'policy', to: 'none' }, never);
        expect(await until(probe(200))).toBe('GET /echo answered 200');
        expect(await bench.probe(probe('blocked'), never)).toMatchObject({ asExpected: false });
      } finally {
        const report = await bench.close();
        expect(report.left).toEqual([]);
        expect(report.changes.map(({ new: value, undone }) => [value, undone])).toEqual([
          ['l3l4', true],
          ['none', true],
        ]);
        expect([...journal.open.values()]).toEqual([]);
      }
    },
    120_000,
  );

  it('is measured against no policy, with what was left out and how it was mapped', async () => {
    const plan = planOf(
      kubernetes(
        '{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: shop}}}], ports: [{port: web}, {port: 9090}]}]}',
      ),
      2,
      2,
    );
    expect(plan.policyObjects?.l3l4).toMatchObject([{ kind: 'NetworkPolicy' }]);
    const { run } = await conducted(plan, testTarget(client));
    expect([run.state, run.stateReason]).toEqual(['complete', undefined]);
    // A rate is missed where the machine has other things on it; as fast as it goes is what it says.
    const saturated = run.samples.filter(({ load }) => load === 'saturated');
    expect(saturated.flatMap(({ invalidReasons }) => invalidReasons)).toEqual([]);
    expect(run.effects.find(({ metric }) => metric === 'rps')).toMatchObject({
      variant: 'l3l4',
      baseline: 'none',
      percent: expect.any(Number) as number,
    });
    expect(run.notMeasured).toEqual(
      expect.arrayContaining([
        { what: 'L7', reason: 'cart has no L7 rules' },
        { what: 'port 9090 of cart', reason: 'a run measures one port of a policy, here web' },
      ]),
    );
    expect(run.changes.every(({ undone }) => undone)).toBe(true);
  }, 240_000);
});
