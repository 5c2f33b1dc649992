import { setMaxListeners } from 'node:events';
import type http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { Problem } from '../../core/problem';
import { mostConnections } from './agents';
import type { Agents } from './agents';
import { refusal, statusOf } from './apiProblem';
import { actionOf, phraseOf } from './apiRequest';
import type { ApiRequest } from './apiRequest';
import { contextConfig } from './contextConfig';
import { bodyOf, destinationOf, exchange } from './exchange';
import { createPreparation } from './preparation';
import type { Prepared } from './preparation';
import { FailedAttempt, retryAfterMs, withRetries } from './retry';
import type { Pacing, RetryLimits } from './retry';
import { abortReason, createSlots } from './slots';

/** Thousands of calls of one run listen to one signal, and none of them for longer than it takes: no leak to warn of. */
function manyListen(signal: AbortSignal | undefined): void {
  if (signal !== undefined) setMaxListeners(0, signal);
}

/** What an API server says about a refusal is far shorter. */
const largestRefusalBytes = 1_000_000;

/** One context's API server. Calls of all kinds share its connections; none ever switches the user's current context. */
export interface KubeClient {
  readonly context: string;
  /** The namespace that the context names, else `default`. */
  readonly namespace: string;
  /** Without credentials. */
  readonly server: string;
  /** Name of the kubeconfig's user, as messages show it. */
  readonly user: string;
  /**
   * Calls the API and gives its JSON; nothing is kept of it here. At most 32 calls are under way at once, the others wait.
   * 429 is obeyed for all, reads are tried again when the server or the connection fails.
   * @throws Problem (target) in one sentence; `statusOf` tells its HTTP status. The signal's reason where it is aborted.
   */
  call(request: ApiRequest): Promise<unknown>;
  /**
   * Opens an answer that is read as it comes (a watch, a log, the socket of another protocol). It takes no place among the 32; its body has no time limit.
   * Read errors of the body are what Node says: give them to {@link KubeClient.problem}.
   * @throws Problem as `call`, without trying again.
   */
  stream(request: ApiRequest): Promise<http.IncomingMessage>;
  /** An error of a stream's body as a Problem. */
  problem(error: unknown): Problem;
  /** Gets the credentials ready: starts the credential plugin where there is one, before many calls need it. */
  warm(signal?: AbortSignal): Promise<void>;
  /** The library's picture of the context, for its typed interface. */
  library(): KubeConfig;
  /** Ends the plugin and idle connections. */
  close(): void;
}

export interface ClientOptions {
  /** Limit for one attempt of a call, in ms. */
  readonly timeoutMs: number;
  readonly pluginTimeoutMs: number;
  readonly retries: RetryLimits;
  /** How long files that hold credentials are taken as read, in ms. */
  readonly freshMs: number;
  /** The largest answer of a call, in bytes. */
  readonly mostBytes: number;
  readonly pacing: Pacing;
}

const defaults: ClientOptions = {
  timeoutMs: 30_000,
  pluginTimeoutMs: 30_000,
  retries: { attempts: 6, longestWaitMs: 60_000 },
  freshMs: 10_000,
  mostBytes: 100_000_000,
  pacing: {
    sleep: (milliseconds, signal) => delay(milliseconds, undefined, signal === undefined ? {} : { signal }),
    random: Math.random,
  },
};

/**
 * Opens a client for a context of the user's kubeconfig files. Contacts nothing yet.
 *
 * The kubeconfig is read again every few seconds while the client is used: new credentials are taken, and a context that now
 * points to another API server is refused, so that what was begun on one cluster is never continued on another.
 * @param env KUBECONFIG, HOME, and the environment of credential plugins.
 * @throws Problem (usage) where the kubeconfig does not have the context, or not whole.
 */
