import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan/plan';
import { fortioDocuments } from '../../src/core/tool/fortioFanOut';
import type { KubeClient } from '../../src/kube/client/openClient';
import { namespaceName } from '../../src/kube/bench/names';
import { shortPlan, testTarget } from './benchPlan';
import { benchNamespaces, conducted, memoryJournal, newRunId, testClient } from './benchSupport';

const seconds = 3;

/** A few samples of two clients that leave the machine's cores to others: when they begin is what is looked at. */
function twoClients(samples: number): Plan {
  const plan = shortPlan('rps', { seconds, parameters: { clients: '2' } });
  const taken = plan.steps.filter((step) => step.kind === 'sample').slice(0, samples);
  return {
    ...plan,
    steps: taken.map((step) => {
      const { sample } = step;
      if (sample.load.kind !== 'http') throw new Error('rps sends HTTP');
      return {
        ...step,
        sample: { ...sample, load: { ...sample.load, connections: 4, ratePerSecond: 200 } },
      };
    }),
  };
}

/** Milliseconds between the first and the last StartTime: both nodes of the test cluster have one clock. */
function spreadOf(stdout: string): { readonly clients: number; readonly apartMs: number } {
  const starts = fortioDocuments(stdout).map((document) => Date.parse(String(document?.['StartTime'])));
  return { clients: starts.length, apartMs: Math.max(...starts) - Math.min(...starts) };
}

describe('a load of several clients', () => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await testClient();
  });
  afterEach(async () => {
    expect(await benchNamespaces(client), 'left on the cluster').toEqual([]);
  });

  it('begins in all of them within 100 ms, and is read whole', async () => {
    const { run, sink } = await conducted(twoClients(3), testTarget(client), { journal: memoryJournal() });
    expect(run.samples.map(({ invalidReasons }) => invalidReasons)).toEqual([[], [], []]);
    const spreads = sink.samples.map(({ raw }) => spreadOf(raw.stdout));
    console.log('clients began apart, ms:', spreads.map(({ apartMs }) => apartMs).join(', '));
    for (const { clients, apartMs } of spreads) {
      expect(clients).toBe(2);
      expect(apartMs).toBeLessThan(100);
    }
    for (const { values } of run.samples) expect(values.rps).toBeGreaterThan(1.9 * 200);
  }, 240_000);

  it('is no sample where one of them is lost, and the next one is', async () => {
    const id = newRunId();
    const pods = `/api/v1/namespaces/${namespaceName(id)}/pods`;
    let isLost = false;
    const loseOne = async (): Promise<void> => {
      for (;;) {
        const list = (await client.call({ path: pods })) as {
          items: {
            metadata: { name: string };
            status: { containerStatuses?: { name: string; state: object }[] };
          }[];
        };
        const runs = (container: string) =>
          list.items.find(({ status }) =>
            status.containerStatuses?.some(({ name, state }) => name === container && 'running' in state),
          );
        const lost = runs('client');
        if (runs('load') === undefined || lost === undefined) continue;
        await client.call({
          method: 'DELETE',
          path: `${pods}/${lost.metadata.name}`,
          query: { gracePeriodSeconds: 0 },
        });
        isLost = true;
        return;
      }
    };
    const { run } = await conducted(twoClients(2), testTarget(client), {
      id,
      journal: memoryJournal(),
      onEvent: (event) => {
        if (event.kind === 'step' && event.index === 0) void loseOne();
      },
    });
    expect(isLost).toBe(true);
    const [spoiled, next] = run.samples;
    expect(spoiled?.values).toEqual({});
    expect(spoiled?.invalidReasons.join('; ')).toMatch(/client pod \S+: it was deleted/);
    expect(next?.invalidReasons).toEqual([]);
  }, 240_000);
});
