/** How each injection is put into the lab's namespaces, and taken out again. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { quotaPeriodUs } from '../../core/calibration/truths/cpuQuota';
import type { Injection } from '../../core/calibration/truth';
import { messageOf, Problem } from '../../core/problem';
import type { Address } from '../../core/target';
import { envoyBootstrap } from '../envoyConfig';
import type { Holder } from '../holder';
import { serverPorts } from '../namespaceBench';
import { envoyAdmin, startEnvoy } from '../startEnvoy';
import type { FoundTools } from '../tools/foundTools';
import { addresses, envoyPorts, type Space } from '../topology';
import { limitCpu } from './cpuQuota';

/** An injection in force. */
export interface InForce {
  /** Where HTTP requests go meanwhile, where not to the server itself. */
  readonly http?: Address;
  undo(): Promise<void>;
}

const httpPort = 8080;
const lossTable = 'ip cilium-bench-loss';
/** Of node-b on the wire. */
const proxyAddress: Address = { host: '10.80.100.2', port: envoyPorts.listener };
/** The queue behind a shaper holds so many seconds at its rate: more than TCP needs to keep it busy. */
const queueSeconds = 0.05;

/** Runs a command and throws a target {@link Problem} with its own words where it fails. */
async function must(
  holder: Holder,
  what: string,
  space: Space,
  argv: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const done = await holder
    .run(space, argv, { ...options, timeoutMs: 10_000 })
    .catch((error: unknown) => ({ exitCode: null, stderr: messageOf(error) }));
  if (done.exitCode === 0) return;
  const words = done.stderr.trim().split('\n').slice(0, 2).join(' ');
  throw new Problem(
    'target',
    `${what} cannot be injected here: ${words === '' ? `${argv[0] ?? 'it'} failed without a word` : words}.`,
    'Leave it out, or calibrate on a machine whose kernel has it.',
  );
}

async function shape(holder: Holder, bitsPerSecond: number, bucketSeconds: number): Promise<InForce> {
  const on = ['dev', 'wire', 'root'];
  const bytes = (seconds: number): string => String(Math.round((seconds * bitsPerSecond) / 8));
  const limits = ['rate', `${bitsPerSecond}bit`, 'burst', bytes(bucketSeconds), 'limit', bytes(queueSeconds)];
  await must(holder, 'A token bucket', 'node-a', ['tc', 'qdisc', 'add', ...on, 'tbf', ...limits]);
  return { undo: () => must(holder, 'The wire as it was', 'node-a', ['tc', 'qdisc', 'del', ...on]) };
}

async function lose(holder: Holder, tools: FoundTools, share: number): Promise<InForce> {
  const nft = tools.get('nft');
  if (!nft) throw new Problem('target', 'nft is not there.', 'Install nftables.');
  const load = (text: string): Promise<void> =>
    must(holder, 'Packet loss', 'node-b', [nft.path, '-f', '-'], {
      input: text,
      ...(nft.env ? { env: nft.env } : {}),
    });
  const rules = [
    `add table ${lossTable}`,
    `add chain ${lossTable} forward { type filter hook forward priority filter ; }`,
    // Large packets alone: iperf3 opens its streams with small ones, and would wait for one that is lost.
    `add rule ${lossTable} forward ip protocol udp meta length > 500 numgen random mod 1000 < ${Math.round(1000 * share)} drop`,
  ];
  await load(`${rules.join('\n')}\n`);
  return { undo: () => load(`delete table ${lossTable}\n`) };
}

/** Process ids, as the outside has them, of the programs of this name in a namespace of the lab. */
async function processesIn(holder: Holder, space: Space, name: string): Promise<readonly number[]> {
  const { ino } = await stat(holder.pathOf(`../netns/${space}`));
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const comm = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (comm.trim() !== name) continue;
    const own = await stat(`/proc/${pid}/ns/net`).catch(() => null);
    if (own?.ino === ino) found.push(Number(pid));
  }
  return found;
}

async function limitServer(holder: Holder, cores: number): Promise<InForce> {
  const [pid] = await processesIn(holder, 'server', 'fortio');
  if (pid === undefined)
    throw new Problem('target', 'The HTTP server does not run.', 'Start the calibration again.');
  const quota = await limitCpu(pid, cores, quotaPeriodUs);
  return { undo: () => quota.remove() };
}

async function startFaultProxy(
  holder: Holder,
  tools: FoundTools,
  milliseconds: number,
  signal: AbortSignal,
): Promise<InForce> {
  const tool = tools.get('envoy');
  if (!tool)
    throw new Problem(
      'target',
      'envoy is not there.',
      'Install Envoy, or let a run of policy-overhead bring it.',
    );
  const server: Address = { host: addresses.server, port: serverPorts(httpPort).http };
  const listener: Address = { host: '0.0.0.0', port: proxyAddress.port };
  const bootstrap = envoyBootstrap({
    rules: [{}],
    listener,
    admin: envoyAdmin,
    upstream: server,
    heldMs: milliseconds,
  });
  const proxy = await startEnvoy(
    holder,
    tool,
    { file: 'fault-proxy.json', bootstrap, concurrency: 1 },
    signal,
  );
  return { http: proxyAddress, undo: () => proxy.stop() };
}

/** Puts an injection in force. Throws a target {@link Problem} where this machine cannot, and leaves nothing of it. */
export async function injectInto(
  holder: Holder,
  tools: FoundTools,
  injection: Injection,
  signal: AbortSignal,
): Promise<InForce> {
  switch (injection.kind) {
    case 'none':
      return { undo: () => Promise.resolve() };
    case 'shaped':
      return shape(holder, injection.bitsPerSecond, injection.bucketSeconds);
    case 'loss':
      return lose(holder, tools, injection.share);
    case 'cpu-quota':
      return limitServer(holder, injection.cores);
    case 'fault-proxy':
      return startFaultProxy(holder, tools, injection.milliseconds, signal);
  }
}
