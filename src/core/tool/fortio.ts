import type { HttpRequest } from '../plan/plan';
import type { MetricName } from '../result/metrics';
import type { Reason } from '../run/gates/reasonCodes';
import type { ConnectLoad, HttpLoad, Load } from '../scenario/scenario';
import { offeredLoad } from './fortioOffered';
import { fortioDocuments, latenciesOf, mergedPercentiles, whyNotTogether } from './fortioFanOut';
import { isRecord, numberAt } from './json';
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

/** The options with which `fortio server` serves HTTP alone. */
export const onlyHttp: readonly string[] = ['-grpc-port', '-redirect-port', '-tcp-port', '-udp-port'].flatMap(
  (port) => [port, 'disabled'],
);

/** The options that make fortio send this request. */
export function requestOptions(request: HttpRequest): string[] {
  const method = request.method === 'GET' ? [] : ['-X', request.method];
  const headers = Object.entries(request.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  return [...method, ...headers];
}

/** Adds the metric `name` to the values when there is a number for it. */
function latencies(
  histogram: unknown,
  resolution: number,
  reasons: Reason[],
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
      reasons.push({
        code: 'edge-bucket',
        says: `p${percentile} lies in the histogram's first bucket (${resolution * 1e6} µs), so it is not resolved`,
      });
    } else if (seconds >= resolution * bucketsCovered) {
      reasons.push({
        code: 'edge-bucket',
        says: `p${percentile} lies in the histogram's last bucket (over ${(resolution * bucketsCovered).toFixed(1)} s), so it is not resolved`,
      });
    }
  }
  return values;
}

interface RequestCounts {
  readonly answered: number;
  readonly failed: number;
  /** How many failed, by HTTP status; -1 is what fortio calls a socket error. */
  readonly failures: Readonly<Record<string, number>>;
}

function requestCounts(output: Record<string, unknown>): RequestCounts {
  const codes = isRecord(output.RetCodes) ? Object.entries(output.RetCodes) : [];
  const counts = codes.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  const sum = (entries: readonly (readonly [string, number])[]): number =>
    entries.reduce((total, [, count]) => total + count, 0);
  const good = counts.filter(([code]) => /^2\d\d$/.test(code));
  const bad = counts.filter(([code]) => !/^2\d\d$/.test(code));
  return { answered: sum(good), failed: sum(bad), failures: Object.fromEntries(bad) };
}

/** Of all clients together, with the failures in words. */
function sumOfCounts(counts: readonly RequestCounts[]): { answered: number; failed: number; codes: string } {
  const failures = new Map<string, number>();
  for (const [code, count] of counts.flatMap((each) => Object.entries(each.failures)))
    failures.set(code, (failures.get(code) ?? 0) + count);
  return {
    answered: counts.reduce((sum, { answered }) => sum + answered, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    codes: [...failures]
      .map(([code, count]) => `${code === '-1' ? 'socket errors' : `status ${code}`}: ${count}`)
      .join(', '),
  };
}

/** Requests a second of all clients together: each over its own time. */
function ratesOf(outputs: readonly Record<string, unknown>[]): { answered: number; all: number } {
  let answered = 0;
  let all = 0;
  for (const output of outputs) {
    const seconds = (numberAt(output, 'ActualDuration') ?? 0) / 1e9;
    const counts = requestCounts(output);
    answered += counts.answered / seconds;
    all += (counts.answered + counts.failed) / seconds;
  }
  return { answered, all };
}

function failure(stderr: string, exitCode: number | null): string {
  const status = /error (\d{3}) for/.exec(stderr)?.[1];
  if (status !== undefined) return `fortio stopped at its first request: the server answered ${status}`;
  const dial = /"err":"([^"]+)"/.exec(stderr)?.[1];
  if (dial !== undefined) return `fortio could not connect: ${dial}`;
  // Of fortio's multi proxy, which asks several clients (`fhttp/http_forwarder.go`, v1.68).
  const client = /^Error for \S+: \w+ "[^"]*": (.+)$/m.exec(stderr)?.[1];
  if (client !== undefined) return `a client gave no result: ${client}`;
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
    const documents = fortioDocuments(stdout);
    const outputs = documents.filter(
      (document) => document !== null && (numberAt(document, 'ActualDuration') ?? 0) > 0,
    ) as Record<string, unknown>[];
    const [first] = outputs;
    if (first === undefined) return withoutResult(failure(stderr, exitCode));

    const clients = load.kind === 'http' ? (load.clients ?? 1) : 1;
    if (outputs.length !== documents.length || outputs.length < clients)
      return withoutResult(
        `only ${outputs.length} of ${Math.max(clients, documents.length)} clients gave a result`,
      );
    const reasons: Reason[] = [];
    const { answered, failed, codes } = sumOfCounts(outputs.map(requestCounts));
    const all = answered + failed;
    if (all === 0) return withoutResult('fortio sent no request');
    if (failed / all > mostErrorsShare) {
      reasons.push({
        code: 'failed-requests',
        says: `${((100 * failed) / all).toFixed(1)} % of the requests failed (${codes})`,
      });
    }
    const apart = outputs.length > 1 ? whyNotTogether(outputs, stderr) : null;
    if (apart !== null) reasons.push({ code: 'clients-apart', says: apart });
    const rates = ratesOf(outputs);
    const asked =
      load.kind === 'http' && load.ratePerSecond !== 'max' ? load.ratePerSecond * outputs.length : null;
    if (asked !== null && rates.all < leastRateShare * asked) {
      reasons.push({
        code: 'rate-not-met',
        says: `only ${rates.all.toFixed(0)} of the asked ${asked} requests a second were sent`,
      });
    }
    const histogram =
      outputs.length === 1
        ? first['DurationHistogram']
        : {
            Percentiles: mergedPercentiles(
              outputs,
              percentiles.map(({ percentile }) => percentile),
            ),
          };
    const values = latencies(histogram, resolutionOf(load), reasons);
    const buckets = latenciesOf(outputs);
    const offered = offeredLoad(outputs);
    return {
      values: { ...values, rps: rates.answered },
      requests: answered,
      invalidReasons: reasons.map(({ says }) => says),
      ...(reasons.length > 0 ? { invalidCodes: reasons.map(({ code }) => code) } : {}),
      ...(buckets ? { latencies: buckets } : {}),
      ...(offered ? { offered } : {}),
    };
  },
};
