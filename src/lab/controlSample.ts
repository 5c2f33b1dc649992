import { median } from '../core/result/statistics';
import { bash, runCommand } from './process';

/** Loops of each of the tries: some 7 ms on a CPU. Their median counts: a single one may be off by what its wait was counted late. */
const loops = 6_000;
const tries = 5;

/** Prints for each try how many µs passed, and how many ns of them the process waited for a CPU (`/proc/PID/schedstat`). */
const script = [
  `for ((try = 0; try < ${tries}; try++)); do`,
  'read -r _ before _ </proc/self/schedstat || exit 1; start=${EPOCHREALTIME/[.,]/}',
  `for ((i = 0; i < ${loops}; i++)); do :; done`,
  'end=${EPOCHREALTIME/[.,]/}; read -r _ after _ </proc/self/schedstat',
  'echo "$((end - start)) $((after - before))"',
  'done',
].join('\n');

/** Loops a µs of the median try, from what the script prints; null where it prints none. */
export function controlRate(text: string): number | null {
  const rates = text.split('\n').flatMap((line) => {
    const [passedUs = Number.NaN, waitedNs = Number.NaN] = line.trim().split(' ').map(Number);
    const ranUs = passedUs - waitedNs / 1000;
    return ranUs > 0 ? [loops / ranUs] : [];
  });
  return rates.length === 0 ? null : median(rates);
}

/**
 * Does a fixed work on one CPU and says how fast it went, in loops a µs. Time in which other processes, or a quota, kept it off
 * the CPU is taken out, so that the rate falls only where the machine itself is slower or gives the CPU away.
 */
export async function controlSample(signal: AbortSignal): Promise<number | null> {
  const { stdout, exitCode } = await runCommand([...bash, '-c', script, 'cilium-bench-control'], { signal });
  return exitCode === 0 ? controlRate(stdout) : null;
}
