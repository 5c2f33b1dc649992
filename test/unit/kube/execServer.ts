import { createHash } from 'node:crypto';
import type http from 'node:http';
import type { Duplex } from 'node:stream';
import type { UpgradeHandler } from './faultServer';

/** The two versions that API servers choose today: v5 from Kubernetes 1.30 on, v4 before. */
export type ExecProtocol = 'v4.channel.k8s.io' | 'v5.channel.k8s.io';

/** Source: kubernetes/kubernetes, staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go. */
export const channels = { stdout: 1, stderr: 2, status: 3, close: 255 } as const;

/** The API server's side of an exec, as a test wants it to be. */
export interface ExecSide {
  readonly request: http.IncomingMessage;
  readonly url: URL;
  /** A message on a channel. */
  send(channel: number, data: string | Buffer): void;
  /** A message as it stands, in as many frames as there are parts. */
  message(...parts: readonly Buffer[]): void;
  /** The Status that ends an exec: of exit code 0 where none is given. */
  end(exitCode?: number): void;
  /** Bytes as they stand, whatever they are. */
  bytes(bytes: Buffer): void;
  /** Closes in order, without a Status. */
  close(): void;
  /** Cuts the connection. */
  cut(): void;
  /** When the client has said that it closes, or the connection has ended. */
  readonly closed: Promise<void>;
}

const binary = 0x2;
const closing = 0x8;
const final = 0x80;

/** One frame of RFC 6455, section 5.2, unmasked as those of servers are. */
function frame(opcode: number, isLast: boolean, data: Buffer): Buffer {
  const first = (isLast ? final : 0) | opcode;
  if (data.length < 126) return Buffer.concat([Buffer.from([first, data.length]), data]);
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(data.length), 2);
  return Buffer.concat([head, data]);
}

function acceptOf(request: http.IncomingMessage): string {
  const key = request.headers['sec-websocket-key'] ?? '';
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** The Status of a program's end. Source: staging/src/k8s.io/apimachinery/pkg/util/remotecommand and k8s.io/kubelet. */
function statusOf(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function sideOf(request: http.IncomingMessage, socket: Duplex, url: URL): ExecSide {
  const message = (...parts: readonly Buffer[]): void => {
    parts.forEach((part, at) => {
      socket.write(frame(at === 0 ? binary : 0, at === parts.length - 1, part));
    });
  };
  const send = (channel: number, data: string | Buffer): void => {
    message(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]));
  };
  return {
    request,
    url,
    send,
    message,
    end(exitCode = 0) {
      send(channels.status, JSON.stringify(statusOf(exitCode)));
    },
    bytes: (bytes) => {
      socket.write(bytes);
    },
    close() {
      socket.write(frame(closing, true, Buffer.from([0x03, 0xe8])));
    },
    cut() {
      socket.destroy();
    },
    closed: new Promise((resolve) => {
      socket.on('data', (data: Buffer) => {
        if (((data[0] ?? 0) & 0x0f) === closing) {
          socket.end();
          resolve();
        }
      });
      socket.on('close', () => {
        resolve();
      });
    }),
  };
}

/** Takes an exec as an API server of that protocol does, and plays what the test says. */
export function execHandler(protocol: ExecProtocol, play: (side: ExecSide) => void): UpgradeHandler {
  return (request, socket, url) => {
    socket.on('error', () => undefined); // The tests cut connections on purpose.
    const offered = String(request.headers['sec-websocket-protocol']).split(/\s*,\s*/);
    if (!offered.includes(protocol)) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    socket.write(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${acceptOf(request)}`,
        `Sec-WebSocket-Protocol: ${protocol}`,
        '\r\n',
      ].join('\r\n'),
    );
    play(sideOf(request, socket, url));
  };
}
