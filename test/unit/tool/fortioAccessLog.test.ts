import { describe, expect, it } from 'vitest';
import { accessResult, proberArgv } from '../../../src/core/tool/fortioAccessLog';

describe('fortio’s access log', () => {
  // Captured from fortio 1.68 in a pod.
  const line =
    '{"latency":0.000577,"timestamp":1795620147726492036,"thread":0,"iter":3,"ok":true,"details":"200"}';

  it('tells each request’s start, time and status', () => {
    const result = accessResult(line);
    expect(result).toMatchObject({ iteration: 3, seconds: 0.000577, status: 200 });
    expect(result?.startedMs).toBeCloseTo(1795620147726.492, 2);
    expect(accessResult(line.replace('"200"', '"-1"'))?.status).toBe(-1);
  });

  it.each([
    'Fortio 1.68.0 running at 5 queries per second, 2->2 procs, until interrupted: http://10.94.2.2:80/abc',
    '{"ts":1795620147.723407,"level":"err","msg":"SetLogLevel"}',
    line.slice(0, -10),
    line.replace('"200"', '"error"'),
    line.replace('0.000577', '"0.1"'),
    '',
  ])('makes nothing of %j', (other) => {
    expect(accessResult(other)).toBeNull();
  });

  it('asks without end, over a connection of its own each time, whatever the answer', () => {
    const argv = proberArgv(
      { host: '10.94.2.2', port: 8080 },
      { method: 'DELETE', path: '/shop/1', headers: { 'X-Role': 'admin' } },
    );
    expect(argv.join(' ')).toBe(
      'fortio load -quiet -loglevel critical -c 1 -qps 5 -t 0 -keepalive=false -timeout 200ms ' +
        '-allow-initial-errors -access-log-file /dev/stdout -access-log-format json ' +
        '-X DELETE -H X-Role: admin http://10.94.2.2:8080/shop/1',
    );
  });
});
