import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ConnectLoad, RoundTripLoad, StreamLoad } from '../../../src/core/scenario/scenario';
import { iperf3 } from '../../../src/core/tool/iperf3';
import { netperf } from '../../../src/core/tool/netperf';
import { toolFor } from '../../../src/core/tool/registry';
import { sockperf } from '../../../src/core/tool/sockperf';

const captured = (name: string): string => readFileSync(new URL(`captured/${name}`, import.meta.url), 'utf8');
const address = { host: '10.80.2.10', port: 5201 };
const get = { method: 'GET', path: '/', headers: {} };
const stream: StreamLoad = {
  kind: 'stream',
  id: 'stream',
  via: 'pod',
  streams: 8,
  metrics: ['throughputBitsPerSecond'],
};
const roundTrip: RoundTripLoad = { kind: 'round-trip', id: 'rr', via: 'pod', metrics: ['latencyP50Us'] };
const connect: ConnectLoad = { kind: 'connect', id: 'crr', via: 'pod', metrics: ['latencyP50Us'] };
const output = (stdout: string, exitCode: number | null = 0) => ({ stdout, stderr: '', exitCode });

describe('iperf3', () => {
  it('asks for the streams and leaves the first of its seconds out', () => {
    expect(iperf3.argv(stream, address, get, 5).join(' ')).toBe(
      'iperf3 -c 10.80.2.10 -p 5201 -t 4 -O 1 -P 8 -J',
    );
  });

  it('takes what the receiver got', () => {
    const expected = JSON.parse(captured('iperf3.json')) as {
      end: { sum_received: { bits_per_second: number } };
    };
    expect(iperf3.parse(stream, output(captured('iperf3.json'))).values).toEqual({
      throughputBitsPerSecond: expected.end.sum_received.bits_per_second,
    });
    expect(iperf3.parse(stream, output(captured('iperf3_tcp_P2_O1.json'))).invalidReasons).toEqual([]);
  });

  it('believes the error, not the exit code 0 that 3.12 gives with it', () => {
    const measurement = iperf3.parse(stream, output(captured('iperf3_error.json')));
    expect(measurement.values).toEqual({});
    expect(measurement.invalidReasons[0]).toMatch(/^iperf3: .+/);
  });

  it('says when there is nothing to read', () => {
    expect(iperf3.parse(stream, output('', 137)).invalidReasons).toEqual([
      'iperf3 ended with exit code 137 and no result',
    ]);
  });
});

describe('sockperf', () => {
  it('asks for whole round trips: its default is half of one', () => {
    expect(sockperf.argv(roundTrip, address, get, 2)).toContain('--full-rtt');
  });

  it('reads percentiles in µs out of coloured text', () => {
    const measurement = sockperf.parse(roundTrip, output(captured('sockperf.txt')));
    expect(measurement).toEqual({
      values: { latencyP50Us: 23.55, latencyP90Us: 40.199, latencyP99Us: 54.876 },
      requests: 34218,
      invalidReasons: [],
    });
  });

  it('finds the failure behind an exit code of 0', () => {
    expect(sockperf.parse(roundTrip, output(captured('sockperf-refused.txt'))).invalidReasons[0]).toMatch(
      /^sockperf: Can`t connect socket .*Connection refused/,
    );
  });
});

describe('netperf', () => {
  it('asks for the test by the load', () => {
    expect(netperf.argv(roundTrip, address, get, 2)).toContain('TCP_RR');
    expect(netperf.argv(connect, address, get, 2)).toContain('TCP_CRR');
  });

  it('reads the line of values below banner and header', () => {
    const text = 'MIGRATED TCP REQUEST/RESPONSE TEST from 0.0.0.0\n50th,90th,99th\n46,61,104\n';
    expect(netperf.parse(roundTrip, output(text)).values).toEqual({
      latencyP50Us: 46,
      latencyP90Us: 61,
      latencyP99Us: 104,
    });
  });

  it('takes -1.000 as not measured, never as a number', () => {
    expect(netperf.parse(roundTrip, output('-1.000,61,104\n', 0)).invalidReasons).toHaveLength(1);
  });
});

describe('which tool', () => {
  it('prefers netperf where a person has it, and takes what is there otherwise', () => {
    expect(toolFor(roundTrip, () => true)?.name).toBe('netperf');
    expect(toolFor(roundTrip, (name) => name !== 'netperf')?.name).toBe('sockperf');
    expect(toolFor(connect, (name) => name === 'fortio')?.name).toBe('fortio');
    expect(toolFor(stream, () => false)).toBeUndefined();
  });
});
