import type { HttpRequest } from '../plan/plan';
import type { MetricName } from '../result/metrics';
import type { ConnectLoad, HttpLoad, Load } from '../scenario/scenario';
import { isRecord, numberAt, readJson } from './json';
import type { LoadTool, Measurement } from './tool';

/** Above this share of requests without a 2xx answer, the rest no longer stand for the load that was asked for. */
const mostErrorsShare = 0.001;
/** Below this share of the asked rate, the latencies are those of another load. */
const leastRateShare = 0.98;
const percentiles: readonly { readonly percentile: number; readonly metric: MetricName }[] = [
  { percentile: 50, metric: 'latencyP50Us' },
  { percentile: 90, metric: 'latencyP90Us' },
  { percentile: 99, metric: 'latencyP99Us' },
];

/**
 * Width of fortio's finest latency bucket, in seconds. Fortio's own default of 1 ms puts every answer below a millisecond
 * into one bucket. Its histogram covers 100,000 times this width (fortio `stats/stats.go`, v1.68), so the saturated
 * load, whose tail is long, takes the wider one.
 */
const resolutionSeconds = { saturated: 0.00001, fixedRate: 0.000001 };
const bucketsCovered = 100_000;

function resolutionOf(load: HttpLoad | ConnectLoad): number {
  return load.kind === 'http' && load.ratePerSecond === 'max'
    ? resolutionSeconds.saturated
    : resolutionSeconds.fixedRate;
}

function loadOptions(load: HttpLoad | ConnectLoad): string[] {
  if (load.kind === 'connect') return ['-c', '1', '-qps', '0', '-keepalive=false'];
  const keepAlive = load.keepAlive ? [] : ['-keepalive=false'];
  // Uniform and without catching up: threads do not fire together, and a stall is not repaid with a burst.
  const rate =
    load.ratePerSecond === 'max'
      ? ['-qps', '0']
      : ['-qps', String(load.ratePerSecond), '-uniform', '-nocatchup'];
  return ['-c', String(load.connections), ...rate, ...keepAlive];
}

function requestOptions(request: HttpRequest): string[] {
  const method = request.method === 'GET' ? [] : ['-X', request.method];
  const headers = Object.entries(request.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  return [...method, ...headers];
}

/** Adds the metric `name` to the values when there is a number for it. */
function latencies(
  histogram: unknown,
  resolution: number,
  invalidReasons: string[],
): Partial<Record<MetricName, number>> {
  const values: Partial<Record<MetricName, number>> = {};
  const list =
    isRecord(histogram) && Array.isArray(histogram.Percentiles) ? (histogram.Percentiles as unknown[]) : [];
  for (const { percentile, metric } of percentiles) {
    const entry = list.find((candidate) => numberAt(candidate, 'Percentile') === percentile);
    const seconds = numberAt(entry, 'Value');
    if (seconds === null) continue;
    values[metric] = seconds * 1e6;
    if (seconds <= resolution) {
      invalidReasons.push(
        `p${percentile} lies in the histogram's first bucket (${resolution * 1e6} µs), so it is not resolved`,
      );
    } else if (seconds >= resolution * bucketsCovered) {
      invalidReasons.push(
        `p${percentile} lies in the histogram's last bucket (over ${(resolution * bucketsCovered).toFixed(1)} s), so it is not resolved`,
      );
    }
  }
  return values;
}

function requestCounts(output: Record<string, unknown>): { answered: number; failed: number; codes: string } {
  const codes = isRecord(output.RetCodes) ? Object.entries(output.RetCodes) : [];
  let answered = 0;
  let failed = 0;
  for (const [code, count] of codes) {
    if (typeof count !== 'number') continue;
    if (/^2\d\d$/.test(code)) answered += count;
    else failed += count;
  }
  const bad = codes
    .filter(([code]) => !/^2\d\d$/.test(code))
    .map(([code, count]) => `${code === '-1' ? 'socket errors' : `status ${code}`}: ${String(count)}`);
  return { answered, failed, codes: bad.join(', ') };
}

function failure(stderr: string, exitCode: number | null): string {
  const status = /error (\d{3}) for/.exec(stderr)?.[1];
  if (status !== undefined) return `fortio stopped at its first request: the server answered ${status}`;
  const dial = /"err":"([^"]+)"/.exec(stderr)?.[1];
  if (dial !== undefined) return `fortio could not connect: ${dial}`;
  return `fortio ended with exit code ${exitCode ?? 'none'} and no result`;
}

function withoutResult(reason: string): Measurement {
  return { values: {}, requests: null, invalidReasons: [reason] };
}

/** fortio 1.68 and later. Its JSON gives durations in seconds and `ActualDuration` in nanoseconds. */
export const fortio: LoadTool = {
  name: 'fortio',
  server: 'http',

  supports: (load: Load) => load.kind === 'http' || load.kind === 'connect',

  argv(load, address, request, seconds) {
    if (load.kind !== 'http' && load.kind !== 'connect') return [];
    return [
      'fortio',
      'load',
      '-quiet',
      ...loadOptions(load),
      '-t',
      `${seconds}s`,
      '-r',
      resolutionOf(load).toFixed(6),
      '-p',
      percentiles.map(({ percentile }) => percentile).join(','),
      ...requestOptions(request),
      '-json',
      '-',
      // Always with the port: without one fortio looks a service name up for every connection.
      `http://${address.host}:${address.port}${request.path}`,
    ];
  },

  parse(load, { stdout, stderr, exitCode }) {
    if (load.kind !== 'http' && load.kind !== 'connect')
      return withoutResult(`fortio does not measure ${load.kind}`);
    const output = readJson(stdout);
    const nanoseconds = numberAt(output, 'ActualDuration');
    if (!isRecord(output) || nanoseconds === null || nanoseconds <= 0)
      return withoutResult(failure(stderr, exitCode));

    const invalidReasons: string[] = [];
    const { answered, failed, codes } = requestCounts(output);
    const all = answered + failed;
    if (all === 0) return withoutResult('fortio sent no request');
    if (failed / all > mostErrorsShare) {
      invalidReasons.push(`${((100 * failed) / all).toFixed(1)} % of the requests failed (${codes})`);
    }
    const rate = all / (nanoseconds / 1e9);
    if (load.kind === 'http' && load.ratePerSecond !== 'max' && rate < leastRateShare * load.ratePerSecond) {
      invalidReasons.push(
        `only ${rate.toFixed(0)} of the asked ${load.ratePerSecond} requests a second were sent`,
      );
    }
    const values = latencies(output.DurationHistogram, resolutionOf(load), invalidReasons);
    return { values: { ...values, rps: answered / (nanoseconds / 1e9) }, requests: answered, invalidReasons };
  },
};
