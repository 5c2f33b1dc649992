import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { iperf3 } from '../../src/core/tool/iperf3';
import type { Load } from '../../src/core/scenario/scenario';
import { startHolder, type Holder, type Rights } from '../../src/lab/holder';
import { bash } from '../../src/lab/process';
import { findNamespaces } from '../../src/lab/rights';
import { startServer } from '../../src/lab/server';
import { kernelSettings, spaces, wireScript, type Space } from '../../src/lab/topology';
import { never, toolsHere } from './support';

const tools = await toolsHere();
const namespaces = await findNamespaces(never);
const rights: Rights = namespaces.rights ?? 'root';
const why = namespaces.rights === null ? ` (skipped: ${namespaces.reason})` : '';

describe.skipIf(namespaces.rights === null)(`network namespaces${why}`, () => {
  let holder: Holder;
  beforeAll(async () => {
    holder = await startHolder(rights, never);
  });
  afterAll(() => holder.close());

  /** `refused` shows that packets went both ways: the other end has no socket there. */
  async function connect(from: Space, host: string): Promise<string> {
    const { stderr } = await holder.run(from, [...bash, '-c', `exec 3<>/dev/tcp/${host}/9`], {
      timeoutMs: 2000,
    });
    return /refused/.test(stderr) ? 'refused' : stderr.trim();
  }

  async function sentOver(device: string): Promise<number> {
    const { stdout } = await holder.run('node-a', ['cat', `/proc/net/dev`]);
    const line = stdout.split('\n').find((text) => text.trim().startsWith(`${device}:`)) ?? '';
    return Number(line.trim().split(/[\s:]+/)[10]);
  }

  test('come up and go within a second', async () => {
    const start = performance.now();
    const other = await startHolder(rights, never);
    await other.close();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test.each(['client', 'other-client', 'node-a', 'node-b'] as const)(
    '%s reaches both addresses of the server',
    async (space) => {
      expect(await connect(space, '10.80.2.10')).toBe('refused');
      expect(await connect(space, '10.80.2.11')).toBe('refused');
    },
  );

  test('the overlay carries the traffic once it is chosen, and only then', async () => {
    const connections = 20;
    /** Packets over the overlay while so many connections are tried. The kernel sends some of its own: neighbours, routers. */
    const sentWhileConnecting = async (): Promise<number> => {
      const before = await sentOver('overlay');
      for (let tried = 0; tried < connections; tried += 1)
        expect(await connect('client', '10.80.2.10')).toBe('refused');
      return (await sentOver('overlay')) - before;
    };
    expect(await sentWhileConnecting()).toBeLessThan(connections / 2);

    expect((await holder.run(null, [...bash, '-c', wireScript('vxlan')])).exitCode).toBe(0);
    expect(await connect('other-client', '10.80.2.10')).toBe('refused');
    expect(await sentWhileConnecting()).toBeGreaterThanOrEqual(connections);

    expect((await holder.run(null, [...bash, '-c', wireScript('direct')])).exitCode).toBe(0);
    expect(await sentWhileConnecting()).toBeLessThan(connections / 2);
  });

  test.each(spaces)('%s has its kernel settings', async (space) => {
    for (const [file, value] of Object.entries(kernelSettings[space])) {
      const { stdout } = await holder.run(space, ['cat', `/proc/sys/${file}`]);
      expect(`${file}: ${stdout.trim().replace(/\s+/g, ' ')}`).toBe(`${file}: ${value}`);
    }
  });

  test('names no namespace outside of itself', async () => {
    const { stdout } = await holder.run(null, ['ls', '/run/netns']);
    expect(stdout.split('\n')).toContain('node-a');
    const { existsSync } = await import('node:fs');
    expect(existsSync('/run/netns/node-a')).toBe(false);
  });

  const iperf = tools.get('iperf3');
  test.skipIf(!iperf)('a wire shaped to 1 Gbit/s is read as that', async () => {
    const path = iperf?.path ?? '';
    const server = await startServer(
      { name: 'iperf3', argv: [path, '-s'], place: (argv) => holder.enter('server', argv), port: 5201 },
      never,
    );
    const shape = [
      'tc',
      'qdisc',
      'add',
      'dev',
      'wire',
      'root',
      'tbf',
      'rate',
      '1gbit',
      'burst',
      '1mb',
      'limit',
      '8mb',
    ];
    expect((await holder.run('node-a', shape)).stderr).toBe('');
    const load: Load = {
      kind: 'stream',
      id: 's',
      via: 'pod',
      streams: 1,
      metrics: ['throughputBitsPerSecond'],
    };
    const argv = iperf3.argv(
      load,
      { host: '10.80.2.10', port: 5201 },
      { method: 'GET', path: '/', headers: {} },
      2,
    );
    // The shaper holds from above alone. A machine that is busy with something else reads less: the best of three tells.
    const read: number[] = [];
    while (read.length < 3 && Math.max(0, ...read) < 0.9e9) {
      const output = await holder.run('client', [path, ...argv.slice(1)], { timeoutMs: 20_000 });
      const { values, invalidReasons } = iperf3.parse(load, output);
      expect(invalidReasons).toEqual([]);
      read.push(values.throughputBitsPerSecond ?? 0);
    }
    await server.stop();
    await holder.run('node-a', ['tc', 'qdisc', 'del', 'dev', 'wire', 'root']);
    expect(Math.max(...read)).toBeGreaterThanOrEqual(0.9e9);
    expect(Math.max(...read)).toBeLessThanOrEqual(1.0e9);
  });

  test('ends when it is cancelled, and leaves nothing', async () => {
    const controller = new AbortController();
    const starting = startHolder(rights, controller.signal);
    setTimeout(() => {
      controller.abort(new Error('cancelled by the test'));
    }, 20);
    await expect(starting).rejects.toThrow('cancelled by the test');
  });
});
