import { describe, expect, test } from 'vitest';
import { listensOn, residentBytes, schedstatUs, statUs } from '../../../src/lab/processUsage';
import { clientCpuUs } from '../../../src/lab/runLoad';

describe('CPU time', () => {
  test('from schedstat is the sum over the threads, in µs', () => {
    expect(schedstatUs(['1500000 44326 12\n', '2500 0 1\n'])).toBe(1502.5);
  });

  test('from stat is user and system time, whatever the name of the program', () => {
    const fields = (name: string): string =>
      `4242 (${name}) S 1 4242 4242 0 -1 4194560 1 2 3 4 150 25 7 8 20 0 4 0 100 200 300`;
    expect(statUs(fields('iperf3'))).toBe(1_750_000);
    expect(statUs(fields('a) S 9 (b'))).toBe(1_750_000);
  });

  test.each([
    ['1.234 0.066\n', 1_300_000],
    ['bash: warning\n0.010 0.002\n', 12_000],
    ['', null],
    ['no numbers', null],
  ])('of the client from %j is %j', (text, expected) => {
    expect(clientCpuUs(text)).toBe(expected);
  });
});

describe('memory', () => {
  test('is the resident set in bytes', () => {
    expect(residentBytes('Name:\tfortio\nVmPeak:\t  999 kB\nVmRSS:\t   22140 kB\nThreads:\t8\n')).toBe(
      22_671_360,
    );
  });
  test('of a process that is gone is not told', () => {
    expect(residentBytes('Name:\tfortio\nState:\tZ (zombie)\n')).toBeNull();
  });
});

describe('a port in /proc/net/tcp', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:26AD 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0',
    '   1: 0A02500A:1F90 0A01500A:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0',
    '   2: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 3',
  ].join('\n');
  test.each([
    [9901, true],
    [80, true],
    [8080, false],
    [6829, false],
  ])('%i: %j', (port, expected) => {
    expect(listensOn(table, port)).toBe(expected);
  });
});
