import { expect, it } from 'vitest';
import { shortPlan, testTarget } from './benchPlan';
import { benchNamespaces, conducted, memoryJournal, testClient } from './benchSupport';

it('measures what hundreds of Services cost, each number reachable before its samples, and leaves none', async () => {
  const client = await testClient();
  const journal = memoryJournal();
  const plan = shortPlan('service-scale', { parameters: { services: '0,200' } });
  const { run } = await conducted(plan, testTarget(client), { journal });
  expect(
    run.samples.flatMap(({ id, invalidReasons }) => invalidReasons.map((reason) => `${id}: ${reason}`)),
  ).toEqual([]);
  expect(run.state).toBe('complete');
  const large = run.variants.find(({ point }) => point?.x === 200);
  expect(large?.metrics.programmingSeconds?.median).toBeGreaterThan(0);
  expect(large?.metrics.reachableSeconds?.median).toBeGreaterThan(0);
  expect(journal.open.size).toBe(0);
  expect(await benchNamespaces(client)).toEqual([]);
  client.close();
}, 300_000);
