import type { Readings } from '../core/run/gates/readings';
import { bash } from './process';
import type { Holder } from './holder';
import { conntrackLost, linkPackets, protocolCounters, softnetDropped, timeWaitSockets } from './procNet';
import type { Space } from './topology';

/** The namespaces that a load passes. */
const onTheWay = ['client', 'node-a', 'node-b', 'server'] as const satisfies readonly Space[];
type OnTheWay = (typeof onTheWay)[number];

const files = {
  snmp: 'net/snmp',
  netstat: 'net/netstat',
  links: 'net/dev',
  softnet: 'net/softnet_stat',
  sockets: 'net/sockstat',
  conntrack: 'net/stat/nf_conntrack',
  entries: 'sys/net/netfilter/nf_conntrack_count',
  room: 'sys/net/netfilter/nf_conntrack_max',
  ports: 'sys/net/ipv4/ip_local_port_range',
  reuse: 'sys/net/ipv4/tcp_tw_reuse',
} as const;
type FileName = keyof typeof files;
/** The files of one namespace, as far as they could be read. */
export type SpaceFiles = ReadonlyMap<FileName, string>;

/** No kernel file has such a line. */
const mark = '=== cilium-bench';

/**
 * Prints every file of every namespace in the lab, with a line that names it before each; what cannot be read is left out. One process a
 * namespace: what is measured must not wait for what is read.
 */
function readingScript(): string {
  const paths = Object.values(files).map((file) => `/proc/${file}`);
  return [
    `for space in ${onTheWay.join(' ')}; do`,
    `echo "${mark} $space"`,
    `nsenter --net=/run/netns/$space tail -v -n +1 ${paths.join(' ')} 2>/dev/null`,
    'done; true',
  ].join('\n');
}

/** Takes apart what the script prints: `tail -v` names each file as `==> FILE <==`. */
export function splitReadings(text: string): ReadonlyMap<string, SpaceFiles> {
  const names = new Map(Object.entries(files).map(([name, file]) => [`/proc/${file}`, name as FileName]));
  const spaces = new Map<string, SpaceFiles>();
  for (const section of text.split(`${mark} `).slice(1)) {
    const own = new Map<FileName, string>();
    for (const part of section.split(/^==> /m).slice(1)) {
      const end = part.indexOf('\n');
      const name = names.get(part.slice(0, end).replace(/ <==$/, ''));
      if (name !== undefined) own.set(name, part.slice(end + 1));
    }
    spaces.set(section.slice(0, section.indexOf('\n')), own);
  }
  return spaces;
}

type Spaces = ReadonlyMap<string, SpaceFiles>;

/** The sum of what each gives; null, never a part, where one gives nothing. */
function sumOf<From>(all: readonly From[], read: (from: From) => number | null | undefined): number | null {
  let sum = 0;
  for (const one of all) {
    const value = read(one);
    if (value === null || value === undefined || Number.isNaN(value)) return null;
    sum += value;
  }
  return sum;
}

function counter(spaces: Spaces, space: OnTheWay, file: 'snmp' | 'netstat', path: string): number | null {
  const [protocol = '', name = ''] = path.split('.');
  return protocolCounters(spaces.get(space)?.get(file) ?? '', protocol)?.get(name) ?? null;
}

/** Of the sockets of client, proxy (on node-b) and server. */
function tcpOf(spaces: Spaces): Pick<Readings, 'tcp' | 'clientZeroWindows'> {
  const withSockets = ['client', 'node-b', 'server'] as const;
  const sum = (file: 'snmp' | 'netstat', path: string): number | null =>
    sumOf(withSockets, (space) => counter(spaces, space, file, path));
  const sent = sum('snmp', 'Tcp.OutSegs');
  const retransmitted = sum('snmp', 'Tcp.RetransSegs');
  const opened = sum('snmp', 'Tcp.ActiveOpens');
  const synRetransmitted = sum('netstat', 'TcpExt.TCPSynRetrans');
  const clientZeroWindows = counter(spaces, 'client', 'netstat', 'TcpExt.TCPToZeroWindowAdv');
  return {
    ...(sent === null || retransmitted === null || opened === null || synRetransmitted === null
      ? {}
      : { tcp: { sent, retransmitted, opened, synRetransmitted } }),
    ...(clientZeroWindows === null ? {} : { clientZeroWindows }),
  };
}

function packetsOf(spaces: Spaces): Pick<Readings, 'packets'> {
  const links = onTheWay.map((space) => linkPackets(spaces.get(space)?.get('links') ?? ''));
  const arrived = sumOf(links, (link) => link?.arrived);
  const drops = [
    sumOf(links, (link) => link?.dropped),
    // The CPUs' queues are the machine's, the same in every namespace.
    softnetDropped(spaces.get('client')?.get('softnet') ?? ''),
    sumOf(onTheWay, (space) => counter(spaces, space, 'netstat', 'TcpExt.ListenDrops')),
    sumOf(onTheWay, (space) => counter(spaces, space, 'snmp', 'Udp.RcvbufErrors')),
  ];
  const dropped = sumOf(drops, (drop) => drop);
  return arrived === null || dropped === null ? {} : { packets: { arrived, dropped } };
}

/** Of the node whose table is fuller: pods track nothing. */
function conntrackOf(spaces: Spaces): Pick<Readings, 'conntrack'> {
  const tables = (['node-a', 'node-b'] as const).flatMap((space) => {
    const of = (name: FileName): string | undefined => spaces.get(space)?.get(name);
    const lost = conntrackLost(of('conntrack') ?? '');
    const [entries, room] = [Number(of('entries') ?? Number.NaN), Number(of('room') ?? Number.NaN)];
    return lost === null || Number.isNaN(entries) || Number.isNaN(room) ? [] : [{ entries, room, lost }];
  });
  const [first, second] = tables;
  if (first === undefined) return {};
  const lost = first.lost + (second?.lost ?? 0);
  return { conntrack: { entries: Math.max(first.entries, second?.entries ?? 0), room: first.room, lost } };
}

function portsOf(client: SpaceFiles | undefined): Pick<Readings, 'ports'> {
  const timeWait = timeWaitSockets(client?.get('sockets') ?? '');
  const [low = Number.NaN, high = Number.NaN] = (client?.get('ports') ?? '').trim().split(/\s+/).map(Number);
  const reuse = client?.get('reuse')?.trim();
  if (timeWait === null || Number.isNaN(low) || Number.isNaN(high) || reuse === undefined) return {};
  return { ports: { timeWait, range: high - low + 1, reusesTimeWait: reuse === '1' } };
}

/** What the files of the lab's namespaces tell of a load. */
export function readingsOf(spaces: Spaces): Readings {
  return {
    ...tcpOf(spaces),
    ...packetsOf(spaces),
    ...conntrackOf(spaces),
    ...portsOf(spaces.get('client')),
  };
}

/** What the lab's namespaces tell now. What cannot be read is absent. */
export async function namespaceReadings(holder: Holder): Promise<Readings> {
  const { stdout } = await holder.run(null, [...bash, '-c', readingScript()]);
  return readingsOf(splitReadings(stdout));
}
