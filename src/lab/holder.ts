import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Problem } from '../core/problem';
import { bash, environment, runCommand, type CommandOptions, type Finished } from './process';
import { holderScript, type Space } from './topology';

/** How the lab's namespaces are made: with the rights of root, or in a user namespace of one's own. */
export type Rights = 'root' | 'user-namespace';

/** The lab's namespaces. They, and every process in them, live as long as one process does. */
export interface Holder {
  readonly hasVxlan: boolean;
  /** The command line that runs `argv` in a namespace; without one, in the lab's mount namespace alone. */
  enter(space: Space | null, argv: readonly string[]): readonly string[];
  /** Runs a command to its end in a namespace. Throws a {@link Problem} when the lab is gone. */
  run(space: Space | null, argv: readonly string[], options?: CommandOptions): Promise<Finished>;
  /** Path by which this process reads and writes a file of the lab's own /run; in the lab it is {@link labFile}. */
  pathOf(file: string): string;
  /** Takes everything down and waits until it is gone. Safe to call more than once. */
  close(): Promise<void>;
}

const startTimeoutMs = 15_000;
const closeTimeoutMs = 5_000;

/** Path by which the lab's processes read a file of its own /run. */
export const labFile = (file: string): string => `/run/lab/${file}`;

/** The command that starts a script as the first process of new namespaces. */
export function holderCommand(rights: Rights, script: string): readonly string[] {
  return [
    // Killed when this process dies, whatever it dies of; a script that reads its input sees the end of that as well.
    'setpriv',
    '--pdeathsig',
    'KILL',
    'unshare',
    ...(rights === 'root' ? [] : ['--user', '--map-root-user']),
    '--mount',
    '--net',
    '--pid',
    '--fork',
    '--kill-child',
    ...bash,
    '-c',
    script,
  ];
}

/**
 * Builds the namespaces. Must be called from the main thread: the signal at the parent's death follows the thread that
 * started the process. Throws a {@link Problem} and leaves nothing behind when they cannot be had.
 */
export async function startHolder(rights: Rights, signal: AbortSignal): Promise<Holder> {
  signal.throwIfAborted();
  const [program = '', ...args] = holderCommand(rights, holderScript());
  const child = spawn(program, args, { env: environment(), stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  child.stdin.on('error', () => undefined);

  let ended = false;
  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true;
      resolve();
    };
    child.once('close', end);
    child.once('error', (error) => {
      stderr += error.message;
      end();
    });
  });
  // The first line is the process id of the namespaces' first process, the second says that all is built.
  const lines: string[] = [];
  const answered = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (lines.length === 2) resolve();
    });
  });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      child.stdin.end();
      if (!ended) child.kill('SIGKILL');
      await withTimeout(gone, closeTimeoutMs);
    })();
    return closing;
  };

  const abort = (): void => void close();
  signal.addEventListener('abort', abort, { once: true });
  await withTimeout(Promise.race([answered, gone]), startTimeoutMs);
  signal.removeEventListener('abort', abort);

  const [pid = '', answer = ''] = lines;
  if (!answer.startsWith('ready')) {
    await close();
    signal.throwIfAborted();
    const why = stderr.trim().split('\n').slice(-3).join('; ');
    throw new Problem(
      'target',
      `The lab's network namespaces could not be built: ${why === '' ? 'no answer' : why}.`,
      'Run the preflight to see what is missing, or use the loopback lab.',
    );
  }

  const enter = (space: Space | null, argv: readonly string[]): readonly string[] => [
    'nsenter',
    '--target',
    pid,
    ...(rights === 'root' ? [] : ['--user', '--preserve-credentials']),
    '--mount',
    '--pid',
    ...(space === null ? ['--net'] : [`--net=/proc/${pid}/root/run/netns/${space}`]),
    '--',
    ...argv,
  ];
  return {
    hasVxlan: answer === 'ready',
    enter,
    async run(space, argv, options) {
      if (ended || closing) {
        throw new Problem('target', 'The lab is gone: its first process has ended.', 'Start the run again.');
      }
      return runCommand(enter(space, argv), options);
    },
    pathOf: (file) => `/proc/${pid}/root/run/lab/${file}`,
    close,
  };
}

async function withTimeout(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    promise,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    }),
  ]);
  clearTimeout(timer);
}
