import http from 'node:http';
import https from 'node:https';
import type { ApiRequest } from './apiRequest';
import { abortReason } from './slots';

/** Where a call goes and with which credentials. */
export interface Sending {
  readonly server: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly agent: http.Agent;
}

function addressOf(server: string, { path, query }: ApiRequest): URL {
  const url = new URL(`${server}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/**
 * Sends a request; resolves with the answer when its head is there, whatever its status.
 * @throws what Node says where the connection fails; the signal's reason where it is aborted.
 */
export async function exchange(
  sending: Sending,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  signal.throwIfAborted();
  const url = addressOf(sending.server, request);
  const body = request.body === undefined ? null : Buffer.from(JSON.stringify(request.body));
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
      method: request.method ?? 'GET',
      agent: sending.agent,
      headers: {
        Accept: request.accept ?? 'application/json',
        'User-Agent': 'cilium-bench',
        ...(body === null
          ? {}
          : {
              'Content-Type': request.contentType ?? 'application/json',
              'Content-Length': String(body.length),
            }),
        ...sending.headers,
      },
    });
    const onAbort = (): void => {
      outgoing.destroy(abortReason(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    outgoing.on('close', () => {
      signal.removeEventListener('abort', onAbort);
    });
    outgoing.on('error', reject);
    outgoing.on('response', resolve);
    outgoing.end(body ?? undefined);
  });
}

/**
 * The whole body as text.
 * @throws Error where the connection is lost before its end, or where it is larger than `mostBytes`.
 */
export async function bodyOf(answer: http.IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      answer.destroy();
      throw new Error(`the answer is larger than ${mostBytes / 1e6} MB`);
    }
    chunks.push(chunk);
  }
  // An answer that was cut may still end in order; it says so itself.
  if (!answer.complete) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  return Buffer.concat(chunks, bytes).toString('utf8');
}
