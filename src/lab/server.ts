import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '../core/problem';
import { environment, killGroup } from './process';
import { isListening } from './processUsage';

/** A server of the lab: it runs until the lab is closed. */
export interface Server {
  readonly name: string;
  /** As the outside sees it. */
  readonly pid: number;
  /** Its threads come and go, so that its CPU time must be read for the whole process. */
  readonly threadsEnd: boolean;
  /** How it ended by itself, e.g. `exit code 1`; null while it runs. */
  ended(): string | null;
  /** Throws a {@link Problem} when it has ended by itself. */
  assertRunning(): void;
  /** Kills it and waits until it is gone. */
  stop(): Promise<void>;
}

export interface ServerStart {
  readonly name: string;
  readonly argv: readonly string[];
  /** Puts the command line where it belongs: into a namespace, or under the guard of its parent. */
  readonly place: (argv: readonly string[]) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** TCP port that shows it is up; asked for in its own namespace. */
  readonly port: number;
  readonly threadsEnd?: boolean;
  /** Says what its last words mean, where they are known. */
  readonly explain?: (stderr: string) => Problem | null;
  /** Whether it answers, once it listens. */
  readonly ready?: () => Promise<boolean>;
  /** Whether something listens on the port, where /proc cannot tell. */
  readonly listens?: () => Promise<boolean>;
}

const readyTimeoutMs = 15_000;
const pollMs = 5;
const mostStderr = 8_192;

/** Says its own process id, as the outside's /proc knows it, on file descriptor 3, and becomes the server. */
const sayPid = [
  'sh',
  '-c',
  'read -r pid _ </proc/self/stat; echo "$pid" >&3; exec "$@" 3>&-',
  'server',
] as const;

/**
 * Starts a server and waits until it listens and answers. Throws a {@link Problem} with its last words, and leaves nothing
 * behind, when it does not.
 */
export async function startServer(start: ServerStart, signal: AbortSignal): Promise<Server> {
  signal.throwIfAborted();
  const { name } = start;
  const hasProc = process.platform === 'linux';
  const [program = '', ...args] = start.place(hasProc ? [...sayPid, ...start.argv] : start.argv);
  const child = spawn(program, args, {
    env: environment(start.env),
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  child.stdin?.on('error', () => undefined);
  let stderr = '';
  const end: { how: string | null } = { how: null };
  let pid = hasProc ? null : (child.pid ?? null);
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-mostStderr);
  });
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    pid = Number(chunk.toString('utf8'));
  });
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      end.how = error.message;
      resolve();
    });
    child.once('close', (code, signalName) => {
      end.how = code === null ? `killed by ${signalName ?? 'a signal'}` : `exit code ${code}`;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    killGroup(child);
    await gone;
  };
  const lastWords = (): string => stderr.trim().split('\n').slice(-3).join(' ').slice(-600);
  const assertRunning = (): void => {
    if (end.how === null) return;
    throw new Problem(
      'target',
      `${name} ended during the run (${end.how}): ${lastWords()}`,
      'Look at its message, then start the run again.',
    );
  };
  const isUp = async (): Promise<boolean> => {
    if (pid === null) return false;
    const listens = start.listens ? await start.listens() : await isListening(pid, start.port);
    return listens && (start.ready === undefined || (await start.ready()));
  };

  const deadline = performance.now() + readyTimeoutMs;
  try {
    while (!(await isUp())) {
      signal.throwIfAborted();
      if (end.how !== null || performance.now() > deadline) {
        const how = end.how === null ? 'did not answer within 15 s' : `did not start (${end.how})`;
        throw (
          start.explain?.(stderr) ??
          new Problem('target', `${name} ${how}: ${lastWords()}`, startTodo(stderr))
        );
      }
      await wait(pollMs);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name,
    pid: pid ?? 0,
    threadsEnd: start.threadsEnd ?? false,
    ended: () => end.how,
    assertRunning,
    stop,
  };
}

function startTodo(stderr: string): string {
  if (/address already in use/i.test(stderr)) return 'Free the port, then start the run again.';
  if (/no space left/i.test(stderr)) return 'Free disk space, then start the run again.';
  return 'Look at its message, then start the run again.';
}
