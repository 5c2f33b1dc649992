import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../core/problem';
import { splitMixedLog, type SplitLog } from '../../core/tool/splitMixedLog';
import { statusOf } from '../client/apiProblem';
import { readPodLog } from '../client/podLog';
import { isOutage } from './outlast';
import type { BenchSpace } from './space';

/** Far above the longest result. */
const mostBytes = 32_000_000;
const readAgainMs = [200, 500, 1000, 2000];

interface Source {
  readonly space: BenchSpace;
  readonly pod: string;
  readonly container: string;
  /** Which tool wrote it. */
  readonly tool: string;
}

async function readOnce(
  { space, pod, container }: Source,
  follow: boolean,
  signal: AbortSignal,
): Promise<string> {
  const pieces: Buffer[] = [];
  await readPodLog(
    space.client,
    { namespace: space.namespace, pod, container, follow, mostBytes, signal },
    (bytes) => pieces.push(bytes),
  );
  return Buffer.concat(pieces).toString('utf8');
}

/** The API server is away, or the kubelet cannot be asked now: worth another try while the container runs. */
function mayComeBack(error: unknown): boolean {
  return isOutage(error) || statusOf(error) === 429;
}

/**
 * Follows a container's log to the container's end, again from the beginning after each lost connection. Gives null where the
 * log cannot be had at all (the pod is gone), and where `ended` is aborted before the log ends by itself.
 */
export async function followLog(
  source: Source,
  ended: AbortSignal,
  signal: AbortSignal,
): Promise<SplitLog | null> {
  const stop = AbortSignal.any([ended, signal]);
  while (!stop.aborted) {
    try {
      return splitMixedLog(source.tool, await readOnce(source, true, stop));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem) || !mayComeBack(error)) break;
      await delay(readAgainMs[1], undefined, { signal: stop }).catch(() => undefined);
    }
  }
  signal.throwIfAborted();
  return null;
}

/** Reads the log of a container that has ended, a few times where the tool's result is not whole in it. */
export async function readEndedLog(source: Source, signal: AbortSignal): Promise<SplitLog | null> {
  let last: SplitLog | null = null;
  for (const waitMs of readAgainMs) {
    try {
      last = splitMixedLog(source.tool, await readOnce(source, false, signal));
      if (last.whole) return last;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem)) throw error;
    }
    await delay(waitMs, undefined, { signal });
  }
  return last;
}
