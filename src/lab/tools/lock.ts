import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';

/** Null when another process has the address. */
function tryListen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => {
      resolve(server);
    });
  });
}

/** Ends when the process that listens closes the address or dies, or the signal is aborted. */
function waitForEnd(address: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const stop = (): void => {
      socket.destroy();
    };
    socket.on('error', () => undefined);
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    socket.resume();
    signal.addEventListener('abort', stop, { once: true });
  });
}

const pauseMs = 100;

/**
 * Does something while no other process of this machine does so for the same folder. The lock is an abstract socket of
 * Linux: the kernel takes it away with the process, however that ends, so that none is ever stale.
 */
export async function withFolderLock<T>(
  folder: string,
  options: { readonly signal: AbortSignal; onWait(): void },
  action: () => Promise<T>,
): Promise<T> {
  const name = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex');
  const address = `\0cilium-bench-tools-${name}`;
  let server = await tryListen(address);
  if (server === null) options.onWait();
  while (server === null) {
    await waitForEnd(address, options.signal);
    options.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    server = await tryListen(address);
  }
  const held = server;
  const waiting = new Set<{ destroy(): void }>();
  held.on('connection', (socket) => {
    waiting.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => waiting.delete(socket));
  });
  try {
    return await action();
  } finally {
    held.close();
    for (const socket of waiting) socket.destroy();
  }
}
