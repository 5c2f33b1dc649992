import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fortio } from '../../src/core/tool/fortio';
import { sockperf } from '../../src/core/tool/sockperf';
import type { Load } from '../../src/core/scenario/scenario';
import type { Bench } from '../../src/core/target';
import { createLabTarget } from '../../src/lab/labTarget';
import { findNamespaces } from '../../src/lab/rights';
import type { FoundTools } from '../../src/lab/tools/foundTools';
import {
  allowed,
  cpuPerRequest,
  denied,
  http,
  never,
  planOf,
  policy,
  saturated,
  toolsHere,
  withBench,
  inTest,
  onePod,
} from './support';

const tools = await toolsHere();
const namespaces = await findNamespaces(never);
const missing = ['fortio', 'envoy'].filter((name) => !tools.has(name));
const why =
  namespaces.rights === null
    ? namespaces.reason
    : missing.length > 0
      ? `not there: ${missing.join(', ')}`
      : '';
const skip = why !== '';

const target = createLabTarget({ findTools: () => Promise.resolve(tools) });
const targetWith = (found: FoundTools) => createLabTarget({ findTools: () => Promise.resolve(found) });
const without = (...names: string[]): FoundTools =>
  new Map([...tools].filter(([name]) => !names.includes(name)));
const shortViaService: Load = { ...saturated, via: 'service', keepAlive: false };

describe.skipIf(skip)(`a policy in the lab${skip ? ` (skipped: ${why})` : ''}`, () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await target.open(planOf([saturated], [{ what: 'policy', to: 'l7' }]), inTest);
  });
  afterAll(async () => {
    await bench.close();
  });

  /** Requests and the CPU time of one, in µs. */
  async function load(seconds: number): Promise<{ requests: number; cpuUs: number; proxyCpuUs: number }> {
    const before = await bench.sample();
    const argv = fortio.argv(saturated, bench.address('http', 'pod'), allowed, seconds);
    const output = await bench.run({ argv, ...onePod, server: 'http', timeoutSeconds: 30 }, never);
    const after = await bench.sample();
    const { requests, invalidReasons } = fortio.parse(saturated, output);
    expect(invalidReasons).toEqual([]);
    return {
      requests: requests ?? 0,
      cpuUs: cpuPerRequest(before, output, after, requests ?? 0),
      proxyCpuUs: ((after.cpuUs.proxy ?? 0) - (before.cpuUs.proxy ?? 0)) / (requests ?? 1),
    };
  }

  test.each([
    { to: 'none', allowed: 200, denied: 200, stranger: 200 },
    { to: 'l3l4', allowed: 200, denied: 200, stranger: 'blocked' },
    { to: 'l7', allowed: 200, denied: 403, stranger: 'blocked' },
    { to: 'l3l4', allowed: 200, denied: 200, stranger: 'blocked' },
    { to: 'none', allowed: 200, denied: 200, stranger: 200 },
  ] as const)('$to: allowed $allowed, denied $denied, other client $stranger', async (row) => {
    await bench.change({ what: 'policy', to: row.to }, never);
    const seen = [
      await bench.probe(http(allowed, row.allowed), never),
      await bench.probe(http(denied, row.denied), never),
      await bench.probe(http(allowed, row.stranger, 'other-client'), never),
    ];
    expect(seen.filter((answer) => !answer.asExpected)).toEqual([]);
  });

  test('a probe that expects something else says what it saw', async () => {
    await bench.change({ what: 'policy', to: 'l7' }, never);
    expect(await bench.probe(http(denied, 200), never)).toEqual({
      asExpected: false,
      seen: 'DELETE /shop/1 answered 403',
    });
  });

  test('costs more CPU a request through Envoy than without a policy', async () => {
    const cost: Record<'none' | 'l7', number[]> = { none: [], l7: [] };
    for (const to of ['none', 'l7', 'l7', 'none'] as const) {
      await bench.change({ what: 'policy', to }, never);
      const { cpuUs, proxyCpuUs } = await load(1);
      cost[to].push(cpuUs);
      // Idle, Envoy takes next to nothing; in the path it takes tens of µs a request.
      if (to === 'l7') expect(proxyCpuUs).toBeGreaterThan(20);
      else expect(proxyCpuUs).toBeLessThan(5);
    }
    expect(Math.min(...cost.l7)).toBeGreaterThan(1.5 * Math.max(...cost.none));
  });

  test('works over VXLAN as well', async () => {
    await bench.change({ what: 'wire', to: 'vxlan' }, never);
    await bench.change({ what: 'policy', to: 'l7' }, never);
    expect((await bench.probe(http(allowed, 200), never)).asExpected).toBe(true);
    expect((await bench.probe(http(denied, 403), never)).asExpected).toBe(true);
    const { record } = await bench.change({ what: 'wire', to: 'direct' }, never);
    expect(record).toEqual({ what: 'wire', old: 'vxlan', new: 'direct', undone: false });
  });

  test('the way back is clear after L7: no SYN is lost to what TPROXY left behind', async () => {
    const short: Load = { ...saturated, keepAlive: false };
    const argv = fortio.argv(short, bench.address('http', 'pod'), allowed, 1);
    const rates: number[] = [];
    for (const to of ['none', 'l7', 'none'] as const) {
      await bench.change({ what: 'policy', to }, never);
      const { values } = fortio.parse(
        short,
        await bench.run({ argv, ...onePod, server: 'http', timeoutSeconds: 30 }, never),
      );
      rates.push(values.rps ?? 0);
    }
    const [first = 0, , last = 0] = rates;
    expect(last).toBeGreaterThan(first / 3);
  });

  test('a load that is cancelled ends at once', async () => {
    const controller = new AbortController();
    const argv = fortio.argv(saturated, bench.address('http', 'pod'), allowed, 20);
    const running = bench.run({ argv, ...onePod, server: 'http', timeoutSeconds: 30 }, controller.signal);
    setTimeout(() => {
      controller.abort(new Error('cancelled by the test'));
    }, 300);
    const start = performance.now();
    await expect(running).rejects.toThrow('cancelled by the test');
    expect(performance.now() - start).toBeLessThan(2000);
    expect((await bench.probe(http(allowed, 200), never)).asExpected).toBe(true);
  });

  test('a load that takes too long is killed and says so', async () => {
    const argv = fortio.argv(saturated, bench.address('http', 'pod'), allowed, 20);
    const output = await bench.run({ argv, ...onePod, server: 'http', timeoutSeconds: 1 }, never);
    expect(output.exitCode).toBeNull();
    expect(output.stderr).toContain('fortio was killed: it ran longer than 1 s.');
  });
});

