import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';

/** An HTTP proxy on loopback that joins what CONNECT asks for. */
export interface TestProxy {
  readonly address: string;
  /** What was asked for, as `host:port`. */
  readonly asked: string[];
  close(): void;
}

export async function startProxy(): Promise<TestProxy> {
  const asked: string[] = [];
  const proxy = http.createServer();
  proxy.on('connect', (request, client: net.Socket) => {
    asked.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const there = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      there.pipe(client).pipe(there);
    });
    there.on('error', () => client.destroy());
    client.on('error', () => there.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    close: () => {
      proxy.close();
    },
  };
}
