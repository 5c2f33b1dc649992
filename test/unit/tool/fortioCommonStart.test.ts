import { describe, expect, it } from 'vitest';
import type { HttpLoad } from '../../../src/core/scenario/scenario';
import { fortio } from '../../../src/core/tool/fortio';
import { commonStart } from '../../../src/core/tool/fortioCommonStart';

const load: HttpLoad = {
  kind: 'http',
  id: 'saturated',
  via: 'pod',
  connections: 64,
  keepAlive: true,
  ratePerSecond: 'max',
  clients: 2,
  metrics: ['rps'],
};
const address = { host: '10.0.0.9', port: 8080 };
const request = { method: 'GET', path: '/shop/1?a=b&c=d', headers: { 'X-Team': 'a b' } };
const startOf = (over: Partial<HttpLoad> = {}, sent = request) =>
  commonStart(fortio.argv({ ...load, ...over }, address, sent, 10), 24_184, 'word', 25);
const queryOf = (starter: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(new URL(starter.at(-1) ?? '').searchParams);

describe('a load by several clients that begin at once', () => {
  it('asks each for what one would have been told', () => {
    expect(queryOf(startOf()?.starter)).toEqual({
      c: '64',
      qps: '-1',
      t: '10s',
      r: '0.000010',
      p: '50,90,99',
      H: 'X-Team: a b',
      url: 'http://10.0.0.9:8080/shop/1?a=b&c=d',
    });
    expect(queryOf(startOf({ ratePerSecond: 200 }, { ...request, method: 'DELETE' })?.starter)).toMatchObject(
      {
        qps: '200',
        uniform: 'on',
        nocatchup: 'on',
        X: 'DELETE',
      },
    );
  });

  it('keeps several headers apart', () => {
    const headers = { a: '1', b: '2' };
    const url = new URL(startOf({}, { ...request, headers } as never)?.starter.at(-1) ?? '');
    expect(url.searchParams.getAll('H')).toEqual(['a: 1', 'b: 2']);
  });

  it('has clients that keep no connection where the load keeps none', () => {
    expect(startOf()?.client).not.toContain('-keepalive=false');
    expect(startOf({ keepAlive: false })?.client).toContain('-keepalive=false');
  });

  it('serves the API under a word of its own, and asks all clients at once', () => {
    const start = startOf();
    expect(start?.client.slice(0, 2)).toEqual(['fortio', 'server']);
    expect(start?.client).toContain('/word/');
    expect(start?.coordinator(['10.0.0.1', '10.0.0.2']).slice(-2)).toEqual([
      '-M',
      '24184 http://10.0.0.1:24184 http://10.0.0.2:24184',
    ]);
    expect(start?.starter).toContain('25s');
    expect(start?.starter.at(-1)).toMatch(/^http:\/\/127\.0\.0\.1:24184\/word\/rest\/run\?/);
    expect(start?.readyPath).toBe('/word/rest/status');
  });

  it.each([
    [['iperf3', '-c', '10.0.0.9']],
    [['fortio', 'curl', 'http://10.0.0.9']],
    [['fortio', 'load', '-a-new-one', 'http://10.0.0.9']],
    [['fortio', 'load', '-c', 'http://10.0.0.9']],
    [['fortio', 'load', 'constructor', 'http://10.0.0.9']],
    [['fortio']],
    [[]],
  ])('%j cannot be asked for from outside', (argv) => {
    expect(commonStart(argv, 1, 'word', 1)).toBeNull();
  });
});
