/** Reads what the kernel counts of a network, from the text of its files under /proc. Pure; what is not there is null. */

/** Columns of a table by name: `/proc/net/snmp` and `netstat` have a line of names and a line of values for each protocol. */
export function protocolCounters(text: string, protocol: string): ReadonlyMap<string, number> | null {
  const [names, values] = text
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}: `))
    .map((line) => line.trim().split(/\s+/).slice(1));
  if (names === undefined || values === undefined) return null;
  return new Map(names.map((name, place) => [name, Number(values[place] ?? Number.NaN)]));
}

/** Packets received, and dropped on the way in or out, of all links but `lo` (`/proc/net/dev`, 16 numbers a link). */
export function linkPackets(text: string): { readonly arrived: number; readonly dropped: number } | null {
  let arrived = 0;
  let dropped = 0;
  let links = 0;
  for (const line of text.split('\n')) {
    const [, name, numbers = ''] = /^\s*([^\s:|]+):\s*(.*)$/.exec(line) ?? [];
    const fields = numbers.trim().split(/\s+/).map(Number);
    if (name === undefined || name === 'lo' || fields.length < 16) continue;
    links += 1;
    arrived += fields[1] ?? 0;
    dropped += (fields[3] ?? 0) + (fields[11] ?? 0);
  }
  return links === 0 ? null : { arrived, dropped };
}

/** Packets that the CPUs' queues dropped: the second number of each line of `/proc/net/softnet_stat`, in hexadecimal. */
export function softnetDropped(text: string): number | null {
  const drops = text.split('\n').flatMap((line) => {
    const field = line.split(' ')[1];
    return field === undefined ? [] : [Number.parseInt(field, 16)];
  });
  return drops.length === 0 ? null : drops.reduce((sum, dropped) => sum + dropped, 0);
}

/** What was lost for want of room: three columns of `/proc/net/stat/nf_conntrack`, a line for each CPU, in hexadecimal. */
export function conntrackLost(text: string): number | null {
  const [head = '', ...lines] = text.trim().split('\n');
  const names = head.trim().split(/\s+/);
  const places = ['drop', 'early_drop', 'insert_failed'].map((name) => names.indexOf(name));
  if (places.includes(-1) || lines.length === 0) return null;
  let lost = 0;
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    for (const place of places) lost += Number.parseInt(fields[place] ?? '0', 16);
  }
  return lost;
}

/** Sockets in TIME_WAIT (`/proc/net/sockstat`). */
export function timeWaitSockets(text: string): number | null {
  const count = /^TCP:.* tw (\d+)/m.exec(text)?.[1];
  return count === undefined ? null : Number(count);
}

/** CPU time of all CPUs in ticks, and what of it was stolen: the first line of `/proc/stat` (user ... steal, guest times in user). */
export function cpuTicks(text: string): { readonly all: number; readonly stolen: number } | null {
  const fields = /^cpu\s+(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/).map(Number);
  if (fields === undefined || fields.length < 8) return null;
  return { all: fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0), stolen: fields[7] ?? 0 };
}

/** Time in µs that a control group waited for its quota: `throttled_usec` of cgroup v2, `throttled_time` of v1 in ns; 0 without a quota. */
export function throttledUs(cpuStat: string): number {
  const of = (name: string): number | null => {
    const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(cpuStat)?.[1];
    return value === undefined ? null : Number(value);
  };
  const nanoseconds = of('throttled_time');
  return of('throttled_usec') ?? (nanoseconds === null ? 0 : nanoseconds / 1000);
}

/**
 * Folders of the control groups, the process's own and those above it, whose CPU quota it is under.
 * @param membership `/proc/PID/cgroup`
 * @param mounts `/proc/PID/mountinfo`
 */
export function cpuGroupFolders(membership: string, mounts: string): readonly string[] {
  const mountOf = (matches: (kind: string, options: string) => boolean): string | undefined => {
    for (const line of mounts.split('\n')) {
      const [left = '', right = ''] = line.split(' - ');
      const [kind = '', , options = ''] = right.split(' ');
      if (matches(kind, options)) return left.split(' ')[4];
    }
    return undefined;
  };
  const pathOf = (pattern: RegExp): string | undefined => pattern.exec(membership)?.[1];
  // Version 1 where the cpu controller is mounted by itself, else version 2.
  const first = mountOf((kind, options) => kind === 'cgroup' && options.split(',').includes('cpu'));
  const root = first ?? mountOf((kind) => kind === 'cgroup2');
  const own =
    first === undefined ? pathOf(/^0::(.*)$/m) : pathOf(/^\d+:(?:[^:\n]*,)?cpu(?:,[^:\n]*)?:(.*)$/m);
  if (root === undefined || own === undefined) return [];
  const parts = own.split('/').filter((part) => part !== '' && part !== '..');
  return parts.map((_, place) => [root, ...parts.slice(0, parts.length - place)].join('/')).concat(root);
}
