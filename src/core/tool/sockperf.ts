import type { LoadTool } from './tool';

/** What sockperf prints for `ping-pong --full-rtt`: percentiles in µs, one a line. */
const percentileLine = /percentile (\d+\.\d+)\s*=\s*(\d+(?:\.\d+)?)/g;
const transactionsLine = /\[Valid Duration\][^\n]*ReceivedMessages=(\d+)/;

/** sockperf 3.7 and later, `ping-pong` over TCP: one connection, one message back and forth. */
export const sockperf: LoadTool = {
  name: 'sockperf',
  server: 'round-trip',

  supports: (load) => load.kind === 'round-trip',

  argv(_load, address, _request, seconds) {
    // --full-rtt: by default sockperf halves the round trip and calls it latency.
    return [
      'sockperf',
      'ping-pong',
      '--tcp',
      '--full-rtt',
      '-i',
      address.host,
      '-p',
      String(address.port),
      '-t',
      String(seconds),
    ];
  },

  parse(_load, { stdout, stderr, exitCode }) {
    const transactions = Number(transactionsLine.exec(stdout)?.[1] ?? 0);
    const byPercentile = new Map(
      [...stdout.matchAll(percentileLine)].map((match) => [Number(match[1]), Number(match[2])]),
    );
    const p50 = byPercentile.get(50);
    const p90 = byPercentile.get(90);
    const p99 = byPercentile.get(99);
    if (transactions === 0 || p50 === undefined || p90 === undefined || p99 === undefined) {
      const error = /ERROR: ([^\n]+)/.exec(`${stdout}\n${stderr}`)?.[1];
      const reason = error ?? `ended with exit code ${exitCode ?? 'none'} and no result`;
      return { values: {}, requests: null, invalidReasons: [`sockperf: ${reason}`] };
    }
    return {
      values: { latencyP50Us: p50, latencyP90Us: p90, latencyP99Us: p99 },
      requests: transactions,
      invalidReasons: [],
    };
  },
};
