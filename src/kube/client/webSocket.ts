import { createHash, randomBytes } from 'node:crypto';
import { Receiver, Sender } from 'ws';
import { Problem } from '../../core/problem';
import type { ApiRequest } from './apiRequest';
import type { KubeClient } from './openClient';

export interface WebSocketRequest extends Omit<ApiRequest, 'upgrade'> {
  /** In the order they are liked. */
  readonly protocols: readonly string[];
  /** A message that is longer ends the connection. */
  readonly mostBytes: number;
  /** A message of bytes; those of text are passed over. */
  readonly onMessage: (data: Buffer) => void;
  /** Called once, in whatever way the connection ends. */
  readonly onEnd: (reason: WebSocketEnd) => void;
}

export type WebSocketEnd = 'closed' | 'too large';

export interface OpenWebSocket {
  /** Nothing more is told of it after this but its end. */
  readonly close: () => void;
}

const normalClosure = 1000;
/** RFC 6455, section 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Opens a WebSocket (RFC 6455) over the connections of the client's other calls: with its certificates, through its proxy. The
 * library's own is asked for by `https.request`, which in VS Code is another one that drops the proxy of the kubeconfig, and is
 * ended by an exception outside any call where a message is shorter than it should be.
 * @throws Problem as {@link KubeClient.stream}, and where what answers does not speak the protocol.
 */
export async function openWebSocket(
  client: KubeClient,
  { protocols, mostBytes, onMessage, onEnd, ...request }: WebSocketRequest,
): Promise<OpenWebSocket> {
  const key = randomBytes(16).toString('base64');
  const answer = await client.stream({
    ...request,
    upgrade: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key,
      'Sec-WebSocket-Protocol': protocols.join(', '),
    },
  });
  const { socket, headers } = answer;
  socket.on('error', () => undefined); // Its end is told by `close`.
  const accepted = createHash('sha1').update(`${key}${guid}`).digest('base64');
  const protocol = headers['sec-websocket-protocol'];
  if (headers['sec-websocket-accept'] !== accepted || !protocols.includes(protocol ?? '')) {
    socket.destroy();
    throw new Problem(
      'target',
      `What ${client.server} answered is not WebSocket with ${protocols.join(' or ')}.`,
      'Check the connection to the cluster, and that no proxy before it changes WebSocket.',
    );
  }

  let end: WebSocketEnd = 'closed';
  const receiver = new Receiver({ isServer: false, maxPayload: mostBytes });
  const sender = new Sender(socket);
  const close = (): void => {
    if (socket.writable) sender.close(normalClosure, '', true);
    socket.destroySoon();
  };
  receiver.on('message', (data, isBinary) => {
    if (isBinary) onMessage(data);
  });
  receiver.on('ping', (data) => {
    if (socket.writable) sender.pong(data, true);
  });
  receiver.on('conclude', close);
  receiver.on('error', ({ code }) => {
    if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') end = 'too large';
    socket.destroy();
  });
  socket.on('close', () => {
    onEnd(end);
  });
  socket.pipe(receiver);
  return { close };
}
