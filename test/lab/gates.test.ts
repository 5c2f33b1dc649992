import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { controlSamples } from '../../src/core/run/controlSamples';
import type { GateInput } from '../../src/core/run/gates/gate';
import type { ReasonCode } from '../../src/core/run/gates/reasonCodes';
import { takeSample, type TakenSample } from '../../src/core/run/measure';
import { runSteps } from '../../src/core/run/runSteps';
import { fortio } from '../../src/core/tool/fortio';
import type { LoadTool } from '../../src/core/tool/tool';
import type { HttpRequest, Step } from '../../src/core/plan/plan';
import type { HttpLoad, Load } from '../../src/core/scenario/scenario';
import type { Bench } from '../../src/core/target';
import { unsteadiness, type Unsteady } from '../../src/core/result/steadiness';
import type { Sample } from '../../src/core/result/run';
import { createLabTarget } from '../../src/lab/labTarget';
import { systemClocks } from '../../src/lab/machineReadings';
import { findNamespaces } from '../../src/lab/rights';
import type { FoundTools } from '../../src/lab/tools/foundTools';
import { systemClock } from '../../src/store/systemClock';
import { uniform } from '../calibration/recordedNoise';
import { allowed, denied, http, inTest, never, onePod, planOf, saturated, toolsHere } from './support';

const tools = await toolsHere();
const namespaces = await findNamespaces(never);
const asRoot = namespaces.rights === 'root';
const why =
  namespaces.rights === null
    ? namespaces.reason
    : !tools.has('fortio')
      ? 'not there: fortio'
      : asRoot
        ? ''
        : 'only root may disturb the lab so';
const skip = why !== '';
const withBash: FoundTools = new Map([
  ...tools,
  ['bash', { name: 'bash', path: '/bin/bash', version: '', source: '' }],
]);

/** How far the wall clock is ahead of the machine's own, in ms: setting the machine's clock would disturb all that runs on it. */
let clockAheadMs = 0;
const target = createLabTarget({
  findTools: () => Promise.resolve(withBash),
  clocks: () => {
    const { wallMs, monotonicMs } = systemClocks();
    return { wallMs: wallMs + clockAheadMs, monotonicMs };
  },
});

const atRate: HttpLoad = {
  ...saturated,
  id: 'fixed-rate',
  connections: 2,
  ratePerSecond: 300,
  metrics: ['latencyP50Us'],
};
const short: HttpLoad = { ...saturated, id: 'short', connections: 4, keepAlive: false };

