import type { RequestOptions } from 'node:https';
import { PassThrough } from 'node:stream';
import { Exec } from '@kubernetes/client-node';
import type { KubeConfig } from '@kubernetes/client-node';
import { isRecord, readJson } from '../../core/tool/json';
import { Problem } from '../../core/problem';
import { listAt, textAt } from '../client/json';
import type { KubeClient } from '../client/openClient';
import { abortReason } from '../client/slots';

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

/** As much of the library's WebSocket as is used; its own types are those of a package that is not one of ours. */
interface Socket {
  onclose: (() => void) | null;
  close(): void;
}

/** Streams of the protocol v4.channel.k8s.io (kubernetes/kubernetes staging/src/k8s.io/apimachinery/pkg/util/remotecommand). */
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

/** The context's configuration with a time limit for the handshake, which the library does not set. */
function limited(config: KubeConfig, timeoutMs: number): KubeConfig {
  const own = Object.create(config) as KubeConfig;
  own.applyToHTTPSOptions = async (options: RequestOptions & { handshakeTimeout?: number }) => {
    await config.applyToHTTPSOptions(options);
    options.handshakeTimeout = timeoutMs;
  };
  return own;
}

function messageIn(error: unknown): string {
  return isRecord(error) && typeof error['message'] === 'string' ? error['message'] : String(error);
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
  const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' });
  for (const word of argv) query.append('command', word);
  const names = [namespace, pod].map(encodeURIComponent);
  const path = `/api/v1/namespaces/${names[0] ?? ''}/pods/${names[1] ?? ''}/exec?${query.toString()}`;
  const { handler } = new Exec(limited(client.library(), timeoutMs));
  // The library's handler ends these when a server says so, and by default they are those of this process.
  const unused = new PassThrough();
  Object.assign(handler, { streams: { stdin: unused, stdout: unused, stderr: unused } });
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
    const fail = (happened: string, todo: string, cause?: unknown): void => {
      finish(() => {
        reject(new Problem('target', happened, todo, { cause }));
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

    const onData = (number: number, data: Buffer): boolean => {
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
        return false;
      }
      bytes += data.length;
      if (bytes > mostBytes) {
        fail(`${what} wrote more than ${mostBytes} bytes.`, 'Report it with the version of Cilium.');
        return false;
      }
      if (number === stream.stdout) written.stdout.push(data);
      if (number === stream.stderr) written.stderr.push(data);
      return !isOver;
    };
    handler.connect(path, null, onData).then(
      (opened) => {
        const socket = opened as unknown as Socket;
        end = () => {
          socket.close();
        };
        if (isOver) end();
        socket.onclose = () => {
          fail(`The connection to ${what} was lost before its end.`, 'Try again.');
        };
      },
      (error: unknown) => {
        const said = messageIn(error);
        const isRefused = /\b403\b/.test(said);
        fail(
          isRefused ? `The API server refused to run ${what} (403).` : `${what} could not be run: ${said}.`,
          isRefused
            ? `Ask for the rights to get and create pods/exec in namespace ${namespace}.`
            : 'Check the connection to the cluster, and that no proxy before it refuses WebSocket.',
          error,
        );
      },
    );
  });
}
