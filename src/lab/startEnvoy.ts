import { writeFile } from 'node:fs/promises';
import type { Address } from '../core/target';
import { askFrom } from './ask';
import { labFile, type Holder } from './holder';
import { requestText } from './httpRequest';
import { probeTimeoutMs } from './probeAnswer';
import { startServer, type Server } from './server';
import { envoyArguments } from './serverPrograms';
import type { FoundTool } from './tools/foundTools';
import { envoyPorts } from './topology';

/** Where its administration answers, in the namespace it is in. */
export const envoyAdmin: Address = { host: '127.0.0.1', port: envoyPorts.admin };

export interface EnvoyStart {
  /** Name of its configuration in the lab's folder, and what it holds. */
  readonly file: string;
  readonly bootstrap: unknown;
  readonly concurrency: number;
  /** Makes a problem of what it wrote as it ended, where that is known. */
  readonly explain?: Parameters<typeof startServer>[0]['explain'];
}

/** Starts Envoy on node-b, and waits until it says that it is ready. */
export async function startEnvoy(
  holder: Holder,
  tool: FoundTool,
  { file, bootstrap, concurrency, explain }: EnvoyStart,
  signal: AbortSignal,
): Promise<Server> {
  await writeFile(holder.pathOf(file), JSON.stringify(bootstrap));
  const request = requestText({ method: 'GET', path: '/ready', headers: {} }, envoyAdmin);
  return startServer(
    {
      name: 'Envoy',
      ...(explain ? { explain } : {}),
      argv: envoyArguments(tool, labFile(file), concurrency),
      ...(tool.env ? { env: tool.env } : {}),
      place: (argv) => holder.enter('node-b', argv),
      port: envoyPorts.listener,
      ready: async () => {
        const probe = [{ to: envoyAdmin, request }];
        const [answer] = await askFrom(holder, 'node-b', probe, probeTimeoutMs.answer, signal);
        return answer !== undefined && 'status' in answer && answer.status === 200;
      },
    },
    signal,
  );
}
