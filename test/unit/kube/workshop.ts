import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openClient } from '../../../src/kube/client/openClient';
import type { ClientOptions, KubeClient } from '../../../src/kube/client/openClient';
import { startFaultServer } from './faultServer';
import type { FaultServer, ServerWishes } from './faultServer';

/** A server, a kubeconfig for it and clients of it, all gone after the test. */
export interface Workshop {
  readonly server: FaultServer;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Waits that the clients asked for, in ms; none of them was waited. */
  readonly waits: number[];
  /** Writes the kubeconfig with this user, and fields of the cluster in place of the usual ones. */
  configure(user: object, cluster?: object): Promise<void>;
  write(name: string, text: string): Promise<string>;
  open(options?: Partial<ClientOptions>): Promise<KubeClient>;
  close(): Promise<void>;
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

export async function openWorkshop(wishes: ServerWishes = {}): Promise<Workshop> {
  const server = await startFaultServer(wishes);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-client-'));
  const clients: KubeClient[] = [];
  const waits: number[] = [];
  const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: path.join(folder, 'config') };
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return file;
  };
  const workshop: Workshop = {
    server,
    folder,
    env,
    waits,
    write,
    async configure(user, cluster = {}) {
      const authority = { 'certificate-authority-data': base64(server.authority.certificate) };
      await write(
        'config',
        JSON.stringify({
          kind: 'Config',
          'current-context': 'test',
          contexts: [{ name: 'test', context: { cluster: 'there', user: 'reader', namespace: 'bench' } }],
          clusters: [{ name: 'there', cluster: { server: server.address, ...authority, ...cluster } }],
          users: [{ name: 'reader', user }],
        }),
      );
    },
    async open(options = {}) {
      const client = await openClient('test', env, {
        pacing: {
          sleep: (milliseconds, signal) => {
            waits.push(milliseconds);
            signal?.throwIfAborted();
            return Promise.resolve();
          },
          random: () => 0.5,
        },
        ...options,
      });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await workshop.configure({ token: 'very-secret-token-value' });
  return workshop;
}
