import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../src/core/result/run';
import type { KubeClient } from '../../src/kube/client/openClient';
import { plannedIds, plannedOf, shortPlan, testTarget } from './benchPlan';
import { benchNamespaces, conducted, memoryJournal, testClient } from './benchSupport';

/** Why samples are invalid. A machine that others use too may miss the asked rate for part of a second. */
function reasonsOf(run: Run): readonly string[] {
  return run.samples
    .flatMap(({ id, invalidReasons }) => invalidReasons.map((reason) => `${id}: ${reason}`))
    .filter((reason) => !/of the asked \d+ requests/.test(reason));
}

describe('loads on a cluster', () => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await testClient();
  });
  afterAll(async () => {
    expect(await benchNamespaces(client)).toEqual([]);
    client.close();
  });

  it.each(['aa', 'rps', 'throughput', 'latency'])(
    'measures %s, every sample valid, and leaves nothing',
    async (scenario) => {
      const journal = memoryJournal();
      const plan = shortPlan(scenario);
      const { run } = await conducted(plan, testTarget(client), {
        journal,
      });
      expect(reasonsOf(run)).toEqual([]);
      expect(plannedOf(run, plan)).toEqual(plannedIds(plan));
      expect(journal.open.size).toBe(0);
    },
    300_000,
  );
});