describe.skipIf(skip)('Services in the lab', () => {
  test.each(['iptables', 'nftables'] as const)(
    '%s: the first, the middle, the last and the measured one answer',
    async (rules) => {
      await withBench(
        target,
        planOf([shortViaService], [{ what: 'services', to: { rules, count: 2000 } }]),
        async (bench) => {
          const { programmingSeconds, record } = await bench.change(
            { what: 'services', to: { rules, count: 2000 } },
            never,
          );
          expect(programmingSeconds).toBeGreaterThan(0);
          expect(record.new).toContain('2000 Services');
          expect(await bench.probe({ kind: 'services' }, never)).toEqual({
            asExpected: true,
            seen: '4 of 4 Services answered',
          });
          const argv = fortio.argv(shortViaService, bench.address('http', 'service'), allowed, 1);
          const output = await bench.run({ argv, ...onePod, server: 'http', timeoutSeconds: 30 }, never);
          expect(fortio.parse(shortViaService, output).invalidReasons).toEqual([]);

          // Fewer of them, then of the other kind: what was there before is gone.
          await bench.change({ what: 'services', to: { rules, count: 0 } }, never);
          expect((await bench.probe({ kind: 'services' }, never)).seen).toBe('1 of 1 Services answered');
        },
      );
    },
  );

  test('a plan through a Service that does not speak of rules has the measured Service alone', async () => {
    await withBench(target, planOf([shortViaService]), async (bench) => {
      expect((await bench.probe({ kind: 'services' }, never)).seen).toBe('1 of 1 Services answered');
      expect(bench.address('http', 'service')).toEqual({ host: '10.80.96.10', port: 80 });
    });
  });

  test('more Services than there is room for are refused in words', async () => {
    const plan = planOf([shortViaService], [{ what: 'services', to: { rules: 'iptables', count: 40_000 } }]);
    await expect(target.open(plan, inTest)).rejects.toThrow(/room for 32768 Services/);
  });

  test.skipIf(!tools.has('sockperf'))('a round trip through the Service address', async () => {
    const load: Load = { kind: 'round-trip', id: 'rr', via: 'service', metrics: ['latencyP50Us'] };
    await withBench(target, planOf([load]), async (bench) => {
      const argv = sockperf.argv(load, bench.address('round-trip', 'service'), allowed, 1);
      const output = await bench.run({ argv, ...onePod, server: 'round-trip', timeoutSeconds: 10 }, never);
      expect(sockperf.parse(load, output).invalidReasons).toEqual([]);
    });
  });
});

