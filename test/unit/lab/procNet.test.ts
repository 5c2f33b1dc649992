import { describe, expect, test } from 'vitest';
import { controlRate } from '../../../src/lab/controlSample';
import { readingsOf, splitReadings } from '../../../src/lab/namespaceReadings';
import {
  conntrackLost,
  cpuGroupFolders,
  cpuTicks,
  linkPackets,
  protocolCounters,
  softnetDropped,
  throttledUs,
  timeWaitSockets,
} from '../../../src/lab/procNet';

// Of Linux 6.18, shortened.
const snmp = [
  'Ip: Forwarding DefaultTTL',
  'Ip: 1 64',
  'Tcp: RtoAlgorithm RtoMin ActiveOpens OutSegs RetransSegs',
  'Tcp: 1 200 5780 80480 3',
  'Udp: InDatagrams RcvbufErrors',
  'Udp: 0 2',
].join('\n');
const netstat = [
  'TcpExt: ListenDrops TCPToZeroWindowAdv TCPSynRetrans',
  'TcpExt: 4 5 6',
  'IpExt: InOctets',
  'IpExt: 9',
].join('\n');
const links = [
  'Inter-|   Receive                                                |  Transmit',
  ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
  '    lo:  900     90    0    9    0     0          0         0      900     90    0    9    0     0       0          0',
  '  eth0: 5000    100    0    1    0     0          0         0     6000    110    0    2    0     0       0          0',
].join('\n');
const softnet = '197fc81b 00000010 0000006e 00000000\n180006d4 00000001 00000060 00000000\n';
const conntrack = [
  'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error',
  '00000010  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000002 00000004 00000000',
  '00000010  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000000a 00000000',
].join('\n');
const sockets = 'sockets: used 9\nTCP: inuse 1 orphan 0 tw 32 alloc 524 mem 109\nUDP: inuse 0 mem 0\n';

describe('files under /proc/net', () => {
  test('protocols', () => {
    expect(protocolCounters(snmp, 'Tcp')?.get('RetransSegs')).toBe(3);
    expect(protocolCounters(netstat, 'TcpExt')?.get('TCPSynRetrans')).toBe(6);
    expect(protocolCounters(netstat, 'Tcp')).toBeNull();
    expect(protocolCounters('', 'Tcp')).toBeNull();
  });
  test('links, without lo', () => {
    expect(linkPackets(links)).toEqual({ arrived: 100, dropped: 3 });
    expect(linkPackets('')).toBeNull();
  });
  test('the queues of the CPUs', () => {
    expect(softnetDropped(softnet)).toBe(17);
    expect(softnetDropped('')).toBeNull();
  });
  test('connection tracking', () => {
    expect(conntrackLost(conntrack)).toBe(17);
    expect(conntrackLost('')).toBeNull();
    expect(conntrackLost('entries drop\n1 2')).toBeNull();
  });
  test('sockets in TIME_WAIT', () => {
    expect(timeWaitSockets(sockets)).toBe(32);
    expect(timeWaitSockets('TCP6: inuse 0')).toBeNull();
  });
});

describe('CPU', () => {
  test('ticks of all CPUs and what was stolen; guest time is in user time already', () => {
    expect(cpuTicks('cpu  100 10 20 300 5 0 7 8 50 60\ncpu0 1 1 1 1 1 1 1 1 1 1\n')).toEqual({
      all: 450,
      stolen: 8,
    });
    expect(cpuTicks('intr 1')).toBeNull();
  });
  test.each([
    ['usage_usec 9\nnr_periods 11\nnr_throttled 4\nthrottled_usec 36190\n', 36_190],
    ['nr_periods 11\nnr_throttled 4\nthrottled_time 36190818\n', 36_190.818],
    ['usage_usec 9\n', 0],
  ])('throttled time of %j', (text, expected) => {
    expect(throttledUs(text)).toBeCloseTo(expected, 6);
  });
  test('control groups of both versions, from the process’s own up', () => {
    const first =
      '33 32 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n34 32 0:30 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n';
    expect(cpuGroupFolders('2:cpuacct:/\n1:cpu:/a/b\n0::/x\n', first)).toEqual([
      '/sys/fs/cgroup/cpu/a/b',
      '/sys/fs/cgroup/cpu/a',
      '/sys/fs/cgroup/cpu',
    ]);
    expect(
      cpuGroupFolders('4:cpu,cpuacct:/a\n', '33 32 0:29 / /c rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n'),
    ).toEqual(['/c/a', '/c']);
    expect(
      cpuGroupFolders('0::/user.slice\n', '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n'),
    ).toEqual(['/sys/fs/cgroup/user.slice', '/sys/fs/cgroup']);
    expect(cpuGroupFolders('', '')).toEqual([]);
  });
  test('the control sample: the median try, without what the process waited for', () => {
    expect(controlRate('20000 10000000\n15000 0\n10 9999\n')).toBeCloseTo(0.6, 9);
    expect(controlRate('')).toBeNull();
    expect(controlRate('0 0\n')).toBeNull();
  });
});

describe('what the namespaces tell', () => {
  const section = (file: string, content: string): string => `==> /proc/${file} <==\n${content}\n\n`;
  const of = (space: string): string =>
    [
      `=== cilium-bench ${space}\n`,
      section('net/snmp', snmp),
      section('net/netstat', netstat),
      section('net/dev', links),
      section('net/softnet_stat', softnet),
      section('net/sockstat', sockets),
      section('net/stat/nf_conntrack', conntrack),
      section('sys/net/netfilter/nf_conntrack_count', space === 'node-b' ? '40' : '30'),
      section('sys/net/netfilter/nf_conntrack_max', '1000'),
      section('sys/net/ipv4/ip_local_port_range', '1024\t65535'),
      section('sys/net/ipv4/tcp_tw_reuse', '1'),
    ].join('');
  const spaces = ['client', 'node-a', 'node-b', 'server'];

  test('is added up over those that a load passes', () => {
    expect(readingsOf(splitReadings(spaces.map(of).join('')))).toEqual({
      tcp: { sent: 3 * 80_480, retransmitted: 9, opened: 3 * 5780, synRetransmitted: 18 },
      clientZeroWindows: 5,
      packets: { arrived: 400, dropped: 4 * 3 + 17 + 4 * 4 + 4 * 2 },
      conntrack: { entries: 40, room: 1000, lost: 34 },
      ports: { timeWait: 32, range: 64_512, reusesTimeWait: true },
    });
  });

  test('is absent, not a part, where one of them is silent', () => {
    const silent = spaces.filter((space) => space !== 'server').map(of);
    expect(readingsOf(splitReadings(silent.join('')))).toEqual({
      clientZeroWindows: 5,
      conntrack: { entries: 40, room: 1000, lost: 34 },
      ports: { timeWait: 32, range: 64_512, reusesTimeWait: true },
    });
    expect(readingsOf(splitReadings(''))).toEqual({});
    expect(
      readingsOf(splitReadings('=== cilium-bench client\n==> /toString <==\nx\n==> \n=== cilium-bench')),
    ).toEqual({});
  });
});
