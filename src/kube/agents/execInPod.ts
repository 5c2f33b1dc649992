import { isRecord, readJson } from '../../core/tool/json';
import { Problem } from '../../core/problem';
import { listAt, textAt } from '../client/json';
import type { KubeClient } from '../client/openClient';
import { abortReason } from '../client/slots';
import { openWebSocket } from '../client/webSocket';

export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Run as it stands: no shell is in between. */
  readonly argv: readonly string[];
  /** Both outputs together; more than this is an error, never a shortened answer. */
  readonly mostBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ExecAnswer {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where the program could not be started: `failure` says why. */
  readonly exitCode: number | null;
  /** What the container runtime says, where it is no exit code; else empty. */
  readonly failure: string;
}

/**
 * Their first byte says which stream a message belongs to (kubernetes/kubernetes
 * staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go). API servers speak v5 from Kubernetes 1.30 on.
 */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;
const stream = { stdout: 1, stderr: 2, status: 3 } as const;

/** The exit code and the words of the Status that ends an exec; null where it is none. */
function endOf(text: string): Pick<ExecAnswer, 'exitCode' | 'failure'> | null {
  const status = readJson(text);
  if (!isRecord(status)) return null;
  if (status['status'] === 'Success') return { exitCode: 0, failure: '' };
  const cause = listAt(status, 'details', 'causes').find((one) => textAt(one, 'reason') === 'ExitCode');
  const code = Number(textAt(cause, 'message') ?? Number.NaN);
  return Number.isInteger(code)
    ? { exitCode: code, failure: '' }
    : { exitCode: null, failure: textAt(status, 'message') ?? 'it gave no reason' };
}

function notRun(what: string, error: unknown): Error {
  if (!(error instanceof Problem)) return error instanceof Error ? error : new Error(String(error));
  return new Problem(error.kind, `${what} could not be run: ${error.what}`, error.todo, {
    cause: error.cause,
  });
}

/**
 * Runs a program in a container and gives what it wrote and how it ended, whole or not at all.
 * @throws Problem where it is refused, takes longer than its time, writes more than its bound, or the connection is lost before
 * its end. The signal's reason where it is aborted.
 */
export async function execInPod(client: KubeClient, request: ExecRequest): Promise<ExecAnswer> {
  const { namespace, pod, container, argv, mostBytes, timeoutMs, signal } = request;
  signal.throwIfAborted();
  const what = `${argv[0] ?? ''} in pod "${pod}" of namespace ${namespace}`;
  const [inNamespace = '', ofPod = ''] = [namespace, pod].map(encodeURIComponent);
  const written: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  let bytes = 0;

  return new Promise<ExecAnswer>((resolve, reject) => {
    let end: (() => void) | null = null;
    let isOver = false;
    const finish = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      end?.();
      settle();
    };
    const fail = (happened: string, todo: string): void => {
      finish(() => {
        reject(new Problem('target', happened, todo));
      });
    };
    const onAbort = (): void => {
      finish(() => {
        reject(abortReason(signal));
      });
    };
    const timer = setTimeout(() => {
      fail(`${what} did not end within ${timeoutMs / 1000} s.`, 'Look at the load of its node.');
    }, timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });

    const tooMuch = (): void => {
      fail(`${what} wrote more than ${mostBytes} bytes.`, 'Report it with the version of Cilium.');
    };
    const onMessage = (message: Buffer): void => {
      const [number] = message;
      const data = message.subarray(1);
      if (number === stream.status) {
        const ended = endOf(data.toString('utf8'));
        if (ended === null) fail(`${what} ended without a status.`, 'Try again.');
        else
          finish(() => {
            resolve({
              stdout: Buffer.concat(written.stdout).toString('utf8'),
              stderr: Buffer.concat(written.stderr).toString('utf8'),
              ...ended,
            });
          });
        return;
      }
      bytes += data.length;
      if (bytes > mostBytes) tooMuch();
      else if (number === stream.stdout) written.stdout.push(data);
      else if (number === stream.stderr) written.stderr.push(data);
    };
    openWebSocket(client, {
      path: `/api/v1/namespaces/${inNamespace}/pods/${ofPod}/exec`,
      query: { container, stdout: true, stderr: true, command: argv },
      protocols,
      timeoutMs,
      signal,
      // With the byte that says which stream it is.
      mostBytes: mostBytes + 1,
      onMessage: (message) => {
        if (!isOver) onMessage(message);
      },
      onEnd: (how) => {
        if (how === 'too large') tooMuch();
        else fail(`The connection to ${what} was lost before its end.`, 'Try again.');
      },
    }).then(
      ({ close }) => {
        end = close;
        if (isOver) close();
      },
      (error: unknown) => {
        finish(() => {
          reject(notRun(what, error));
        });
      },
    );
  });
}
