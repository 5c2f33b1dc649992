import { readFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Fact } from '../core/result/run';

const text = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);

/** `PRETTY_NAME` of os-release; null where there is none. */
export function distributionName(osRelease: string | null): string | null {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease ?? '')?.[1] ?? null;
}

/** Whether a kernel configuration has an option built in; null when it says nothing of it. */
export function kernelOption(config: string | null, option: string): boolean | null {
  if (config === null) return null;
  if (new RegExp(`^CONFIG_${option}=[ym]$`, 'm').test(config)) return true;
  return new RegExp(`^# CONFIG_${option} is not set$`, 'm').test(config) ? false : null;
}

async function kernelConfig(): Promise<string | null> {
  const packed = await readFile('/proc/config.gz').catch(() => null);
  if (packed !== null) return (await promisify(gunzip)(packed)).toString('utf8');
  return text(`/boot/config-${release()}`);
}

/** What the machine's firmware says it is, where it is a virtual one; `none` on bare metal, null where it is not told. */
async function virtualization(cpuInfo: string | null): Promise<string | null> {
  if (cpuInfo === null) return null;
  const [vendor, product] = await Promise.all(
    ['sys_vendor', 'product_name'].map((file) => text(`/sys/class/dmi/id/${file}`)),
  );
  const isVirtual = /^flags\s*:.*\bhypervisor\b/m.test(cpuInfo);
  const name = [vendor, product]
    .map((part) => part?.trim())
    .filter(Boolean)
    .join(' ');
  if (isVirtual) return name === '' ? 'virtual machine' : name;
  return /^flags\s*:/m.test(cpuInfo) ? 'none' : null;
}

/** Facts about this machine that can move a number. Null stands for what it does not tell. */
export async function hostFacts(): Promise<Readonly<Record<string, Fact>>> {
  const [osRelease, cpuInfo, config, governor, clock] = await Promise.all([
    text('/etc/os-release'),
    text('/proc/cpuinfo'),
    kernelConfig(),
    text('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    text('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
  ]);
  const cores = cpus();
  return {
    kernel: `${type()} ${release()}`,
    distribution: distributionName(osRelease) ?? platform(),
    architecture: arch(),
    cpuModel: cores[0]?.model.trim() ?? null,
    cpuCount: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    virtualization: await virtualization(cpuInfo),
    cpuGovernor: governor?.trim() ?? null,
    clockSource: clock?.trim() ?? null,
    // Where the kernel counts interrupt time apart, the CPU time of a process misses the work done for its packets.
    accountsIrqTime: kernelOption(config, 'IRQ_TIME_ACCOUNTING'),
  };
}
