import { Problem } from '../core/problem';
import type { Job, JobOutput, ServerKind } from '../core/target';
import { bash, runCommand } from './process';
import type { FoundTools } from './tools/foundTools';

/**
 * bash's `time` reads what the kernel counted for the process and its children (getrusage), rounded to 1 ms each for user
 * and system time. It writes to file descriptor 3, so that the tool's own streams stay whole.
 */
const timed = [
  ...bash,
  '-c',
  'TIMEFORMAT="%3U %3S"; exec 4>&2; { time "$@" 2>&4 3>&- 4>&-; } 2>&3',
  'load',
] as const;

/** CPU time in µs from what `timed` wrote; null when the tool was killed. */
export function clientCpuUs(times: string): number | null {
  const match = /(\d+\.\d+) (\d+\.\d+)\s*$/.exec(times);
  return match === null ? null : Math.round((Number(match[1]) + Number(match[2])) * 1e6);
}

/** The server that a load is for. Throws a {@link Problem} for what has none: that is about clusters. */
export function serverOf({ argv, server }: Job): ServerKind {
  if (server !== null) return server;
  throw new Problem('target', `${argv[0] ?? 'It'} cannot be run in the lab.`, 'Run it on a cluster.');
}

/**
 * Runs one load process to its end. One that exceeds its time is killed, which shows as exit code null. Throws a
 * {@link Problem} when the tool is not there.
 */
export async function runLoad(
  job: Job,
  tools: FoundTools,
  place: (argv: readonly string[]) => readonly string[],
  measuresCpu: boolean,
  signal: AbortSignal,
): Promise<JobOutput> {
  const [name = '', ...args] = job.argv;
  const tool = tools.get(name);
  if (!tool)
    throw new Problem('target', `${name} is not there.`, `Install ${name}, or let the lab provide it.`);
  const command = [...(measuresCpu ? timed : []), tool.path, ...args];
  const finished = await runCommand(place(command), {
    timeoutMs: job.timeoutSeconds * 1000,
    signal,
    extraOutput: measuresCpu,
    ...(tool.env ? { env: tool.env } : {}),
  });
  const killed = finished.timedOut ? `\n${name} was killed: it ran longer than ${job.timeoutSeconds} s.` : '';
  return {
    stdout: finished.stdout,
    stderr: finished.stderr + killed,
    exitCode: finished.timedOut ? null : finished.exitCode,
    startedAt: finished.startedAt,
    seconds: finished.seconds,
    clientCpuUs: clientCpuUs(finished.extra),
  };
}
