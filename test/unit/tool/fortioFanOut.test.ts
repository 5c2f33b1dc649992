import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HttpLoad } from '../../../src/core/scenario/scenario';
import { fortio } from '../../../src/core/tool/fortio';
import { fortioDocuments, mergedPercentiles, whyNotTogether } from '../../../src/core/tool/fortioFanOut';
import { splitMixedLog } from '../../../src/core/tool/splitMixedLog';

/** Two fortio 1.68 that sent to one server from two pods, the second a third of its time after the first. */
const captured = [1, 2].map(
  (client) =>
    splitMixedLog(
      'fortio',
      readFileSync(new URL(`captured/log-fortio-${client}.txt`, import.meta.url), 'utf8'),
    ).stdout,
);
const shifted = (stdout: string, milliseconds: number): string =>
  stdout.replace(/"StartTime": "([^"]+)"/, (_, time: string) => {
    return `"StartTime": "${new Date(Date.parse(time) + milliseconds).toISOString()}"`;
  });
/** The same, as if both had begun at once. */
const outputs = [captured[0] ?? '', shifted(captured[1] ?? '', -660)];
const documents = outputs.flatMap(fortioDocuments).filter((document) => document !== null);
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
const parse = (stdout: string, over: Partial<HttpLoad> = {}) =>
  fortio.parse({ ...load, ...over }, { stdout, stderr: '', exitCode: 0 });

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

  it('clients that did not send together make it invalid', () => {
    const apart = parse(captured.join(''));
    expect(apart.invalidReasons).toEqual([
      expect.stringMatching(/^the 2 clients sent together for only \d+ % of/),
    ]);
    expect(whyNotTogether([{}, {}])).toBe('a client does not tell when it sent');
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
