import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calibrate } from '../../src/core/calibration/calibrate';
import type { CalibrationResult } from '../../src/core/calibration/calibration';
import { findTruths } from '../../src/core/calibration/registry';
import { openCalibrationBench } from '../../src/lab/calibration/calibrationBench';
import { limitCpu } from '../../src/lab/calibration/cpuQuota';
import { injectInto } from '../../src/lab/calibration/injections';
import { startHolder, type Holder, type Rights } from '../../src/lab/holder';
import { findNamespaces } from '../../src/lab/rights';
import { marked } from './child';
import { never, toolsHere } from './support';

const tools = await toolsHere();
const namespaces = await findNamespaces(never);
const rights: Rights = namespaces.rights ?? 'root';
const missing = ['fortio', 'iperf3', 'envoy', 'nft'].filter((name) => !tools.has(name));
const why =
  namespaces.rights === null
    ? namespaces.reason
    : missing.length > 0
      ? `not there: ${missing.join(', ')}`
      : '';

/** Where a group for the CPU quota of the process `maker` could be. */
function quotaGroups(maker: number): readonly string[] {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu']
    .map((root) => path.join(root, `cilium-bench-calibrate-${maker}`))
    .filter((group) => existsSync(group));
}

describe.skipIf(why !== '')(`calibration${why === '' ? '' : ` (skipped: ${why})`}`, () => {
  // A busy machine widens intervals and slows what is shaped, but it drops no request, adds no error and makes no server early: what is
  // asked here holds on any machine.
  test('reads known truths back, each within what no load can move', async () => {
    const bench = await openCalibrationBench(tools, never);
    const results: CalibrationResult[] = [];
    try {
      const truths = findTruths(['bandwidth-100m', 'delay-2ms', 'errors', 'loss', 'proxy', 'cpu-quota']);
      const events = calibrate(truths, 2, bench, never);
      for (;;) {
        const next = await events.next();
        if (next.done === true) break;
        if (next.value.kind === 'result') results.push(next.value.result);
      }
    } finally {
      await bench.close();
    }
    const within: Readonly<Record<string, readonly [number, number]>> = {
      'bandwidth-100m': [20e6, 98e6],
      'delay-2ms': [2000, 100_000],
      'errors-10pc': [5, 15],
      'loss-5pc': [2, 12],
      'proxy-100ms': [90_000, 500_000],
      'cpu-quota': [0.01, 0.24],
    };
    expect(results.map(({ id }) => id).sort()).toEqual(Object.keys(within).sort());
    for (const { id, reading, reason } of results) {
      // What the machine itself is too busy or not allowed for says so.
      if (reading === null)
        expect(`${id}: ${reason ?? ''}`).toMatch(/this machine|the server got|No CPU quota/);
      else {
        const [low, high] = within[id] ?? [NaN, NaN];
        expect(reading, id).toBeGreaterThanOrEqual(low);
        expect(reading, id).toBeLessThanOrEqual(high);
      }
    }
    expect(results.filter(({ reading }) => reading !== null).length).toBeGreaterThanOrEqual(4);
    expect(quotaGroups(process.pid)).toEqual([]);
  });

  describe('an injection', () => {
    let holder: Holder;
    beforeAll(async () => {
      holder = await startHolder(rights, never);
    });
    afterAll(() => holder.close());

    test('of a token bucket is on the wire while it is in force, and only then', async () => {
      const show = async (): Promise<string> =>
        (await holder.run('node-a', ['tc', 'qdisc', 'show', 'dev', 'wire'])).stdout;
      const injection = { kind: 'shaped', bitsPerSecond: 100e6, bucketSeconds: 0.02 } as const;
      const inForce = await injectInto(holder, tools, injection, never);
      expect(await show()).toMatch(/tbf.*rate 100Mbit burst 250000b/);
      await inForce.undo();
      expect(await show()).not.toContain('tbf');
    });

    test('of loss is a rule while it is in force, and only then', async () => {
      const nft = tools.get('nft')?.path ?? 'nft';
      const list = async (): Promise<string> => (await holder.run('node-b', [nft, 'list', 'ruleset'])).stdout;
      const inForce = await injectInto(holder, tools, { kind: 'loss', share: 0.05 }, never);
      expect(await list()).toContain('numgen random mod 1000 < 50 drop');
      await inForce.undo();
      expect(await list()).not.toContain('numgen');
    });

    test('that the kernel refuses says so, and leaves nothing', async () => {
      const injection = { kind: 'shaped', bitsPerSecond: 0, bucketSeconds: 0.02 } as const;
      await expect(injectInto(holder, tools, injection, never)).rejects.toThrow(/cannot be injected here/);
      expect((await holder.run('node-a', ['tc', 'qdisc', 'show', 'dev', 'wire'])).stdout).not.toContain(
        'tbf',
      );
    });
  });

  test('a CPU quota holds its process, and goes with what a killed one has left', async ({ skip }) => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const gone = spawn('true', { stdio: 'ignore' });
    await new Promise((resolve) => gone.once('exit', resolve));
    try {
      const quota = await limitCpu(child.pid ?? 0, 0.2, 20_000).catch((error: unknown) => {
        skip(String(error));
        throw error;
      });
      const [group = ''] = quotaGroups(process.pid);
      expect(readFileSync(path.join(group, 'cgroup.procs'), 'utf8').trim()).toBe(String(child.pid));
      const limit = existsSync(path.join(group, 'cpu.max'))
        ? readFileSync(path.join(group, 'cpu.max'), 'utf8')
        : readFileSync(path.join(group, 'cpu.cfs_quota_us'), 'utf8');
      expect(limit).toMatch(/^4000\b/);
      mkdirSync(path.join(path.dirname(group), `cilium-bench-calibrate-${gone.pid}`));
      await quota.remove();
      expect(quotaGroups(process.pid)).toEqual([]);

      await (await limitCpu(child.pid ?? 0, 0.2, 20_000)).remove();
      expect(quotaGroups(gone.pid ?? 0)).toEqual([]);
      expect(child.exitCode).toBeNull();
    } finally {
      child.kill('SIGKILL');
    }
  });

  test.each(['cpu-quota', 'proxy-100ms', 'bandwidth-100m'])(
    'the command is interrupted during %s: it ends with 130 and leaves nothing',
    async (truth) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'cilium-bench-test-'));
      const file = path.join(folder, 'cli.mjs');
      buildSync({
        entryPoints: [path.join(import.meta.dirname, '../../src/cli/main.ts')],
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile: file,
        logLevel: 'error',
        banner: {
          js: "import{createRequire as toRequire}from'node:module';const require=toRequire(import.meta.url);",
        },
      });
      const mark = `CILIUM_BENCH_TEST_MARK=${randomUUID()}`;
      const [name = '', value = ''] = mark.split('=');
      const { CILIUM_BENCH_TEST_TOOLS: folders, ...env } = process.env;
      const PATH = folders === undefined ? env['PATH'] : `${folders}:${env['PATH'] ?? ''}`;
      const child = spawn(process.execPath, [file, 'calibrate', '--only', truth, '--rounds', '50'], {
        env: { ...env, PATH, XDG_DATA_HOME: folder, [name]: value },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let err = '';
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      try {
        // A load client runs: the first of its samples is being taken.
        const isLoading = (): boolean =>
          marked(mark).some((pid) => {
            const words = (() => {
              try {
                return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
              } catch {
                return [];
              }
            })();
            return words.includes('load') || words.includes('-c');
          });
        const deadline = performance.now() + 60_000;
        while (!isLoading() && child.exitCode === null && performance.now() < deadline) await wait(20);
        expect(child.exitCode, err).toBeNull();
        child.kill('SIGINT');
        expect(await ended, err).toBe(130);
        expect(err).toContain('Interrupted; everything is undone.');
        expect(marked(mark)).toEqual([]);
        expect(quotaGroups(child.pid ?? 0)).toEqual([]);
        expect(readdirSync(folder).filter((entry) => entry !== 'cli.mjs')).toEqual([]);
      } finally {
        child.kill('SIGKILL');
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
