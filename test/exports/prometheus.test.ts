import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Run } from '../../src/core/result/run';
import { openMetricsReport } from '../../src/core/words/openMetricsReport';
import { readCredential } from '../../src/push/credential';
import { pushDestination } from '../../src/push/destination';
import { pushRun } from '../../src/push/pushRun';
import { exportedRuns, targetName } from './exportedRuns';
import { startPrometheus, until, type RunningPrometheus, type Series } from './withPrometheus';

const provided = inject('exports').prometheus;
const programs = 'here' in provided ? provided.here : undefined;
const never = new AbortController().signal;

const hostileName = 'a\\n"} 1\n# EOF\n\\ äß🐝';
const [overhead] = exportedRuns;
if (overhead === undefined) throw new Error('There is no run.');
const hostile: Run = {
  ...overhead,
  id: 'hostile',
  title: hostileName,
  target: { kind: 'kube', name: hostileName, fingerprint: { kernel: hostileName } },
};
const pointsOf = (run: Run): number =>
  openMetricsReport(run)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')).length;

/** What promtool says of a text. */
function checkMetrics(text: string): Promise<{ readonly code: number | null; readonly said: string }> {
  if (programs === undefined) throw new Error('There is no promtool.');
  const child = spawn(programs.promtool, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (said += more));
  child.stderr.setEncoding('utf8').on('data', (more: string) => (said += more));
  child.stdin.end(text);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, said });
    });
  });
}

describe.skipIf(programs === undefined)('promtool', () => {
  it.each([...exportedRuns, hostile].map((run) => [run.scenario, run] as const))(
    'reads what is exported of %s and finds nothing to better',
    async (_, run) => {
      expect(await checkMetrics(openMetricsReport(run))).toEqual({ code: 0, said: '' });
    },
  );

  it('would refuse what is none', async () => {
    expect((await checkMetrics('a{b="c} 1\n')).code).not.toBe(0);
  });
});

describe.skipIf(programs === undefined)('Prometheus', () => {
  let prometheus: RunningPrometheus;
  const runs: Readonly<Record<string, Run>> = Object.fromEntries(
    [...exportedRuns, hostile].map((run, at) => [`run${at}`, run]),
  );
  const contentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

  beforeAll(async () => {
    if (programs === undefined) return;
    prometheus = await startPrometheus(programs, {
      ...Object.fromEntries(
        Object.entries(runs).map(([name, run]) => [name, { contentType, text: openMetricsReport(run) }]),
      ),
      broken: { contentType, text: openMetricsReport(overhead).replace('# EOF\n', '') },
    });
  });
  afterAll(() => prometheus.stop());

  const scraped = (job: string): Promise<Series> =>
    until(`scrape of ${job}`, async () => {
      const [up] = await prometheus.query(`up{job="${job}"}`);
      return up;
    });

  it.each(Object.keys(runs))('scrapes OpenMetrics %s with its own parser, every point of it', async (job) => {
    expect((await scraped(job)).value[1]).toBe('1');
    const [samples] = await prometheus.query(`scrape_samples_scraped{job="${job}"}`);
    expect(samples?.value[1]).toBe(String(pointsOf(runs[job] ?? overhead)));
  });

  it('would refuse a text that is cut', async () => {
    expect((await scraped('broken')).value[1]).toBe('0');
  });

  it('keeps hostile names as they are', async () => {
    const [info] = await prometheus.query(`cilium_bench_run_info{job="run${exportedRuns.length}"}`);
    expect([info?.metric['target'], info?.metric['title'], info?.metric['kernel']]).toEqual([
      hostileName,
      hostileName,
      hostileName,
    ]);
  });

  it('answers with the numbers of the run', async () => {
    const found = await prometheus.query('cilium_bench_requests_per_second{job="run0",variant="l7"}');
    expect(found.map(({ value }) => Number(value[1]))).toEqual([
      overhead.variants.find(({ id }) => id === 'l7')?.metrics.rps?.median,
    ]);
  });

  const push = (run: Run): Promise<void> =>
    pushRun(run, {
      destination: pushDestination(prometheus.pushgateway, run),
      credential: readCredential(undefined),
      signal: never,
    });
  const pushed = (
    selector: string,
    isThere: (found: readonly Series[]) => boolean,
  ): Promise<readonly Series[]> =>
    until(selector, async () => {
      const found = await prometheus.query(`cilium_bench_run_info{job="cilium-bench",${selector}}`);
      return isThere(found) ? found : undefined;
    });

  it('takes what was pushed, under the target’s own name', async () => {
    await push(overhead);
    await push(hostile);
    const found = await pushed('scenario="policy-overhead"', ({ length }) => length === 2);
    expect(found.map(({ metric }) => metric['target']).sort()).toEqual([hostileName, targetName].sort());
    const variants = await prometheus.query('cilium_bench_effect_ratio{job="cilium-bench",metric="rps"}');
    expect(variants.map(({ metric }) => metric['verdict'])).toEqual(['worse', 'worse', 'worse', 'worse']);
  });

  it('has a newer run of a target and scenario in place of the older, and leaves the others', async () => {
    const scale = exportedRuns[1] ?? overhead;
    await push(scale);
    await push({ ...overhead, id: 'newer', effects: [] });
    const found = await pushed('run="newer"', ({ length }) => length === 1);
    expect(found).toHaveLength(1);
    await until('the older to go', async () => {
      const old = await prometheus.query(`cilium_bench_run_info{job="cilium-bench",run="${overhead.id}"}`);
      return old.length === 0 ? true : undefined;
    });
    expect(await pushed('scenario="service-scale"', ({ length }) => length === 1)).toHaveLength(1);
  });
});
