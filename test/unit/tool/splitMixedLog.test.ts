import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fortio } from '../../../src/core/tool/fortio';
import { iperf3 } from '../../../src/core/tool/iperf3';
import { sockperf } from '../../../src/core/tool/sockperf';
import { splitMixedLog } from '../../../src/core/tool/splitMixedLog';
import type { HttpLoad } from '../../../src/core/scenario/scenario';

/** Logs of pods on Kubernetes 1.34 with containerd 1.6: both outputs in one, not in the order in which they were written. */
const captured = (name: string): string =>
  readFileSync(new URL(`captured/log-${name}.txt`, import.meta.url), 'utf8');

const load: HttpLoad = {
  kind: 'http',
  id: 'saturated',
  via: 'pod',
  connections: 4,
  keepAlive: true,
  ratePerSecond: 'max',
  metrics: ['rps', 'latencyP50Us'],
};

describe('a container’s log taken apart', () => {
  it('fortio’s result is read as if its outputs had been apart', () => {
    const { stdout, stderr, whole } = splitMixedLog('fortio', captured('fortio-1'));
    expect(whole).toBe(true);
    expect(stderr).toContain('All done 13216 calls');
    const { values, invalidReasons } = fortio.parse(load, { stdout, stderr, exitCode: 0 });
    expect(invalidReasons).toEqual([]);
    // fortio says 6604.9 in the text on its standard error.
    expect(values.rps).toBeCloseTo(6604.9, 0);
  });

  it('fortio’s messages between the lines of its result do not spoil it', () => {
    const log = captured('fortio-errors');
    const { stdout, stderr, whole } = splitMixedLog('fortio', log);
    expect(whole).toBe(true);
    expect(stderr).toContain('connection refused');
    expect(stdout).not.toContain('connection refused');
    expect(fortio.parse(load, { stdout, stderr, exitCode: 0 }).invalidReasons.join()).toContain(
      'socket errors',
    );
    const message = log.split('\n').find((line) => line.startsWith('{"ts"')) ?? '';
    const mixed = stdout.split('\n').join(`\n${message}\n`);
    expect(splitMixedLog('fortio', mixed)).toMatchObject({ stdout, whole: true });
  });

  it('iperf3’s and sockperf’s results are read', () => {
    const json = splitMixedLog('iperf3', captured('iperf3'));
    expect(json.whole).toBe(true);
    expect(
      iperf3.parse({ kind: 'stream', id: 's', via: 'pod', streams: 2, metrics: [] }, { ...json, exitCode: 0 })
        .values.throughputBitsPerSecond,
    ).toBeGreaterThan(1e6);
    const text = splitMixedLog('sockperf', captured('sockperf'));
    expect(text.whole).toBe(true);
    expect(
      sockperf.parse({ kind: 'round-trip', id: 'r', via: 'pod', metrics: [] }, { ...text, exitCode: 0 })
        .values.latencyP50Us,
    ).toBeGreaterThan(1);
  });

  it.each(['fortio-1', 'fortio-errors', 'iperf3', 'sockperf'])(
    'no part of %s passes for the whole',
    (name) => {
      const tool = name.split('-')[0] ?? '';
      const log = captured(name);
      const { stdout } = splitMixedLog(tool, log);
      const lines = log.split('\n');
      const result = new Set(stdout.split('\n').filter((line) => line !== ''));
      const first = lines.findIndex((line) => result.has(line));
      const last = lines.findLastIndex((line) => result.has(line));
      // Cut at its end, and at its beginning as a log is that the kubelet has rotated.
      for (let end = first; end < last; end += 7)
        expect(splitMixedLog(tool, `${lines.slice(0, end).join('\n')}\n`).whole, `to line ${end}`).toBe(
          false,
        );
      if (name !== 'sockperf')
        for (let begin = first + 1; begin <= last; begin += 7)
          expect(splitMixedLog(tool, lines.slice(begin).join('\n')).whole, `from line ${begin}`).toBe(false);
    },
  );

  it('netperf’s line of values is the result, what it complains of is not', () => {
    expect(splitMixedLog('netperf', 'netperf: cannot connect\n')).toEqual({
      stdout: '',
      stderr: 'netperf: cannot connect\n',
      whole: false,
    });
    expect(splitMixedLog('netperf', 'a note\n12,30,41\n')).toEqual({
      stdout: '12,30,41\n',
      stderr: 'a note\n',
      whole: true,
    });
    expect(splitMixedLog('netperf', 'a note\n12,30,4').whole).toBe(false);
  });

  it.each(['', '\n', '{', '}', '{\n}', '\u0000', '{"latency":'])('never throws on %j', (log) => {
    for (const tool of ['fortio', 'iperf3', 'netperf', 'sockperf', 'other', 'toString'])
      expect(() => splitMixedLog(tool, log)).not.toThrow();
  });
});
