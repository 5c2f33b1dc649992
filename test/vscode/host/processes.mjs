// Child processes that end when we do.
import { spawn } from 'node:child_process';
import { clearInterval, setInterval } from 'node:timers';

/** How long a child has for its own cleaning up after SIGTERM. */
const graceMs = 8000;
const running = new Set();

function endAll(signal) {
  for (const child of running) endGroup(child, signal);
}

process.once('exit', () => endAll('SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // Asked first and killed later: a child may have groups of its own, which only it can end.
  process.once(signal, () => {
    endAll('SIGTERM');
    const stopWaiting = Date.now() + graceMs;
    const timer = setInterval(() => {
      if (running.size > 0 && Date.now() < stopWaiting) return;
      clearInterval(timer);
      process.exit(130);
    }, 50);
  });
}

/** Sends a signal to a child and all that it started. */
export function endGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

/** Ends a child kindly, and by force when it takes too long. */
export async function endKindly(child) {
  if (child.exitCode !== null || child.signalCode !== null) return endGroup(child, 'SIGKILL');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  endGroup(child, 'SIGTERM');
  const timer = setTimeout(() => endGroup(child, 'SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
  endGroup(child, 'SIGKILL');
}

/** Starts a process in a group of its own, which is killed when this process ends for whatever reason it can see. */
export function spawnOwned(command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** The start and the end of a long output: what went wrong stands at either. */
function bothEnds(output) {
  return output.length <= 4000 ? output : `${output.slice(0, 2000)}\n[...]\n${output.slice(-2000)}`;
}

/** Runs to completion. Throws with the last of the output when it fails or takes longer than `timeoutMs`. */
export async function runQuietly(command, args, { timeoutMs = 900_000, ...options } = {}) {
  const child = spawnOwned(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  const collect = (chunk) => {
    output = (output + chunk).slice(-20_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child, 'SIGKILL');
  }, timeoutMs);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (late)
      throw new Error(`${command} ${args[0] ?? ''} took longer than ${timeoutMs / 1000} s\n${output}`);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${bothEnds(output)}`);
    return output;
  } finally {
    clearTimeout(timer);
  }
}
