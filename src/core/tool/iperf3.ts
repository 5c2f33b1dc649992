import { isRecord, numberAt, readJson } from './json';
import type { LoadTool } from './tool';

/** Whole seconds at the start that iperf3 itself leaves out: TCP's slow start. */
const omitSeconds = 1;

/** iperf3 3.7 and later. Throughput is what the receiver got; a 3.12 that fails ends with exit code 0 and an `error`. */
export const iperf3: LoadTool = {
  name: 'iperf3',
  server: 'stream',

  supports: (load) => load.kind === 'stream',

  argv(load, address, _request, seconds) {
    if (load.kind !== 'stream') return [];
    // The omitted seconds come on top of -t, and a load must not last longer than planned.
    const omitted = seconds > omitSeconds ? omitSeconds : 0;
    return [
      'iperf3',
      '-c',
      address.host,
      '-p',
      String(address.port),
      '-t',
      String(seconds - omitted),
      '-O',
      String(omitted),
      '-P',
      String(load.streams),
      '-J',
    ];
  },

  parse(_load, { stdout, exitCode }) {
    const output = readJson(stdout);
    const failed = (reason: string) => ({ values: {}, requests: null, invalidReasons: [reason] });
    if (!isRecord(output)) return failed(`iperf3 ended with exit code ${exitCode ?? 'none'} and no result`);
    if (typeof output.error === 'string') return failed(`iperf3: ${output.error}`);
    const bitsPerSecond = numberAt(output, 'end', 'sum_received', 'bits_per_second');
    if (bitsPerSecond === null || bitsPerSecond <= 0) return failed('iperf3 reported no received bytes');
    return { values: { throughputBitsPerSecond: bitsPerSecond }, requests: null, invalidReasons: [] };
  },
};
