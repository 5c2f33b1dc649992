// Commands that making a cluster runs, and the errors for people that come of it.
import { spawn } from 'node:child_process';

/** The cluster cannot be had on this machine, for a reason that is no defect of ours: the message, one line. */
export class NotHere extends Error {}

/** Keeps the end of a long output. */
const mostOutput = 20_000;

/**
 * Runs a command to its end and yields what it wrote to standard output. `onLine` takes what it writes to standard error,
 * line by line. Throws with the end of its output when it fails, and `ended`: its exit code or what ended it.
 */
export async function run(command, args, { onLine, input, ...options } = {}) {
  const child = spawn(command, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...options,
  });
  let output = '';
  let errors = '';
  let line = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-mostOutput);
    if (!onLine) return;
    const lines = (line + text).split('\n');
    line = lines.pop();
    for (const whole of lines) onLine(whole);
  });
  child.stdin?.end(input);
  const ended = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  if (ended === 0) return output;
  const words = `${[command, ...args].join(' ')} ended with ${ended}\n${output.slice(-2000)}${errors}`;
  throw Object.assign(new Error(words), { ended });
}

/**
 * Holds a lock while an action goes on; other processes of this machine wait. The lock is a child that ends with us,
 * however we end.
 */
export async function withLock(file, action) {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    holder.once('error', reject);
    holder.once('close', () => reject(new Error(`${file} could not be locked`)));
    holder.stdout.once('data', resolve);
  });
  try {
    return await action();
  } finally {
    holder.stdin.end();
  }
}
