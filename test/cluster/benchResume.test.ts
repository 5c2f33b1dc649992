import { expect, it } from 'vitest';
import { namespaceName } from '../../src/kube/bench/names';
import { listAt, textAt } from '../../src/kube/client/json';
import { plannedIds, plannedOf, shortPlan, testTarget } from './benchPlan';
import { benchNamespaces, conducted, loadRuns, memoryJournal, newRunId, testClient } from './benchSupport';
import { killedChild } from './killedChild';

it('a run whose process was killed goes on with its samples, and the load that went on is not sent twice', async () => {
  const client = await testClient();
  const id = newRunId();
  const seconds = 6;
  const plan = shortPlan('aa', { seconds });
  const planned = plannedIds(plan);
  const earlier = await killedChild({
    id,
    plan: 'aa',
    seconds,
    samples: 3,
    beforeKill: () => loadRuns(client, id, planned[3] ?? ''),
  });
  const jobs = await client.call({ path: `/apis/batch/v1/namespaces/${namespaceName(id)}/jobs` });
  const made = listAt(jobs, 'items').map((job) => textAt(job, 'metadata', 'uid'));
  expect(made).toHaveLength(4);

  const seen: (string | null)[] = [];
  const { run } = await conducted(plan, testTarget(client), {
    id,
    earlier,
    journal: memoryJournal(),
    onEvent: (event) => {
      if (event.kind !== 'sample' || seen.length > 0) return;
      seen.push(event.sample.id, event.sample.startedAt);
    },
  });
  expect(plannedOf(run, plan)).toEqual(planned);
  // The first new sample is of the load that had begun before the process was killed.
  expect(seen[0]).toBe(planned[3]);
  expect(
    run.samples.filter(({ valid, invalidReasons }) => !valid && !/of the asked/.test(invalidReasons.join())),
  ).toEqual([]);
  const begunAt = Date.parse(run.samples[3]?.startedAt ?? '');
  const lastBefore = Date.parse(earlier.samples[2]?.startedAt ?? '');
  expect((begunAt - lastBefore) / 1000).toBeLessThan(seconds + 6);
  expect(await benchNamespaces(client)).toEqual([]);
  client.close();
}, 300_000);
