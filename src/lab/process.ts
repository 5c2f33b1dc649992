import { spawn, type ChildProcess } from 'node:child_process';

/** A command that was run to its end. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** What was written to file descriptor 3, where `extraOutput` was asked for. */
  readonly extra: string;
  readonly startedAt: Date;
  /** Wall time. */
  readonly seconds: number;
  /** It ran longer than allowed and was killed. */
  readonly timedOut: boolean;
}

export interface CommandOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Opens file descriptor 3 and collects what is written there. */
  readonly extraOutput?: boolean;
}

/** Output beyond this is cut off, so that a tool gone mad cannot take all memory. */
const mostOutputBytes = 64 * 1024 * 1024;

/** Where system programs are when PATH is that of a desktop session, which leaves the sbin folders out. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** PATH with the folders of system programs at its end. */
export function searchPath(env: NodeJS.ProcessEnv = process.env): string {
  return [...new Set([...(env['PATH'] ?? '').split(':'), ...systemFolders])]
    .filter((folder) => folder !== '')
    .join(':');
}

/**
 * bash without anybody's start-up files. Node's pipes are sockets, and a bash whose input is a socket takes itself for one
 * started over the network: it then runs ~/.bashrc, which costs what it costs, and hangs where that waits for a lock.
 */
export const bash = ['bash', '--norc', '--noprofile'] as const;

/**
 * The environment of every process of the lab: this one's, with a full PATH and numbers written with a point. Without
 * BASH_ENV, which names a file that every bash runs first.
 */
export function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, BASH_ENV: undefined, PATH: searchPath(), LC_ALL: 'C', ...extra };
}

class Collected {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  add(chunk: Buffer): void {
    if (this.bytes + chunk.length > mostOutputBytes) return;
    this.chunks.push(chunk);
    this.bytes += chunk.length;
  }

  text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

/** Kills a process that was spawned detached, with everything it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

/**
 * Runs a command to its end and collects what it writes. The process leads a group of its own, which is killed whole on
 * time-out and when `signal` is aborted; then the signal's reason is thrown. Throws the error of the system when the
 * program cannot be started.
 */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const [program = '', ...args] = argv;
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'));
      return;
    }
    const startedAt = new Date();
    const start = performance.now();
    const child = spawn(program, args, {
      env: environment(options.env),
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe', ...(options.extraOutput ? (['pipe'] as const) : [])],
    });
    const stdout = new Collected();
    const stderr = new Collected();
    const extra = new Collected();
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.add(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr.add(chunk);
    });
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      extra.add(chunk);
    });

    let timedOut = false;
    const stop = (): void => {
      killGroup(child);
    };
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            stop();
          }, options.timeoutMs);
    signal?.addEventListener('abort', stop, { once: true });
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('close', (exitCode) => {
      done();
      if (signal?.aborted) {
        reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'));
        return;
      }
      resolve({
        stdout: stdout.text(),
        stderr: stderr.text(),
        extra: extra.text(),
        exitCode,
        startedAt,
        seconds: (performance.now() - start) / 1000,
        timedOut,
      });
    });
    // A program that ends without reading its input closes the pipe: its exit code and words tell what happened.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}
