import type { ComponentUse } from '../../core/result/run';
import type { CpuReading, PodReading, WindowReading } from './usageReadings';

/** What a pod used while a load ran, by the readings that lie within the load. */
export type PodUse = Pick<ComponentUse, 'cpuCores' | 'memoryBytes' | 'windowSeconds' | 'reason'>;

function unread(reason: string): PodUse {
  return { cpuCores: null, memoryBytes: null, windowSeconds: 0, reason };
}

/** A pod's readings of one kubelet, gathered while a load runs. */
export interface KubeletHistory {
  add(reading: PodReading | undefined): void;
  use(): PodUse;
}

interface Rate {
  readonly cores: number;
  readonly seconds: number;
}

/** The mean between the first and the last reading; null with fewer than two. */
function rateOf(readings: readonly CpuReading[]): Rate | 'began anew' | null {
  const [first] = readings;
  const last = readings.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
  if (readings.some(({ cpuSeconds }, index) => cpuSeconds < (readings[index - 1]?.cpuSeconds ?? 0)))
    return 'began anew';
  const seconds = (last.atMs - first.atMs) / 1000;
  return { cores: (last.cpuSeconds - first.cpuSeconds) / seconds, seconds };
}

/**
 * The kubelet hands out what it read last, some 10 to 20 seconds ago. The reading that is found first was taken before the load
 * began and is left out; what is new after it was taken since. Only the differences of the kubelet's own times count, so its
 * clock may be as wrong as it likes.
 */
export function kubeletHistory(): KubeletHistory {
  let looks = 0;
  let isGone = false;
  let restarted: string | null = null;
  const known = new Map<string, number>();
  const starts = new Map<string, number>();
  const cpu = new Map<string, CpuReading[]>();
  const memory = new Map<string, number>();

  function addCpu(meter: string, reading: CpuReading, isFirst: boolean): void {
    const own = cpu.get(meter) ?? [];
    cpu.set(meter, own);
    // The kubelet repeats a reading until it has a new one.
    if (!isFirst && known.get(meter) !== reading.atMs) own.push(reading);
    known.set(meter, reading.atMs);
  }

  return {
    add(reading) {
      const isFirst = looks === 0;
      looks += 1;
      isGone = reading === undefined;
      if (reading === undefined) return;
      for (const [container, start] of reading.starts) {
        const before = starts.get(container);
        if (before !== undefined && before !== start) restarted = container;
        starts.set(container, start);
      }
      for (const [meter, one] of reading.cpu) addCpu(meter, one, isFirst);
      for (const [meter, { atMs, bytes }] of reading.memory) {
        const key = `memory of ${meter}`;
        if (!isFirst && known.get(key) !== atMs) memory.set(meter, bytes);
        known.set(key, atMs);
      }
    },

    use() {
      if (isGone) return unread('its pod was gone before the load ended');
      const containers = [...cpu.keys()].filter((meter) => meter !== '');
      const whole = rateOf(cpu.get('') ?? []);
      const each = containers.map((meter) => rateOf(cpu.get(meter) ?? []));
      const memoryBytes = memory.get('') ?? sumOfAll(containers.map((meter) => memory.get(meter)));
      const memoryReason = memoryBytes === null ? 'the kubelet did not read it anew while the load ran' : '';
      const noCpu = (reason: string): PodUse => ({ cpuCores: null, memoryBytes, windowSeconds: 0, reason });
      if (restarted !== null) return noCpu(`its container ${restarted} restarted while the load ran`);
      if ([whole, ...each].includes('began anew')) return noCpu('its counter began anew while the load ran');
      const rates = isRate(whole) ? [whole] : each.filter(isRate);
      if (rates.length === 0 || (!isRate(whole) && rates.length < containers.length))
        return noCpu('the kubelet read it less than twice while the load ran');
      return {
        cpuCores: rates.reduce((sum, { cores }) => sum + cores, 0),
        memoryBytes,
        windowSeconds: Math.min(...rates.map(({ seconds }) => seconds)),
        ...(memoryReason === '' ? {} : { reason: memoryReason }),
      };
    },
  };
}

function isRate(rate: Rate | 'began anew' | null): rate is Rate {
  return rate !== null && rate !== 'began anew';
}

function sumOfAll(values: readonly (number | undefined)[]): number | null {
  if (values.length === 0 || values.some((value) => value === undefined)) return null;
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** Moments of the metrics API are whole seconds, so that a window may seem to begin before the one ahead of it has ended. */
const grainMs = 1_000;
/** A clock of a node that is further from the others' tells nothing about when its readings were taken. */
const largestSkewMs = 2_000;

/**
 * Of the metrics API's windows, those that lie within the load, by the clock of who answers. Windows that it repeats count once,
 * and windows that overlap are not both taken.
 */
export function useOfWindows(
  all: readonly WindowReading[],
  load: { readonly startMs: number; readonly endMs: number },
): PodUse {
  if (all.length === 0) return unread('the metrics API has no figures of it');
  if (all.some(({ endMs, nowMs }) => endMs > nowMs + largestSkewMs))
    return unread('the clock of its node goes ahead of the metrics API’s');
  const within: WindowReading[] = [];
  for (const reading of [...all].sort((a, b) => a.endMs - b.endMs)) {
    const after = within.at(-1)?.endMs ?? load.startMs + grainMs;
    if (reading.startMs >= after - grainMs && reading.endMs <= load.endMs) within.push(reading);
  }
  const last = within.at(-1);
  if (last === undefined) return unread('no window of the metrics API lies within the load');
  const lengths = within.map(({ startMs, endMs }) => (endMs - startMs) / 1000);
  const seconds = lengths.reduce((sum, length) => sum + length, 0);
  if (seconds <= 0) return unread('the windows of the metrics API have no length');
  const used = within.reduce((sum, { cpuCores }, index) => sum + cpuCores * (lengths[index] ?? 0), 0);
  return { cpuCores: used / seconds, memoryBytes: last.memoryBytes, windowSeconds: seconds };
}
