import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ConnectLoad, HttpLoad } from '../../../src/core/scenario/scenario';
import { fortio } from '../../../src/core/tool/fortio';

const captured = (name: string): string => readFileSync(new URL(`captured/${name}`, import.meta.url), 'utf8');
const address = { host: '10.80.2.10', port: 8080 };
const get = { method: 'GET', path: '/echo', headers: {} };

const saturated: HttpLoad = {
  kind: 'http',
  id: 'saturated',
  via: 'pod',
  connections: 4,
  keepAlive: true,
  ratePerSecond: 'max',
  metrics: ['rps', 'cpuUsPerRequest'],
};
const fixedRate: HttpLoad = {
  ...saturated,
  id: 'fixed-rate',
  ratePerSecond: 1000,
  metrics: ['latencyP50Us'],
};
const connect: ConnectLoad = { kind: 'connect', id: 'connect', via: 'pod', metrics: ['latencyP50Us'] };

const parse = (load: HttpLoad | ConnectLoad, stdout: string, stderr = '', exitCode: number | null = 0) =>
  fortio.parse(load, { stdout, stderr, exitCode });

describe('fortio argv', () => {
  it('saturates with a closed loop, names the port and asks for 10 µs buckets', () => {
    expect(fortio.argv(saturated, address, get, 3).join(' ')).toBe(
      'fortio load -quiet -c 4 -qps 0 -t 3s -r 0.000010 -p 50,90,99 -json - http://10.80.2.10:8080/echo',
    );
  });

  it('spreads a fixed rate evenly, does not catch up, and asks for 1 µs buckets', () => {
    expect(fortio.argv(fixedRate, address, get, 3)).toEqual(
      expect.arrayContaining(['-qps', '1000', '-uniform', '-nocatchup', '-r', '0.000001']),
    );
  });

  it('closes the connection after each request where asked', () => {
    expect(fortio.argv({ ...saturated, keepAlive: false }, address, get, 1)).toContain('-keepalive=false');
    expect(fortio.argv(connect, address, get, 1)).toEqual(
      expect.arrayContaining(['-c', '1', '-keepalive=false']),
    );
  });

  it('hands method and headers over as single arguments', () => {
    const request = { method: 'POST', path: '/orders', headers: { 'X-Tenant': 'a b; rm' } };
    const argv = fortio.argv(saturated, address, request, 1);
    expect(argv).toEqual(expect.arrayContaining(['-X', 'POST', '-H', 'X-Tenant: a b; rm']));
  });
});

describe('fortio output', () => {
  it('reads requests a second from what was answered, and latencies in µs', () => {
    const measurement = parse(saturated, captured('fortio-saturated.json'));
    expect(measurement.invalidReasons).toEqual([]);
    expect(measurement.requests).toBe(36328);
    expect(measurement.values.rps).toBeCloseTo(36328 / 1.000093074, 3);
    expect(measurement.values.latencyP50Us).toBeCloseTo(87.61, 1);
    expect(measurement.values.latencyP99Us).toBeCloseTo(582.56, 1);
  });

  it('keeps the whole histogram, in µs', () => {
    const { latencies } = parse(fixedRate, captured('fortio-rate.json'));
    expect(latencies?.counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(latencies?.startUs).toHaveLength(latencies?.counts.length ?? NaN);
    // Edges as fortio means them, not as seconds leave them in binary.
    const inner = (latencies?.endUs ?? []).slice(0, -1);
    expect(inner.filter((edge) => Number.isInteger(edge))).toEqual(inner);
    expect(parse(fixedRate, '{"ActualDuration":1,"RetCodes":{"200":1}}').latencies).toBeUndefined();
  });

  it('counts what was due, sent and late at a fixed rate, and nothing of a load without one', () => {
    const text = captured('fortio-rate.json');
    expect(parse(fixedRate, text).offered).toEqual({ due: 1000, sent: 1000, late: 0 });
    expect(parse(saturated, captured('fortio-saturated.json')).offered).toBeUndefined();
    // Of a minute and a half; four connections may miss one each.
    const slow = text.replace('"RequestedDuration": "1s"', '"RequestedDuration": "1m30.5s"');
    expect(parse(fixedRate, slow).offered).toEqual({ due: 90_500, sent: 1000, late: 90_500 - 1000 - 4 });
    for (const duration of ['', 'until interrupt', '-3s'])
      expect(
        parse(fixedRate, text.replace('"RequestedDuration": "1s"', `"RequestedDuration": "${duration}"`))
          .offered,
      ).toBeUndefined();
    expect(parse(fixedRate, text + text).offered).toEqual({ due: 2000, sent: 2000, late: 0 });
  });

  it('reads a fixed rate as valid when it was kept', () => {
    const measurement = parse(fixedRate, captured('fortio-rate.json'));
    expect(measurement.invalidReasons).toEqual([]);
    expect(measurement.values.latencyP50Us).toBeCloseTo(152.9, 1);
  });

  it('names a rate that was not met', () => {
    const asked = { ...fixedRate, ratePerSecond: 2000 };
    expect(parse(asked, captured('fortio-rate.json')).invalidReasons).toEqual([
      'only 996 of the asked 2000 requests a second were sent',
    ]);
  });

  it('does not count 403s as requests and says that they came', () => {
    const measurement = parse(saturated, captured('fortio-403.json'));
    expect(measurement.requests).toBe(5617);
    expect(measurement.invalidReasons).toEqual(['49.2 % of the requests failed (status 403: 5445)']);
  });

  it('finds a percentile that lies in the first bucket: the default resolution of 1 ms is not resolved', () => {
    const output = JSON.parse(captured('fortio-rate.json')) as {
      DurationHistogram: { Percentiles: unknown };
    };
    output.DurationHistogram.Percentiles = [{ Percentile: 50, Value: 0.000001 }];
    expect(parse(fixedRate, JSON.stringify(output)).invalidReasons).toEqual([
      "p50 lies in the histogram's first bucket (1 µs), so it is not resolved",
    ]);
  });

  it('finds a percentile in the last bucket', () => {
    const output = JSON.parse(captured('fortio-rate.json')) as {
      DurationHistogram: { Percentiles: unknown };
    };
    output.DurationHistogram.Percentiles = [{ Percentile: 99, Value: 0.25 }];
    expect(parse(fixedRate, JSON.stringify(output)).invalidReasons[0]).toMatch(
      /p99 lies in the histogram's last bucket/,
    );
  });

  it('says what a run without a result stumbled on', () => {
    expect(parse(saturated, '', captured('fortio-403abort.err'), 1).invalidReasons).toEqual([
      'fortio stopped at its first request: the server answered 403',
    ]);
    expect(
      parse(saturated, captured('fortio-refused.json'), captured('fortio-refused.err'), 1).invalidReasons[0],
    ).toMatch(/could not connect: dial tcp 127.0.0.1:1: connect: connection refused/);
    expect(parse(saturated, '{"ActualDur', '', null).invalidReasons).toEqual([
      'fortio ended with exit code none and no result',
    ]);
  });

  it('reads what it gave inside a real cluster', () => {
    const measurement = parse({ ...saturated, keepAlive: false }, captured('fortio-kubernetes-short.json'));
    expect(measurement.requests).toBeGreaterThan(1000);
    expect(measurement.values.latencyP99Us).toBeGreaterThan(0);
  });
});
