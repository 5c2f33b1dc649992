import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../src/core/result/run';
import { fortioDocuments } from '../../src/core/tool/fortioFanOut';
import type { KubeClient } from '../../src/kube/client/openClient';
import { namespaceName } from '../../src/kube/bench/names';
import { listAt, textAt, valueAt } from '../../src/kube/client/json';
import { severalClientsPlan, testTarget } from './benchPlan';
import { benchNamespaces, conducted, memoryJournal, newRunId, testClient } from './benchSupport';
import { killedChild } from './killedChild';

const seconds = 3;

/** Why a sample is invalid. A machine that others use too may miss the asked rate for part of a second. */
function reasonsOf({ invalidReasons }: Sample): readonly string[] {
  return invalidReasons.filter((reason) => !/of the asked \d+ requests/.test(reason));
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

  const podsOf = (id: string): string => `/api/v1/namespaces/${namespaceName(id)}/pods`;
  /** The name of a pod of the run whose container of this name runs, once there is one. */
  const running = async (id: string, container: string): Promise<string> => {
    const end = performance.now() + 60_000;
    while (performance.now() < end) {
      const pod = listAt(await client.call({ path: podsOf(id) }), 'items').find((candidate) =>
        listAt(candidate, 'status', 'containerStatuses').some(
          (status) =>
            textAt(status, 'name') === container && valueAt(status, 'state', 'running') !== undefined,
        ),
      );
      const name = textAt(pod, 'metadata', 'name');
      if (name !== null) return name;
    }
    throw new Error(`No container ${container} ran within a minute.`);
  };

  it('begins in all of them within 100 ms, and is read whole', async () => {
    const { run, sink } = await conducted(severalClientsPlan(3, seconds), testTarget(client), {
      journal: memoryJournal(),
    });
    expect(run.samples.map(reasonsOf)).toEqual([[], [], []]);
    const spreads = sink.samples.map(({ raw }) => spreadOf(raw.stdout));
    console.log('clients began apart, ms:', spreads.map(({ apartMs }) => apartMs).join(', '));
    for (const { clients, apartMs } of spreads) {
      expect(clients).toBe(2);
      expect(apartMs).toBeLessThan(100);
    }
    for (const { values } of run.samples) expect(values.rps).toBeGreaterThan(1.5 * 100);
  }, 240_000);

  it('is no sample where one of them is lost, and the next one is', async () => {
    const id = newRunId();
    let isLost = false;
    const loseOne = async (): Promise<void> => {
      await running(id, 'load');
      const lost = await running(id, 'client');
      await client.call({
        method: 'DELETE',
        path: `${podsOf(id)}/${lost}`,
        query: { gracePeriodSeconds: 0 },
      });
      isLost = true;
    };
    const { run } = await conducted(severalClientsPlan(2, seconds), testTarget(client), {
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
    expect(next === undefined ? ['there is none'] : reasonsOf(next)).toEqual([]);
  }, 240_000);

  it('goes on when the run’s process is killed, and is not sent twice', async () => {
    const id = newRunId();
    const earlier = await killedChild({
      id,
      plan: 'clients',
      seconds: 6,
      samples: 1,
      beforeKill: () => running(id, 'load'),
    });
    const killedAt = Date.now();
    const { run } = await conducted(severalClientsPlan(2, 6), testTarget(client), {
      id,
      earlier,
      journal: memoryJournal(),
    });
    expect(run.samples.map(reasonsOf)).toEqual([[], []]);
    expect(Date.parse(run.samples[1]?.startedAt ?? '')).toBeLessThan(killedAt);
  }, 240_000);
});
