import http from 'node:http';
import { urlToHttpOptions } from 'node:url';
import type { ApiRequest } from './apiRequest';

/** Where calls go: the server's address, taken apart once. */
export interface Destination {
  readonly isSecure: boolean;
  readonly options: http.RequestOptions;
  /** Of the address, before the path of each call; empty where it has none. */
  readonly prefix: string;
}

export function destinationOf(server: string): Destination {
  const url = new URL(server);
  return {
    isSecure: url.protocol === 'https:',
    options: urlToHttpOptions(url),
    prefix: url.pathname.replace(/\/+$/, ''),
  };
}

/** Where a call goes and with which credentials. */
export interface Sending {
  readonly destination: Destination;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly agent: http.Agent;
}

function queryOf({ query }: ApiRequest): string {
  if (query === undefined) return '';
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value) parameters.append(name, String(one));
    else if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

function headersOf(
  request: ApiRequest,
  body: string | null,
  credentials: Sending['headers'],
): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = {
    Accept: request.accept ?? 'application/json',
    'User-Agent': 'cilium-bench',
  };
  if (body !== null) {
    headers['Content-Type'] = request.contentType ?? 'application/json';
    headers['Content-Length'] = Buffer.byteLength(body);
  }
  return Object.assign(headers, credentials, request.upgrade);
}

/** A request under way. */
export interface Exchange {
  /** Settles when the answer's head is there, whatever its status; rejects with what Node says where the connection fails. */
  readonly answer: Promise<http.IncomingMessage>;
  /** Ends the connection, in the middle of the answer's body too. */
  end(reason: Error): void;
}

/** Sends a request. */
export function exchange({ destination, headers, agent }: Sending, request: ApiRequest): Exchange {
  // As text, so that Node sends head and body in one piece.
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  // Not `https.request`: in VS Code that is another one, which drops the agent for one of its own (microsoft/vscode-proxy-agent,
  // `http.proxySupport: override`), and with it client certificates, the proxy of the kubeconfig and kept connections.
  const outgoing = new http.ClientRequest({
    ...destination.options,
    path: `${destination.prefix}${request.path}${queryOf(request)}`,
    method: request.method ?? 'GET',
    agent,
    headers: headersOf(request, body, headers),
  });
  const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', resolve);
    outgoing.on('upgrade', (response, socket, head) => {
      socket.unshift(head);
      resolve(response);
    });
  });
  if (body === null) outgoing.end();
  else outgoing.end(body);
  return {
    answer,
    end(reason) {
      outgoing.destroy(reason);
    },
  };
}

/** What Node says of an answer that was cut, also where the answer itself ends in order. */
function cut(): Error {
  return Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

/**
 * The whole body as text. Listens to events, which costs a tenth of what an asynchronous iterator does.
 * @throws Error where the connection is lost before its end, or where it is larger than `mostBytes`.
 */
export function bodyOf(answer: http.IncomingMessage, mostBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    if (answer.destroyed) {
      reject(cut());
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= mostBytes) return;
      answer.destroy();
      reject(new Error(`the answer is larger than ${mostBytes / 1e6} MB`));
    });
    answer.on('end', () => {
      if (answer.complete) resolve(Buffer.concat(chunks, bytes).toString('utf8'));
      else reject(cut());
    });
    answer.on('error', reject);
    answer.on('close', () => {
      if (!answer.readableEnded) reject(cut());
    });
  });
}
