import { Problem } from '../../core/problem';
import type { KubeClient } from './openClient';

export interface PodLogOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The log of the container before its last restart. */
  readonly previous?: boolean;
  /** Goes on until the container ends. */
  readonly follow?: boolean;
  /** Leaves out all lines before these last ones. */
  readonly tailLines?: number;
  /** No more than this is read. */
  readonly mostBytes: number;
  /** After this time without a byte the connection counts as lost; none where it is not given and the log is followed. */
  readonly silentMs?: number;
  readonly signal?: AbortSignal;
}

/** How a log's reading ended. A lost connection is no ending: it is thrown. */
export interface LogEnd {
  readonly bytes: number;
  /** The log goes on beyond `mostBytes`: what was given is its beginning alone. */
  readonly cut: boolean;
}

const silentReadMs = 30_000;

/**
 * Gives a container's log to `onBytes` as it arrives, to its end or to the bound. Bytes, not text: a piece may end in the
 * middle of a character.
 * @throws Problem where it cannot be had, or where the connection is lost before its end: never a short log as a whole one.
 */
export async function readPodLog(
  client: KubeClient,
  options: PodLogOptions,
  onBytes: (bytes: Buffer) => void,
): Promise<LogEnd> {
  const { namespace, pod, container, previous, follow, tailLines, mostBytes, signal } = options;
  const answer = await client.stream({
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
    query: {
      container,
      // A log that is not followed to its end ends by itself; one byte more tells that there is more.
      ...(follow === true ? { follow } : { limitBytes: mostBytes + 1 }),
      ...(previous === true ? { previous } : {}),
      tailLines,
    },
    accept: '*/*',
    ...(signal === undefined ? {} : { signal }),
  });
  const silentMs = options.silentMs ?? (follow === true ? null : silentReadMs);
  let watchdog: NodeJS.Timeout | undefined;
  const awake = (): void => {
    clearTimeout(watchdog);
    if (silentMs === null) return;
    watchdog = setTimeout(() => {
      answer.destroy(Object.assign(new Error('silent'), { code: 'ECONNRESET' }));
    }, silentMs);
  };
  let bytes = 0;
  try {
    awake();
    for await (const piece of answer as AsyncIterable<Buffer>) {
      awake();
      const room = mostBytes - bytes;
      onBytes(piece.length > room ? piece.subarray(0, room) : piece);
      bytes += Math.min(piece.length, room);
      if (piece.length > room) return { bytes, cut: true };
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw lost(error);
  } finally {
    clearTimeout(watchdog);
    answer.destroy();
  }
  if (!answer.complete) throw lost(new Error('aborted'));
  return { bytes, cut: false };

  function lost(error: unknown): Problem {
    return new Problem(
      'target',
      `The log of pod "${pod}" in namespace ${namespace} was cut: the connection to ${client.server} was lost after ${bytes} bytes.`,
      'Read it again.',
      { cause: error },
    );
  }
}
