import { readdir, readFile } from 'node:fs/promises';

/** Microseconds in a tick of /proc/PID/stat: Linux gives user space 100 ticks a second on every architecture. */
const tickUs = 10_000;

/** CPU time in µs from the lines of `/proc/PID/task/*\/schedstat`, whose first number is nanoseconds on a CPU. */
export function schedstatUs(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0] ?? 0), 0) / 1000;
}

/** User and system time in µs from `/proc/PID/stat`: in ticks of 10 ms, ended threads included. */
export function statUs(text: string): number {
  // The program's name, in brackets, may hold anything; utime and stime are the 12th and 13th field after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

/** Resident memory in bytes from `/proc/PID/status`; null where it is not said. */
export function residentBytes(text: string): number | null {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

/**
 * CPU time of a process in µs since its start; null where it cannot be read (gone, or no /proc). In nanoseconds from the
 * scheduler, unless its threads come and go (`threadsEnd`): then in ticks, since what an ended thread used counts there alone.
 */
export async function processCpuUs(pid: number, threadsEnd: boolean): Promise<number | null> {
  try {
    if (!threadsEnd) {
      const tasks = await readdir(`/proc/${pid}/task`);
      const texts = await Promise.all(
        tasks.map((task) => readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => null)),
      );
      const read = texts.filter((text) => text !== null);
      if (read.length > 0) return schedstatUs(read);
    }
    return statUs(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** Resident memory of a process in bytes; null where it cannot be read. */
export async function processMemoryBytes(pid: number): Promise<number | null> {
  try {
    return residentBytes(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return null;
  }
}

/** Whether some line of `/proc/PID/net/tcp` or `tcp6` is a socket that listens on the port. */
export function listensOn(text: string, port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text.split('\n').some((line) => {
    const [, address = '', , state] = line.trim().split(/\s+/);
    // 0A is TCP_LISTEN.
    return state === '0A' && address.endsWith(local);
  });
}

/** Whether the process's network namespace has a socket that listens on the port. */
export async function isListening(pid: number, port: number): Promise<boolean> {
  const texts = await Promise.all(
    ['tcp', 'tcp6'].map((file) => readFile(`/proc/${pid}/net/${file}`, 'utf8').catch(() => '')),
  );
  return texts.some((text) => listensOn(text, port));
}