describe.skipIf(skip)('CPU time of the client', () => {
  test('is what the process itself counted, within 1 %', async () => {
    const busy = 'for ((i = 0; i < 400000; i++)); do :; done; read -r ns _ </proc/self/schedstat; echo "$ns"';
    const found: FoundTools = new Map([
      ...tools,
      ['busy', { name: 'busy', path: '/bin/bash', version: '', source: '' }],
    ]);
    await withBench(targetWith(found), planOf([saturated]), async (bench) => {
      const output = await bench.run(
        { argv: ['busy', '-c', busy], ...onePod, server: 'http', timeoutSeconds: 60 },
        never,
      );
      const ownUs = Number(output.stdout) / 1000;
      expect(ownUs).toBeGreaterThan(100_000);
      expect((output.clientCpuUs ?? 0) / ownUs).toBeGreaterThan(0.99);
      expect((output.clientCpuUs ?? 0) / ownUs).toBeLessThan(1.02);
    });
  });
});

describe.skipIf(skip)('what cannot be', () => {
  const l7 = planOf([saturated], [{ what: 'policy', to: 'l7' }]);

  test('without fortio', async () => {
    const lame = targetWith(without('fortio'));
    expect((await lame.capabilities(never)).cannot.get('http')).toBe('fortio is not there');
    await expect(lame.open(planOf([saturated], [], { steps: [probeStep] }), inTest)).rejects.toThrow(
      /fortio is not there/,
    );
  });

  test('without Envoy', async () => {
    const lame = targetWith(without('envoy'));
    expect((await lame.capabilities(never)).cannot.get('policy-l7')).toBe('envoy is not there');
    await expect(lame.open(l7, inTest)).rejects.toThrow(/Install Envoy/);
  });

  test('without nft and iptables', async () => {
    const { cannot } = await targetWith(without('nft', 'iptables')).capabilities(never);
    expect([...cannot.keys()].sort()).toEqual([
      'policy-l3l4',
      'policy-l7',
      'service-address',
      'service-scale-iptables',
      'service-scale-nftables',
    ]);
  });

  test.skipIf(!tools.has('iptables'))('without nft the policy is put in force by iptables', async () => {
    await withBench(targetWith(without('nft')), l7, async (bench) => {
      for (const [to, expected] of [
        ['l3l4', 200],
        ['l7', 403],
        ['none', 200],
      ] as const) {
        await bench.change({ what: 'policy', to }, never);
        expect((await bench.probe(http(denied, expected), never)).seen).toBe(
          `DELETE /shop/1 answered ${expected}`,
        );
        const stranger = http(allowed, to === 'none' ? 200 : 'blocked', 'other-client');
        expect((await bench.probe(stranger, never)).asExpected).toBe(true);
      }
    });
  });

  test('a pattern that Envoy cannot read', async () => {
    const bad = { ...policy, http: [{ path: '/shop/(?=x)' }] };
    const opening = target.open(planOf([saturated], [{ what: 'policy', to: 'l7' }], { policy: bad }), inTest);
    await expect(opening).rejects.toThrow(
      /cannot read a regular expression in the policy's HTTP rules \(invalid perl operator: \(\?=/,
    );
  });

  test('a load after the lab is closed', async () => {
    const bench = await target.open(planOf([saturated]), inTest);
    const first = await bench.close();
    expect(await bench.close()).toEqual(first);
    await expect(bench.probe(http(allowed, 200), never)).rejects.toThrow(/The lab is gone/);
  });
});

const probeStep = { kind: 'probe' as const, probe: http(allowed, 200), timeoutSeconds: 1, seconds: 0 };
