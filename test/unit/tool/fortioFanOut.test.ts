import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HttpLoad } from '../../../src/core/scenario/scenario';
import { fortio } from '../../../src/core/tool/fortio';
import { fortioDocuments, mergedPercentiles } from '../../../src/core/tool/fortioFanOut';
import { numberAt } from '../../../src/core/tool/json';
import { fortioFanOut, splitMixedLog } from '../../../src/core/tool/splitMixedLog';

const captured = (name: string): string =>
  readFileSync(new URL(`captured/log-${name}.txt`, import.meta.url), 'utf8');
/** Two fortio 1.68 that sent to one server from two pods. */
const outputs = [1, 2].map((client) => splitMixedLog('fortio', captured(`fortio-${client}`)).stdout);
const documents = outputs.flatMap(fortioDocuments).filter((document) => document !== null);
/** The log of a `fortio curl` that had asked two clients for 3 s, in a pod on Kubernetes 1.34 with containerd 1.6. */
const fannedOut = captured('fortio-fan-out');
/** What a `fortio curl` says that had its answer this many milliseconds after it had asked. */
const asked = (milliseconds: number): string =>
  [
    { ts: 1000, msg: '[V] Resolved 127.0.0.1 already an IP as addr' },
    { ts: 1000 + milliseconds / 1000, msg: '[V] Fetch result code 200, data len 1, headerlen 0' },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
/** Milliseconds that the captured clients sent for. */
const sentMs = documents.map((document) => (numberAt(document, 'ActualDuration') ?? 0) / 1e6);
const [shortestMs, longestMs] = [Math.min(...sentMs), Math.max(...sentMs)];
const load: HttpLoad = {
  kind: 'http',
  id: 'saturated',
  via: 'pod',
  connections: 4,
  keepAlive: true,
  ratePerSecond: 'max',
  clients: 2,
  metrics: ['rps', 'latencyP50Us', 'latencyP99Us'],
};
const parse = (stdout: string, over: Partial<HttpLoad> = {}, stderr = asked(longestMs + 20)) =>
  fortio.parse({ ...load, ...over }, { stdout, stderr, exitCode: 0 });

describe('several clients’ results', () => {
  it('rates are added', () => {
    const [first, second] = outputs.map((output) => parse(output, { clients: 1 }).values.rps ?? 0);
    const both = parse(outputs.join(''));
    expect(both.invalidReasons).toEqual([]);
    expect(both.values.rps).toBeCloseTo((first ?? 0) + (second ?? 0), 6);
  });

  it('percentiles are those of all requests together, between those of the single clients', () => {
    const single = outputs.map((output) => parse(output, { clients: 1 }).values);
    const both = parse(outputs.join('')).values;
    for (const metric of ['latencyP50Us', 'latencyP99Us'] as const) {
      const values = single.map((each) => each[metric] ?? Number.NaN);
      expect(both[metric]).toBeGreaterThanOrEqual(Math.min(...values));
      expect(both[metric]).toBeLessThanOrEqual(Math.max(...values));
    }
  });

  it('one client twice has that client’s percentiles, within a bucket', () => {
    const [document] = documents;
    if (document === undefined) throw new Error('nothing was captured');
    const own = fortio.parse(
      { ...load, clients: 1 },
      { stdout: outputs[0] ?? '', stderr: '', exitCode: 0 },
    ).values;
    const merged = mergedPercentiles([document, document], [50, 99]);
    expect(merged[0]?.Value).toBeCloseTo((own.latencyP50Us ?? 0) / 1e6, 4);
    expect(((merged[1]?.Value ?? 0) * 1e6) / (own.latencyP99Us ?? 1)).toBeCloseTo(1, 1);
  });

  it('a percentile is not the mean of two: nine tenths of the requests decide', () => {
    const client = (count: number, start: number) => ({
      DurationHistogram: { Data: [{ Start: start, End: start + 0.001, Count: count }] },
    });
    const [p50, p95] = mergedPercentiles([client(900, 0.001), client(100, 0.1)], [50, 95]);
    expect(p50?.Value).toBeCloseTo(0.001 + (500 / 900) * 0.001, 9);
    expect(p95?.Value).toBeCloseTo(0.1 + 0.5 * 0.001, 9);
  });

  it('clients that may have begun more than 100 ms apart make it invalid, by the clock of who asked', () => {
    expect(parse(outputs.join(''), {}, asked(shortestMs + 99)).invalidReasons).toEqual([]);
    expect(parse(outputs.join(''), {}, asked(shortestMs + 120)).invalidReasons).toEqual([
      'the 2 clients may have begun up to 120 ms apart (at most 100 ms)',
    ]);
  });

  it('the clocks of their nodes are not asked', () => {
    const other = (outputs[1] ?? '').replace(/"StartTime": "[^"]+"/, '"StartTime": "2001-01-01T00:00:00Z"');
    expect(parse([outputs[0], other].join('')).invalidReasons).toEqual([]);
  });

  it.each([
    ['', 'when they were asked is not told'],
    ['fortio said nothing of it\n', 'when they were asked is not told'],
    [asked(100).split('\n').slice(1).join('\n'), 'when they were asked is not told'],
    // A clock that was put back meanwhile.
    [asked(100), 'their results came before their time was over'],
  ])('where %j tells nothing, how far apart they began is not known', (log, why) => {
    expect(parse(outputs.join(''), {}, log).invalidReasons).toEqual([
      `it is not known how far apart the 2 clients began: ${why}`,
    ]);
  });

  it('a client without a result makes it one without any', () => {
    const cut = (outputs[1] ?? '').slice(0, -200);
    for (const stdout of [outputs[0] ?? '', [outputs[0], cut].join('')])
      expect(parse(stdout)).toEqual({
        values: {},
        requests: null,
        invalidReasons: ['only 1 of 2 clients gave a result'],
      });
  });

  it.each(['', '}', '{\n}\n{\n', '[1]', 'null', '}\n}\n}\n'])(
    'reads nothing from %j and does not throw',
    (stdout) => {
      expect(parse(stdout).values).toEqual({});
    },
  );
});

describe('the log of a load by several clients', () => {
  it('is every client’s result, also where its end comes after the word that it is there', () => {
    const log = splitMixedLog(fortioFanOut, fannedOut);
    expect(log.whole).toBe(true);
    const { values, invalidReasons } = fortio.parse({ ...load, ratePerSecond: 200 }, { ...log, exitCode: 0 });
    expect(invalidReasons).toEqual([]);
    expect(values.rps).toBeGreaterThan(390);
    expect(values.rps).toBeLessThan(410);
  });

  it('is whole where the runtime writes messages behind a brace without a line’s end', () => {
    const lines = fannedOut.split('\n');
    const said = lines.find((line) => line.includes('Fetch result')) ?? '';
    const others = lines.filter((line) => line !== said).join('\n');
    const { stdout, whole } = splitMixedLog(fortioFanOut, `${others.trimEnd()}${said}\n`);
    expect(whole).toBe(true);
    expect(stdout.trimEnd()).toBe(splitMixedLog(fortioFanOut, fannedOut).stdout.trimEnd());
  });

  it('no part of it passes for the whole', () => {
    const lines = fannedOut.split('\n');
    const first = lines.indexOf('{');
    const last = lines.lastIndexOf('}');
    for (let line = first + 1; line <= last; line += 7) {
      expect(splitMixedLog(fortioFanOut, `${lines.slice(0, line).join('\n')}\n`).whole).toBe(false);
      expect(splitMixedLog(fortioFanOut, lines.slice(line).join('\n')).whole).toBe(false);
    }
  });

  it('is no result where a client did not answer', () => {
    // `fortio curl` v1.68 that asked for a client that was not there.
    const log = [
      '{"ts":1795631160.1,"level":"warn","msg":"[V] Resolved 127.0.0.1 already an IP as addr","src":"std"}',
      'Error for http://10.0.0.7:24184/x/rest/run?c=4: Get "http://10.0.0.7:24184/x/rest/run?c=4": EOF',
      '{"ts":1795631160.2,"level":"warn","msg":"[V] Fetch result code 503, data len 97, headerlen 0","src":"std"}',
      '{"ts":1795631160.2,"level":"warn","msg":"[E] Error status 503","src":"std"}',
      '',
    ].join('\n');
    const split = splitMixedLog(fortioFanOut, log);
    expect(split.whole).toBe(false);
    const { values, invalidReasons } = fortio.parse(load, { ...split, exitCode: 1 });
    expect(values).toEqual({});
    expect(invalidReasons).toEqual(['a client gave no result: EOF']);
  });
});
