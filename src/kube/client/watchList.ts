import { setTimeout as delay } from 'node:timers/promises';
import { isRecord, numberAt, readJson } from '../../core/tool/json';
import { Problem } from '../../core/problem';
import { statusOf } from './apiProblem';
import { textAt, valueAt } from './json';
import { linesOf } from './lines';
import { listPages } from './listPages';
import type { Collection, Pick } from './listPages';
import type { KubeClient } from './openClient';
import { backoffMs } from './retry';
import type { Pacing } from './retry';

/** What a watched collection does. */
export type WatchChange<Item> =
  /** Everything there is, at the start and whenever changes may have been missed: it replaces all that was known. */
  | { readonly kind: 'listed'; readonly items: readonly Item[] }
  | { readonly kind: 'added' | 'changed' | 'gone'; readonly item: Item }
  /** Not watching now, and trying again: what is known grows old meanwhile. */
  | { readonly kind: 'interrupted'; readonly problem: Problem; readonly retryInMs: number };

export interface WatchOptions<Item> extends Collection {
  readonly pick: Pick<Item>;
  readonly signal: AbortSignal;
  readonly pacing?: Pacing;
  /** How long the API server is asked to keep one watch, in seconds. */
  readonly watchSeconds?: number;
  /** After this time without a byte the connection counts as dead. The API server sends a bookmark about every minute. */
  readonly silentMs?: number;
  /**
   * Lists again after an interruption, in place of going on from the last version: of a collection that nothing happens in, no
   * change would ever tell that the API server is back.
   */
  readonly listsAfterInterruption?: boolean;
}

const longestPauseMs = 30_000;
/** A watch that ends sooner than this without an event counts as failed, so that it is not asked for again at once. */
const shortestWatchMs = 1_000;

const systemPacing: Pacing = {
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, signal === undefined ? {} : { signal }),
  random: Math.random,
};

/** The API server no longer has the changes since the version that was asked for. */
class Outdated extends Error {}

const kinds: Readonly<Record<string, 'added' | 'changed' | 'gone'>> = {
  ADDED: 'added',
  MODIFIED: 'changed',
  DELETED: 'gone',
};

/** A wrong right, name or credential does not pass by waiting. */
function isFinal(problem: Problem): boolean {
  return [400, 401, 403, 404, 405, 422].includes(statusOf(problem) ?? 0) || problem.kind === 'usage';
}

function eventProblem(client: KubeClient, status: unknown): Error {
  if (numberAt(status, 'code') === 410) return new Outdated();
  const message = textAt(status, 'message') ?? 'an error without a message';
  return client.problem(new Error(`its watch ended with ${message}`));
}

/** One watch from a version on. Says each event's version, so that the next watch goes on from there. */
async function* watchOnce<Item>(
  client: KubeClient,
  options: WatchOptions<Item>,
  from: string,
  onVersion: (version: string) => void,
): AsyncGenerator<WatchChange<Item>> {
  const { path, labelSelector, fieldSelector, pick } = options;
  const silentMs = options.silentMs ?? 120_000;
  const stop = new AbortController();
  const onAbort = (): void => {
    stop.abort(options.signal.reason);
  };
  // It may have been aborted while the consumer was busy with what was listed: no event tells of that any more.
  options.signal.throwIfAborted();
  options.signal.addEventListener('abort', onAbort, { once: true });
  let watchdog: NodeJS.Timeout | undefined;
  const awake = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      stop.abort(
        new Problem('target', `The API server at ${client.server} fell silent.`, 'Check the network.'),
      );
    }, silentMs);
  };
  try {
    const answer = await client.stream({
      path,
      query: {
        watch: true,
        allowWatchBookmarks: true,
        timeoutSeconds: options.watchSeconds ?? 240,
        resourceVersion: from,
        labelSelector,
        fieldSelector,
      },
      signal: stop.signal,
    });
    awake();
    for await (const line of linesOf(answer, awake)) {
      const event = readJson(line);
      const object = valueAt(event, 'object');
      const type = textAt(event, 'type');
      if (!isRecord(object) || type === null)
        throw new Error('it sent something that is no event of a watch');
      if (type === 'ERROR') throw eventProblem(client, object);
      const version = textAt(object, 'metadata', 'resourceVersion');
      if (version !== null) onVersion(version);
      const kind = kinds[type];
      if (kind === undefined) continue; // A bookmark says only how far the watch is.
      const item = pick(object);
      if (item === undefined) continue;
      // A consumer may take its time over an event: that is not the server's silence.
      clearTimeout(watchdog);
      yield { kind, item };
      awake();
    }
  } catch (error) {
    // Node calls it a lost connection; what ended it is known here.
    throw stop.signal.reason instanceof Problem ? stop.signal.reason : error;
  } finally {
    clearTimeout(watchdog);
    options.signal.removeEventListener('abort', onAbort);
    stop.abort(new Error('The watch was ended.'));
  }
}

/**
 * Watches a collection: first everything there is, then each change, for as long as the signal is not aborted. A watch that
 * ends, breaks, falls silent or is too old is begun again; the consumer hears of it where time is lost. Nothing of the
 * objects is kept but what `pick` gives.
 * @throws Problem where waiting does not help: 401, 403, 404.
 */
export async function* watchList<Item>(
  client: KubeClient,
  options: WatchOptions<Item>,
): AsyncGenerator<WatchChange<Item>> {
  const { signal } = options;
  const pacing = options.pacing ?? systemPacing;
  let version: string | null = null;
  let failures = 0;
  /** Listed anew, and not one event since. */
  let isAnew = false;
  while (!signal.aborted) {
    const began = performance.now();
    let failure: Problem | null = null;
    let events = 0;
    try {
      if (version === null) {
        const listing = await listPages(client, options);
        version = listing.resourceVersion;
        yield { kind: 'listed', items: listing.items };
      }
      const onVersion = (reached: string): void => {
        version = reached;
        events += 1;
        failures = 0;
        isAnew = false;
      };
      yield* watchOnce(client, options, version, onVersion);
      const isShort = events === 0 && performance.now() - began < shortestWatchMs;
      if (isShort) failure = client.problem(new Error('it ends every watch at once'));
    } catch (error) {
      if (isAborted(signal)) return;
      if (error instanceof Outdated || statusOf(error) === 410) {
        version = null;
        if (!isAnew) {
          isAnew = true;
          failures += 1;
          continue;
        }
      }
      failure = client.problem(error instanceof Outdated ? new Error('its watch is always too old') : error);
      if (isFinal(failure)) throw failure;
    }
    if (failure === null) continue;
    failures += 1;
    const retryInMs = backoffMs(failures, pacing.random(), longestPauseMs);
    yield { kind: 'interrupted', problem: failure, retryInMs };
    if (options.listsAfterInterruption === true) version = null;
    try {
      await pacing.sleep(retryInMs, signal);
    } catch (error) {
      if (isAborted(signal)) return;
      throw error;
    }
  }
}

/** Asked anew after each wait: the compiler takes a signal's state for constant. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
