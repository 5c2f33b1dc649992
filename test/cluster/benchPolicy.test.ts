import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest, Probe } from '../../src/core/plan/plan';
import type { Bench } from '../../src/core/target';
import type { KubeClient } from '../../src/kube/client/openClient';
import { policy, shortPlan, testCapabilities, testTarget } from './benchPlan';
import { benchNamespaces, conducted, memoryJournal, never, newRunId, testClient } from './benchSupport';

const http = (
  from: 'client' | 'other-client',
  request: HttpRequest,
  expected: number | 'blocked',
): Probe => ({
  kind: 'http',
  from,
  request,
  expect: expected,
});

describe('a policy on a cluster', () => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await testClient();
  });
  afterAll(async () => {
    expect(await benchNamespaces(client)).toEqual([]);
    client.close();
  });

  it('is probed in force and gone, without exec', async () => {
    const plan = shortPlan('policy-overhead');
    const bench: Bench = await testTarget(client).open(plan, {
      runId: newRunId(),
      journal: memoryJournal(),
      signal: never,
    });
    try {
      const until = async (probe: Probe): Promise<string> => {
        for (;;) {
          const answer = await bench.probe(probe, never);
          if (answer.asExpected) return answer.seen;
        }
      };
      const stranger = (expected: number | 'blocked'): Probe =>
        http('other-client', policy.allowed, expected);
      expect(await until(stranger(200))).toBe('GET /shop/1 answered 200');
      await bench.change({ what: 'policy', to: 'l3l4' }, never);
      expect(await until(stranger('blocked'))).toBe('GET /shop/1 got no answer');
      // In force, a probe must not say that it is not.
      expect(await bench.probe(stranger(200), never)).toMatchObject({ asExpected: false });
      expect(await until(http('client', policy.denied ?? policy.allowed, 200))).toBe(
        'DELETE /shop/1 answered 200',
      );
      await bench.change({ what: 'policy', to: 'none' }, never);
      expect(await until(stranger(200))).toBe('GET /shop/1 answered 200');
      expect(await bench.probe(stranger('blocked'), never)).toMatchObject({ asExpected: false });
    } finally {
      const report = await bench.close();
      expect(report.left).toEqual([]);
      expect(report.changes.map(({ what, old, new: value, undone }) => [what, old, value, undone])).toEqual([
        ['policy', 'none', 'l3l4', true],
        ['policy', 'l3l4', 'none', true],
      ]);
    }
  }, 120_000);

  it('sends from several pods at once, and adds their results', async () => {
    const plan = shortPlan('rps', { parameters: { clients: '2' }, seconds: 5 });
    const one = { ...plan, steps: plan.steps.slice(0, 1) };
    const { run, sink } = await conducted(one, testTarget(client, { cpu: '300m' }));
    expect(sink.samples[0]?.raw.stdout.match(/"ActualQPS"/g)).toHaveLength(2);
    // How far apart they may have begun holds connecting too, which a busy machine takes long for.
    expect(run.samples[0]?.invalidReasons.filter((reason) => !/ms apart/.test(reason))).toEqual([]);
    expect(run.samples[0]?.values.rps).toBeGreaterThan(0);
  }, 120_000);

  it('measures from host network to host network where that was agreed to', async () => {
    const plan = shortPlan('throughput', {
      target: testCapabilities('host-network'),
      parameters: { streams: '1' },
    });
    const { run } = await conducted(plan, testTarget(client, { allow: new Set(['host-network']) }));
    expect(run.samples.map(({ variant }) => variant)).toContain('host-1');
    expect(run.samples.flatMap(({ invalidReasons }) => invalidReasons)).toEqual([]);
  }, 180_000);
});