describe.skipIf(skip)(`what spoils a sample, caused for real${skip ? ` (skipped: ${why})` : ''}`, () => {
  let bench: Bench;
  beforeAll(async () => {
    // With a policy's rules: without any, connection tracking is off.
    bench = await target.open(planOf([saturated], [{ what: 'policy', to: 'l3l4' }]), inTest);
    await bench.change({ what: 'policy', to: 'l3l4' }, never);
  });
  afterAll(async () => {
    await bench.close();
  });

  const take = (
    load: Load,
    request: HttpRequest = allowed,
    options: { tool?: LoadTool; on?: Bench; control?: GateInput['control']; seconds?: number } = {},
  ): Promise<TakenSample> => {
    const seconds = options.seconds ?? 1;
    const plan = {
      id: `b1-v-${load.id}-1`,
      variant: 'v',
      block: 1,
      repeat: 1,
      load,
      seconds,
      discard: false,
    };
    const { on = bench, tool = fortio, control = 'first' } = options;
    return takeSample(on, tool, plan, request, control, never);
  };
  const codes = ({ sample }: TakenSample): readonly string[] => sample.invalidCodes ?? [];
  const asking = (query: string): HttpRequest => ({ ...allowed, path: `/shop/1?${query}` });
  /** Runs a script in the client's namespace; the others are reached by `nsenter --net=/run/netns/NAME`. */
  const inLab = async (script: string, on = bench): Promise<string> => {
    const argv = ['bash', '-c', `set -e; ${script}`];
    const { exitCode, stdout, stderr } = await on.run(
      { argv, ...onePod, server: 'http', timeoutSeconds: 110 },
      never,
    );
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
    return stdout;
  };
  const inSpace = (space: string, script: string): Promise<string> =>
    inLab(`nsenter --net=/run/netns/${space} bash -c '${script}'`);

  test('a clean lab fires no gate, and tells what each of them needs', async () => {
    const controls = controlSamples(bench);
    await controls.of(0, never);
    for (const load of [saturated, atRate, short]) {
      const taken = await take(load, allowed, { control: await controls.of(1, never), seconds: 2 });
      // What others do on the machine is no fault of the lab.
      const machines = ['rate-not-met', 'machine-slower', 'cpu-stolen'];
      const reasons = taken.reasons.filter(({ code }) => !machines.includes(code));
      expect([reasons, taken.notJudged]).toEqual([[], []]);
    }
  });

  test('throttled: a CPU quota on this process and what it starts', async (context) => {
    const group = makeGroup(10);
    if (group === null) {
      context.skip('no control group with a CPU quota can be made here');
      return;
    }
    try {
      const taken = await take(saturated);
      expect(codes(taken)).toContain('throttled');
      expect(taken.sample.invalidReasons.join()).toMatch(/a CPU quota held the load back for [\d.]+ s in/);
    } finally {
      group.leave();
    }
    expect(codes(await take(atRate))).not.toContain('throttled');
  });

  test('machine-slower: the control sample is stopped again and again, as a hypervisor does', async () => {
    const usual = controlSamples(bench);
    await usual.of(0, never);
    const control = await withStoppedBash(() => usual.of(1, never));
    const taken = await take(atRate, allowed, { control });
    expect(codes(taken)).toContain('machine-slower');
    const after = await usual.of(2, never);
    expect(codes(await take(atRate, allowed, { control: after }))).not.toContain('machine-slower');
  });

  test('ports-exhausted: more connections than the client has ports', async () => {
    const file = '/proc/sys/net/ipv4/ip_local_port_range';
    const [before] = (await inLab(`cat ${file}`)).split('\n');
    await inLab(`echo "20000 20007" >${file}`);
    const taken = await take({ ...saturated, connections: 32 });
    expect(codes(taken)).toContain('ports-exhausted');
    await inLab(`echo "${before}" >${file}`);
    expect(codes(await take(atRate))).not.toContain('ports-exhausted');
  });

  test('retransmits: a filter on the way drops two packets in a hundred', async () => {
    await inSpace(
      'node-a',
      'nft -f - <<< "table ip loss { chain c { type filter hook forward priority -10; numgen random mod 100 < 2 drop; }; }"',
    );
    const taken = await take(saturated);
    expect(codes(taken)).toContain('retransmits');
    await inSpace('node-a', 'nft delete table ip loss');
    expect(codes(await take(atRate))).not.toContain('retransmits');
  });

  test('packets-dropped: answers are larger than a link takes', async () => {
    await inSpace('node-b', 'ip link set to-server mtu 600');
    const taken = await take({ ...atRate, connections: 8 }, asking('size=1000'), { seconds: 2 });
    expect(codes(taken)).toContain('packets-dropped');
    await inSpace('node-b', 'ip link set to-server mtu 1500');
    expect(codes(await take(atRate))).not.toContain('packets-dropped');
  });

  test('client-bound: a client that uses up the CPU it may use', async () => {
    const spin: LoadTool = {
      ...fortio,
      argv: () => ['bash', '-c', 'end=$((SECONDS + 2)); while ((SECONDS < end)); do :; done'],
    };
    // May use a tenth of a core: on a busy machine nothing gets all of one.
    const taken = await take(saturated, allowed, { tool: spin, on: { ...bench, clientCores: 0.1 } });
    expect(codes(taken)).toContain('client-bound');
  });

  test('client-stalled: a client that reads slowly', async () => {
    const file = '/proc/sys/net/ipv4/tcp_rmem';
    const [before] = (await inLab(`cat ${file}`)).split('\n');
    // So that an answer does not fit into the client's buffer at once.
    await inLab(`echo "4096 8192 8192" >${file}`);
    const slow: LoadTool = {
      ...fortio,
      argv: (_load, { host, port }) => [
        'bash',
        '-c',
        `exec 3<>/dev/tcp/${host}/${port}
        printf "GET /shop/1?size=200000 HTTP/1.1\\r\\nHost: lab\\r\\nConnection: close\\r\\n\\r\\n" >&3
        while sleep 0.1 && [ "$(dd bs=16k count=1 iflag=fullblock <&3 2>/dev/null | wc -c)" = 16384 ]; do :; done`,
      ],
    };
    const taken = await take(saturated, allowed, { tool: slow });
    await inLab(`echo "${before}" >${file}`);
    expect(codes(taken)).toContain('client-stalled');
  });

  test('clock-step: the wall clock is set while a load runs (by the clock that is passed in)', async () => {
    const stepping: Bench = {
      ...bench,
      async run(job, stop) {
        const output = await bench.run(job, stop);
        clockAheadMs -= 1500;
        return output;
      },
    };
    const taken = await take(saturated, allowed, { on: stepping });
    expect(taken.sample.invalidReasons).toEqual(['the clock was set back by 1.50 s during the load']);
    expect(codes(await take(saturated))).toEqual([]);
  });

  test('failed-requests: the server answers one in a hundred with 503', async () => {
    let taken = await take({ ...saturated, connections: 1 }, asking('status=503:1'));
    // Where the very first is one of them, fortio goes no further.
    while (codes(taken).includes('no-result'))
      taken = await take({ ...saturated, connections: 1 }, asking('status=503:1'));
    expect(codes(taken)).toContain('failed-requests');
  });

  test.each<{ code: ReasonCode; load: HttpLoad; query: string }>([
    { code: 'edge-bucket', load: { ...atRate, ratePerSecond: 4 }, query: 'delay=150ms' },
    { code: 'rate-not-met', load: { ...atRate, ratePerSecond: 200_000 }, query: '' },
  ])('$code', async ({ code, load, query }) => {
    expect(codes(await take(load, asking(query)))).toContain(code);
  });

  test('not-in-force: a policy that never comes', async () => {
    const steps: Step[] = [
      { kind: 'probe', probe: http(denied, 403), timeoutSeconds: 0.3, seconds: 1 },
      {
        kind: 'sample',
        seconds: 1,
        sample: {
          id: 'b1-v-a-1',
          variant: 'v',
          block: 1,
          repeat: 1,
          load: saturated,
          seconds: 1,
          discard: false,
        },
      },
    ];
    const found: unknown[] = [];
    for await (const outcome of runSteps(planOf([saturated], [], { steps }), bench, systemClock, never))
      if (outcome.kind === 'sample') found.push(outcome.sample.invalidCodes);
    expect(found).toEqual([['not-in-force']]);
  });

  /** One-second samples would take long: these are a quarter of one each, as what is caused is far larger than the noise. */
  const takenOver = async (delays: readonly string[]): Promise<readonly Unsteady[]> => {
    const load: HttpLoad = { ...saturated, connections: 1, metrics: ['rps'] };
    const samples: Sample[] = [];
    for (const [at, delay] of delays.entries()) {
      const { sample } = await take(load, asking(`delay=${delay}`), { seconds: 0.25 });
      samples.push({ ...sample, block: 1 + Math.floor(at / 3) });
    }
    return unsteadiness([{ id: 'v', label: 'v', setting: {}, loads: [load] }], samples);
  };

  test('drift: the server takes longer each time', async () => {
    const growing = Array.from({ length: 15 }, (_, at) => `${2 + at * 2}ms`);
    expect(await takenOver(growing)).toMatchObject([{ code: 'drift', metric: 'rps', n: 15 }]);
  });

  test('two-modes: each connection meets a fast server or a slow one', async () => {
    const drawn = uniform(4);
    const mixed = Array.from({ length: 15 }, () => (drawn() < 0.5 ? '1ms' : '40ms'));
    expect(await takenOver(mixed)).toMatchObject([{ code: 'two-modes', metric: 'rps', n: 15 }]);
  });

  // Near the end: the flows stay for half a minute.
  test('conntrack-full: more flows than a node of the lab has room for', async () => {
    await bench.change({ what: 'policy', to: 'none' }, never);
    const room = Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_max', 'utf8'));
    // Without a rule that asks for it, connections are not tracked there.
    await inSpace(
      'node-a',
      'nft -f - <<< "table ip tracked { chain c { type filter hook forward priority 0; ct state new accept; }; }"',
    );
    await inSpace('node-a', 'echo 120 >/proc/sys/net/netfilter/nf_conntrack_udp_timeout');
    const { host } = bench.address('http', 'pod');
    // Unanswered UDP, a flow for each pair of ports.
    await inLab(`"${process.execPath}" -e '${manyFlows}' ${host} ${Math.ceil(room * 1.02)}`);
    expect(codes(await take(short))).toContain('conntrack-full');
  }, 120_000);

  // Last: the bench is of no use afterwards.
  test('restarted: the server ends while a load runs', async () => {
    const killing: LoadTool = {
      ...fortio,
      argv: (...load) => [
        'bash',
        '-c',
        // /proc is that of the outside, kill is of the lab: the last of NSpid is the number here.
        `listens=$(nsenter --net=/run/netns/server ss -Hltnp 'sport = :8080')
        [[ $listens =~ pid=([0-9]+) ]] && read -r _ numbers < <(grep NSpid /proc/\${BASH_REMATCH[1]}/status)
        { sleep 0.4; kill -9 \${numbers##*[[:space:]]}; } & exec "$@"`,
        'load',
        tools.get('fortio')?.path ?? '',
        ...fortio.argv(...load).slice(1),
      ],
    };
    const taken = await take(saturated, allowed, { tool: killing });
    expect(codes(taken)).toContain('restarted');
    expect(taken.sample.invalidReasons.join()).toMatch(/ended during the load \(killed by SIGKILL\)/);
  });
});

