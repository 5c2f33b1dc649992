import type { Usage } from '../core/target';
import { processCpuUs, processMemoryBytes } from './processUsage';
import type { Server } from './server';

type Component = 'server' | 'proxy';

/** Sum over all processes of a component; null, never a part, when one of them cannot be read. */
async function total(
  servers: readonly Server[],
  read: (server: Server) => Promise<number | null>,
): Promise<number | null> {
  const values = await Promise.all(servers.map(read));
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return values.length === 0 ? null : sum;
}

/** CPU time since their start and memory now of the components' processes. What cannot be read is absent. */
export async function usageOf(components: Readonly<Record<Component, readonly Server[]>>): Promise<Usage> {
  const cpuUs: Partial<Record<Component, number>> = {};
  const memoryBytes: Partial<Record<Component, number>> = {};
  for (const component of ['server', 'proxy'] as const) {
    const servers = components[component];
    const [cpu, memory] = await Promise.all([
      total(servers, ({ pid, threadsEnd }) => processCpuUs(pid, threadsEnd)),
      total(servers, ({ pid }) => processMemoryBytes(pid)),
    ]);
    if (cpu !== null) cpuUs[component] = cpu;
    if (memory !== null) memoryBytes[component] = memory;
  }
  return { cpuUs, memoryBytes };
}