export async function openClient(
  context: string,
  env: NodeJS.ProcessEnv,
  overrides: Partial<ClientOptions> = {},
): Promise<KubeClient> {
  const options = { ...defaults, ...overrides };
  const slots = createSlots(mostConnections);
  const first = await contextConfig(context, env);
  const preparation = createPreparation(first, { env, ...options });
  const { server } = preparation;
  const destination = destinationOf(first.cluster.server);

  const timeOut = (request: ApiRequest, milliseconds: number): Problem =>
    new Problem(
      'target',
      `The API server at ${server} did not ${phraseOf(actionOf(request))} within ${milliseconds / 1000} s.`,
      'Check the network and the load of the API server.',
      { cause: Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }) },
    );

  /** @throws FailedAttempt where the answer is not 2xx. */
  const refuse = async (
    { peer }: Prepared,
    request: ApiRequest,
    answer: http.IncomingMessage,
  ): Promise<never> => {
    const status = answer.statusCode ?? 0;
    const body = await bodyOf(answer, largestRefusalBytes);
    throw new FailedAttempt(
      refusal({ ...peer, request, status, body }),
      retryAfterMs(answer.headers['retry-after'], Date.now()),
    );
  };

  /** Sends with a time limit and hands the answer over, where it is 2xx, before that ends. */
  const attempt = async <Result>(
    prepared: Prepared,
    request: ApiRequest,
    kind: keyof Agents,
    use: (answer: http.IncomingMessage) => Promise<Result>,
  ): Promise<Result> => {
    const { signal } = request;
    signal?.throwIfAborted();
    const timeoutMs = request.timeoutMs ?? options.timeoutMs;
    const { headers, agents } = prepared;
    const late: { problem: Problem | null } = { problem: null };
    let isHandedOver = false;
    let unlisten = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      const exchanged = exchange({ destination, headers, agent: agents[kind] }, request);
      if (signal !== undefined) {
        const onAbort = (): void => {
          exchanged.end(abortReason(signal));
        };
        signal.addEventListener('abort', onAbort);
        unlisten = () => {
          signal.removeEventListener('abort', onAbort);
        };
      }
      timer = setTimeout(() => {
        late.problem = timeOut(request, timeoutMs);
        exchanged.end(late.problem);
      }, timeoutMs);
      const answer = await exchanged.answer;
      const status = answer.statusCode ?? 0;
      const isWanted = request.upgrade ? status === 101 : status >= 200 && status < 300;
      if (!isWanted) return await refuse(prepared, request, answer);
      // A stream goes on after this, and the signal still ends it.
      isHandedOver = kind === 'streams';
      if (isHandedOver) (request.upgrade ? answer.socket : answer).on('close', unlisten);
      return await use(answer);
    } catch (error) {
      if (signal?.aborted === true) throw abortReason(signal);
      if (error instanceof FailedAttempt) throw error;
      throw new FailedAttempt(preparation.problem(late.problem ?? error), null);
    } finally {
      clearTimeout(timer);
      if (!isHandedOver) unlisten();
    }
  };

  /** With new credentials once, where those at hand are refused. */
  const authorized = async <Result>(
    request: ApiRequest,
    kind: keyof Agents,
    use: (answer: http.IncomingMessage) => Promise<Result>,
  ): Promise<Result> => {
    const prepared = await preparation.get(request.signal);
    try {
      return await attempt(prepared, request, kind, use);
    } catch (error) {
      if (!(error instanceof FailedAttempt) || statusOf(error.problem) !== 401) throw error;
      preparation.renew(prepared);
      return await attempt(await preparation.get(request.signal), request, kind, use);
    }
  };

  const readJsonOf = async (request: ApiRequest, answer: http.IncomingMessage): Promise<unknown> => {
    const text = await bodyOf(answer, options.mostBytes);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new Problem(
        'target',
        `What ${server} answered to ${phraseOf(actionOf(request))} is not JSON.`,
        'Check the address in the kubeconfig, and that no login page or proxy stands before it.',
      );
    }
  };

  return {
    context,
    namespace: first.namespace,
    server,
    user: first.user.name,
    async call(request) {
      manyListen(request.signal);
      const isRepeatable = request.repeatable ?? (request.method ?? 'GET') === 'GET';
      const once = async (): Promise<unknown> => {
        const giveBack = await slots.take(request.signal);
        try {
          return await authorized(request, 'calls', (answer) => readJsonOf(request, answer));
        } finally {
          giveBack();
        }
      };
      const { signal, onTurnedAway } = request;
      return withRetries(once, isRepeatable, options.retries, options.pacing, signal, onTurnedAway);
    },
    async stream(request) {
      manyListen(request.signal);
      try {
        return await authorized(request, 'streams', (answer) => Promise.resolve(answer));
      } catch (error) {
        throw error instanceof FailedAttempt ? error.problem : error;
      }
    },
    problem: (error) => preparation.problem(error),
    async warm(signal) {
      await preparation.get(signal);
    },
    library: () => preparation.library(),
    close() {
      preparation.close();
    },
  };
}
