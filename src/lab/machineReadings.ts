import { readFile } from 'node:fs/promises';
import type { Readings } from '../core/run/gates/readings';
import { cpuGroupFolders, cpuTicks, throttledUs } from './procNet';

/** The clocks that the gate against clock steps reads, in ms. */
export type Clocks = () => { readonly wallMs: number; readonly monotonicMs: number };

export const systemClocks: Clocks = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

/** Of the control groups that this process and the loads it starts are in; null where none can be read. */
async function throttled(): Promise<number | null> {
  const [membership, mounts] = await Promise.all(
    ['cgroup', 'mountinfo'].map((file) => textOf(`/proc/self/${file}`)),
  );
  const folders = cpuGroupFolders(membership ?? '', mounts ?? '');
  const texts = await Promise.all(folders.map((folder) => textOf(`${folder}/cpu.stat`)));
  const read = texts.filter((text) => text !== null);
  return read.length === 0 ? null : read.reduce((sum, text) => sum + throttledUs(text), 0);
}

/** What this machine tells of itself: its clocks everywhere, the rest on Linux. */
export async function machineReadings(clocks: Clocks): Promise<Readings> {
  const [stat, waited] = await Promise.all([textOf('/proc/stat'), throttled()]);
  const ticks = stat === null ? null : cpuTicks(stat);
  return {
    clock: clocks(),
    ...(ticks === null ? {} : { cpuTicks: ticks }),
    ...(waited === null ? {} : { throttledUs: waited }),
  };
}
