import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { toolFor } from '../../../src/core/tool/registry';
import type { Bench } from '../../../src/core/target';
import { createLabTarget } from '../../../src/lab/labTarget';
import { allowed, inTest, never, onePod, planOf, saturated, toolsHere } from '../../lab/support';
import { CannotMeasure, median, pairedRatio, type Figure, type Line } from '../figure';

/** Short loads in many pairs: what else the machine does changes from second to second. */
const pairs = 30;
const secondsPerLoad = 1;

interface Reading {
  readonly rps: number;
  readonly cpuUsPerRequest: number;
}

/** The process that holds the lab's namespaces: the descendant of this one that has names for them. */
async function holderPid(): Promise<number> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isOurs(parents.get(pid)));
  for (const pid of parents.keys()) {
    if (pid === process.pid || !isOurs(pid)) continue;
    const spaces = await readdir(`/proc/${pid}/root/run/netns`).catch((): string[] => []);
    if (spaces.includes('other-client')) return pid;
  }
  throw new CannotMeasure('the lab has no network namespaces here');
}

const serverCpu = async (bench: Bench): Promise<number> => (await bench.sample()).cpuUs.server ?? Number.NaN;

/** Requests a second and their number, as fortio writes them. */
function requestsIn(stdout: string): { rps: number; requests: number } {
  const parsed: unknown = JSON.parse(stdout);
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'ActualQPS' in parsed &&
    typeof parsed.ActualQPS === 'number' &&
    'DurationHistogram' in parsed &&
    typeof parsed.DurationHistogram === 'object' &&
    parsed.DurationHistogram !== null &&
    'Count' in parsed.DurationHistogram &&
    typeof parsed.DurationHistogram.Count === 'number'
  ) {
    return { rps: parsed.ActualQPS, requests: parsed.DurationHistogram.Count };
  }
  throw new CannotMeasure('fortio wrote no result');
}

/** User and system time of bash's children, the last line of `times`, in µs. */
function timesOfChildren(stderr: string): number {
  const all = [...stderr.matchAll(/(\d+)m([\d.]+)s (\d+)m([\d.]+)s/g)].at(-1);
  if (!all) throw new CannotMeasure('bash gave no times');
  const [, userMinutes, user, systemMinutes, system] = all.map(Number);
  return ((userMinutes ?? 0) * 60 + (user ?? 0) + (systemMinutes ?? 0) * 60 + (system ?? 0)) * 1_000_000;
}

/** What a run sees, beside the same fortio started by hand in the same namespaces. Interleaved, order changing. */
export const throughRun: Figure = {
  name: 'through',
  async measure(say) {
    say(`${pairs} pairs of ${secondsPerLoad} s`);
    const tools = await toolsHere();
    const fortio = tools.get('fortio');
    if (!fortio) throw new CannotMeasure('fortio is not there');
    const target = createLabTarget({ findTools: () => Promise.resolve(tools) });
    const bench = await target.open(planOf([saturated]), inTest);
    try {
      const tool = toolFor(saturated, (name) => bench.has(name));
      if (!tool) throw new CannotMeasure('no tool for HTTP');
      const argv = tool.argv(saturated, bench.address('http', 'pod'), allowed, secondsPerLoad);
      const pid = String(await holderPid());
      const enter = ['-t', pid, '-U', '-m', '--preserve-credentials'].filter(
        (word) => process.getuid?.() !== 0 || !['-U', '--preserve-credentials'].includes(word),
      );
      const through = async (): Promise<Reading> => {
        const before = await serverCpu(bench);
        const output = await bench.run({ ...onePod, argv, server: 'http', timeoutSeconds: 30 }, never);
        const cpu = (await serverCpu(bench)) - before + (output.clientCpuUs ?? Number.NaN);
        const { rps, requests } = requestsIn(output.stdout);
        return { rps, cpuUsPerRequest: cpu / requests };
      };
      const byHand = async (): Promise<Reading> => {
        const before = await serverCpu(bench);
        const inside = ['nsenter', '--net=/run/netns/client', 'bash', '--norc', '-c', '"$@"; times', 'bash'];
        const { stdout, stderr } = await promisify(execFile)(
          'nsenter',
          [...enter, ...inside, fortio.path, ...argv.slice(1)],
          { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, LC_ALL: 'C' } },
        );
        const after = await serverCpu(bench);
        const end = stdout.lastIndexOf('}') + 1;
        const cpu = after - before + timesOfChildren(stdout.slice(end) + stderr);
        const { rps, requests } = requestsIn(stdout.slice(0, end));
        return { rps, cpuUsPerRequest: cpu / requests };
      };
      // The first ones warm the server up.
      await through();
      await byHand();
      const readings: { through: Reading; byHand: Reading }[] = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        if (pair % 2 === 0) {
          const first = await through();
          readings.push({ through: first, byHand: await byHand() });
        } else {
          const first = await byHand();
          readings.push({ through: await through(), byHand: first });
        }
      }
      const line = (name: string, unit: string, what: keyof Reading): Line => {
        const { ratio, plusMinus } = pairedRatio(
          readings.map((reading) => ({ value: reading.through[what], beside: reading.byHand[what] })),
        );
        const byHandMedian = median(readings.map((reading) => reading.byHand[what]));
        return {
          name,
          value: byHandMedian * ratio,
          unit,
          beside: byHandMedian,
          besideWhat: 'fortio by hand',
          ratio: { atLeast: 0.98, atMost: 1.02 },
          plusMinus,
        };
      };
      return [
        line('RPS through a run', '/s', 'rps'),
        line('CPU a request through a run', 'µs', 'cpuUsPerRequest'),
      ];
    } finally {
      await bench.close();
    }
  },
};
