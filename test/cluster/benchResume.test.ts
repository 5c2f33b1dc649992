import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import type { Run } from '../../src/core/result/run';
import { namespaceName } from '../../src/kube/bench/names';
import { listAt, textAt } from '../../src/kube/client/json';
import type { KubeClient } from '../../src/kube/client/openClient';
import { shortPlan, testTarget } from './benchPlan';
import {
  benchNamespaces,
  conducted,
  kubeconfig,
  loadRuns,
  memoryJournal,
  newRunId,
  testClient,
} from './benchSupport';

const folder = mkdtempSync(path.join(tmpdir(), 'cilium-bench-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Conducts the run in a process of its own, killed after `samples` samples, while the load `next` runs. */
async function killedRun(
  client: KubeClient,
  id: string,
  seconds: number,
  samples: number,
  next: string,
): Promise<Run> {
  const file = path.join(folder, 'child.cjs');
  buildSync({
    entryPoints: [path.join(import.meta.dirname, 'benchChild.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: file,
    logLevel: 'error',
  });
  const child = spawn(process.execPath, [file, kubeconfig, id, String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last: Run | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line) as Run;
    if (last.samples.length === samples) break;
  }
  await loadRuns(client, id, next);
  child.kill('SIGKILL');
  if (last === null) throw new Error('The child told no sample.');
  return last;
}

it('a run whose process was killed goes on with its samples, and the load that went on is not sent twice', async () => {
  const client = await testClient();
  const id = newRunId();
  const seconds = 6;
  const plan = shortPlan('aa', { seconds });
  const planned = plan.steps.flatMap((step) => (step.kind === 'sample' ? [step.sample.id] : []));
  const earlier = await killedRun(client, id, seconds, 3, planned[3] ?? '');
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
  expect(run.samples.map((sample) => sample.id)).toEqual(planned);
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
