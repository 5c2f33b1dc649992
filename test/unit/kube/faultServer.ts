import type http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { certify } from './certificates';
import type { Certified } from './certificates';

/** What one test wants the API server to do with a request. */
export type Handler = (request: http.IncomingMessage, response: http.ServerResponse, url: URL) => void;

/** What one test wants done with a request to change the protocol. The socket is the test's from then on. */
export type UpgradeHandler = (request: http.IncomingMessage, socket: Duplex, url: URL) => void;

/** An API server on loopback that does what a test says, faults included, and counts. */
export interface FaultServer {
  readonly address: string;
  readonly authority: Certified;
  /** TLS connections made, those under way, and the most at one time. */
  readonly connections: { made: number; open: number; most: number };
  /** Method and URL of each request, in their order. */
  readonly requests: string[];
  handle(handler: Handler): void;
  /** Without a handler, requests to change the protocol are refused as requests of another kind. */
  handleUpgrade(handler: UpgradeHandler): void;
  close(): Promise<void>;
}

const urlOf = ({ url }: http.IncomingMessage): URL => new URL(url ?? '/', 'https://127.0.0.1');

export const authority = certify({ name: 'test authority' });

export interface ServerWishes {
  readonly certified?: Certified;
  /** Certificates of clients are asked for and must be of the authority. */
  readonly asksForCertificates?: boolean;
  /** 127.0.0.1 where none is given. VS Code's own HTTPS treats others of 127.0.0.0/8 as addresses of another machine. */
  readonly host?: string;
}

export async function startFaultServer(wishes: ServerWishes = {}): Promise<FaultServer> {
  const host = wishes.host ?? '127.0.0.1';
  const certified = wishes.certified ?? certify({ name: 'api server', issuer: authority, addresses: [host] });
  const connections = { made: 0, open: 0, most: 0 };
  const requests: string[] = [];
  let handler: Handler = (_request, response) => {
    json(response, 200, {});
  };
  const sockets = new Set<Socket>();
  const server = https.createServer(
    {
      cert: certified.certificate,
      key: certified.key,
      ca: authority.certificate,
      requestCert: wishes.asksForCertificates ?? false,
      rejectUnauthorized: wishes.asksForCertificates ?? false,
      keepAliveTimeout: 60_000,
    },
    (request, response) => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      handler(request, response, urlOf(request));
    },
  );
  server.on('secureConnection', (socket) => {
    connections.made += 1;
    connections.open += 1;
    connections.most = Math.max(connections.most, connections.open);
    sockets.add(socket);
    socket.on('close', () => {
      connections.open -= 1;
      sockets.delete(socket);
    });
    socket.on('error', () => undefined); // The tests cut connections on purpose.
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The server has no port.');
  return {
    address: `https://${host}:${bound.port}`,
    authority,
    connections,
    requests,
    handle(next) {
      handler = next;
    },
    handleUpgrade(next) {
      server.removeAllListeners('upgrade');
      server.on('upgrade', (request, socket) => {
        requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
        next(request, socket, urlOf(request));
      });
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** What an API server says when it does not do what was asked. */
export function status(code: number, reason: string, message: string): Record<string, unknown> {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, metadata: {} };
}

/** The body of a request as JSON. */
export async function bodyIn(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
}