/** Sends one byte to so many pairs of ports of a host. */
const manyFlows = `
const dgram = require("node:dgram");
const [host, count] = process.argv.slice(1);
let sent = 0;
(async () => {
  while (sent < Number(count)) {
    const socket = dgram.createSocket("udp4");
    socket.on("error", () => {});
    await new Promise((done) => socket.bind(0, done));
    for (let port = 1; port < 65536 && sent < Number(count); port += 500) {
      const batch = [];
      for (let at = port; at < Math.min(port + 500, 65536); at += 1, sent += 1)
        batch.push(new Promise((done) => socket.send("x", at, host, done)));
      await Promise.all(batch);
    }
    socket.close();
  }
})();`;

/** Puts this process, and so all that it starts, under a quota of so many percent of one CPU; null where that cannot be. */
function makeGroup(percent: number): { leave(): void } | null {
  const first = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_period_us') || existsSync('/sys/fs/cgroup/cpu/tasks');
  const root = first ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup';
  const own = new RegExp(first ? '^\\d+:(?:[^:\\n]*,)?cpu(?:,[^:\\n]*)?:(.*)$' : '^0::(.*)$', 'm');
  const back = `${root}${own.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/'}/cgroup.procs`;
  const folder = `${root}/cilium-bench-test-${process.pid}`;
  try {
    mkdirSync(folder);
    if (first) {
      writeFileSync(`${folder}/cpu.cfs_period_us`, '100000');
      writeFileSync(`${folder}/cpu.cfs_quota_us`, String(1000 * percent));
    } else {
      writeFileSync(`${folder}/cpu.max`, `${1000 * percent} 100000`);
    }
    writeFileSync(`${folder}/cgroup.procs`, String(process.pid));
  } catch {
    if (existsSync(folder)) rmdirSync(folder);
    return null;
  }
  return {
    leave() {
      writeFileSync(back, String(process.pid));
      rmdirSync(folder);
    },
  };
}

/** Lets every bash that is started meanwhile run for 3 of 23 ms, as a hypervisor lets a machine whose credit is used up. */
async function withStoppedBash<T>(act: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cilium-bench-test-'));
  const before = process.env['PATH'];
  writeFileSync(
    path.join(folder, 'bash'),
    '#!/bin/bash\n/bin/bash "$@" & pid=$!\n' +
      'while kill -STOP $pid 2>/dev/null; do sleep 0.02; kill -CONT $pid; sleep 0.003; done\nwait $pid\n',
    { mode: 0o755 },
  );
  process.env['PATH'] = `${folder}:${before ?? ''}`;
  try {
    return await act();
  } finally {
    process.env['PATH'] = before;
    rmSync(folder, { recursive: true });
  }
}
