import type { LoadTool } from './tool';

/** Columns in the order in which they are asked for and therefore printed (netperf 2.7, `-o`). */
const columns = ['P50_LATENCY', 'P90_LATENCY', 'P99_LATENCY'] as const;

/**
 * netperf 2.7, request and response of one byte. Its latencies are bucketed: 1 µs wide below 100 µs, 10 µs below 1 ms,
 * 100 µs below 10 ms. Only used where a person has it: its licence forbids commercial use, so
 * it is never brought along.
 */
export const netperf: LoadTool = {
  name: 'netperf',
  server: 'netperf',

  supports: (load) => load.kind === 'round-trip' || load.kind === 'connect',

  argv(load, address, _request, seconds) {
    const test = load.kind === 'connect' ? 'TCP_CRR' : 'TCP_RR';
    return [
      'netperf',
      '-P',
      '0',
      '-l',
      String(seconds),
      '-t',
      test,
      '-H',
      address.host,
      '-p',
      String(address.port),
      '--',
      '-r',
      '1,1',
      '-o',
      columns.join(','),
    ];
  },

  parse(_load, { stdout, stderr, exitCode }) {
    // A banner and a header may come first; the values are the last line that starts like a number.
    const line = stdout
      .split('\n')
      .filter((text) => /^-?\d/.test(text))
      .at(-1);
    const numbers = (line ?? '').split(',').map(Number);
    // netperf prints -1.000 for what it could not measure.
    const [p50, p90, p99] = columns.map((_, index) => {
      const value = numbers[index];
      return value !== undefined && Number.isFinite(value) && value >= 0 ? value : null;
    });
    if (p50 == null || p90 == null || p99 == null) {
      const reason = stderr.trim().split('\n')[0] ?? '';
      return {
        values: {},
        requests: null,
        invalidReasons: [
          `netperf: ${reason === '' ? `ended with exit code ${exitCode ?? 'none'} and no result` : reason}`,
        ],
      };
    }
    return {
      values: { latencyP50Us: p50, latencyP90Us: p90, latencyP99Us: p99 },
      requests: null,
      invalidReasons: [],
    };
  },
};
