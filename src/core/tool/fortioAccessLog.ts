/** A fortio that asks without end, and the access log in which it tells the result of every request. */
import type { HttpRequest } from '../plan/plan';
import type { Address } from '../target';
import { requestOptions } from './fortio';
import { isRecord, numberAt, readJson } from './json';

/**
 * Requests a second of a prober, and how long one waits for its answer: no longer than until the next is due, so that there is
 * never anything to catch up with. With `-nocatchup` fortio would also pause after each that was not answered.
 */
export const probesPerSecond = 5;
const answerTimeoutMs = 200;

/**
 * The command line of a fortio that sends this request over a new connection each time, for as long as it is left running, and
 * writes a line for each to its standard output, whatever the answer (`cli/fortio_main.go`, v1.68: `-t 0` has no end).
 */
export function proberArgv(address: Address, request: HttpRequest): readonly string[] {
  return [
    'fortio',
    'load',
    '-quiet',
    '-loglevel',
    'critical',
    '-c',
    '1',
    '-qps',
    String(probesPerSecond),
    '-t',
    '0',
    '-keepalive=false',
    '-timeout',
    `${answerTimeoutMs}ms`,
    '-allow-initial-errors',
    '-access-log-file',
    '/dev/stdout',
    '-access-log-format',
    'json',
    ...requestOptions(request),
    `http://${address.host}:${address.port}${request.path}`,
  ];
}

export interface AccessResult {
  /** Counts the requests of one fortio process from 0. */
  readonly iteration: number;
  /** By the clock of the machine that fortio runs on, in ms since 1970. */
  readonly startedMs: number;
  readonly seconds: number;
  /** HTTP status; -1 for no connection or no answer in time. */
  readonly status: number;
}

/**
 * One line of `-access-log-format json`: `{"latency":s,"timestamp":ns,"thread":n,"iter":n,"ok":b,"details":"200"}`
 * (fortio `periodic/periodic.go`, v1.68). Null for every other line.
 */
export function accessResult(line: string): AccessResult | null {
  if (!line.startsWith('{"latency"')) return null;
  const entry = readJson(line);
  const seconds = numberAt(entry, 'latency');
  const nanoseconds = numberAt(entry, 'timestamp');
  const iteration = numberAt(entry, 'iter');
  const details = isRecord(entry) ? entry['details'] : undefined;
  if (seconds === null || nanoseconds === null || iteration === null) return null;
  if (typeof details !== 'string' || !/^-?\d+$/.test(details)) return null;
  return { iteration, startedMs: nanoseconds / 1e6, seconds, status: Number(details) };
}
