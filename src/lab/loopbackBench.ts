import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import type { Plan } from '../core/plan/plan';
import { Problem } from '../core/problem';
import { changeLog } from '../core/run/changeLog';
import type { ToolUse } from '../core/result/run';
import type { Bench, CloseReport, ServerKind } from '../core/target';
import { askHere } from './ask';
import { envoyBootstrap, patternProblem } from './envoyConfig';
import { requestText } from './httpRequest';
import { envoyConcurrency } from './namespaceBench';
import { probeAnswer, probeTimeoutMs } from './probeAnswer';
import { findProgram } from './rights';
import { runLoad, serverOf } from './runLoad';
import { startServer, type Server } from './server';
import { envoyArguments, needsEnvoy, serverProgram, serversFor } from './serverPrograms';
import { controlSample } from './controlSample';
import { endedMeanwhile } from './endedMeanwhile';
import { machineReadings, type Clocks } from './machineReadings';
import type { FoundTools } from './tools/foundTools';
import { usageOf } from './usage';

const host = '127.0.0.1';

export interface LoopbackBenchOptions {
  readonly plan: Plan;
  readonly tools: FoundTools;
  readonly toolsUsed: readonly ToolUse[];
  readonly clocks: Clocks;
}

/** A TCP port that nothing listens on now. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}

/** Whether something listens on a port here, asked by connecting: for systems without /proc. */
async function listensHere(port: number): Promise<boolean> {
  const answer = await askHere({ host, port }, '', 200);
  return !('failed' in answer) || answer.failed !== 'refused';
}

/**
 * Puts a command line under a guard that ends it with this process: the kernel's signal at the parent's death where there
 * is setpriv; elsewhere a shell that waits for the end of its input, which a dead parent closes.
 */
function guard(hasSetpriv: boolean): (argv: readonly string[]) => readonly string[] {
  if (hasSetpriv) return (argv) => ['setpriv', '--pdeathsig', 'KILL', ...argv];
  if (process.platform === 'win32') return (argv) => argv;
  return (argv) => [
    'sh',
    '-c',
    '"$@" </dev/null & server=$!; cat >/dev/null; kill -9 $server',
    'guard',
    ...argv,
  ];
}

/**
 * Server and client on 127.0.0.1, with an L7 policy as Envoy in front of the server: what is left where namespaces are not
 * to be had. Throws a {@link Problem} and leaves nothing behind when it cannot start.
 */
export async function openLoopbackBench(options: LoopbackBenchOptions, signal: AbortSignal): Promise<Bench> {
  const { plan, tools, toolsUsed } = options;
  const [hasSetpriv, hasBash] = await Promise.all(
    ['setpriv', 'bash'].map(async (name) => (await findProgram(name)) !== null),
  );
  const place = guard(process.platform === 'linux' && hasSetpriv === true);
  const guardsLoads = process.platform === 'linux' && hasSetpriv === true;
  const log = changeLog({ wire: 'direct', policy: 'none', services: 'none' });
  const listens = process.platform === 'linux' ? {} : null;

  const running: Server[] = [];
  const ports = new Map<ServerKind, number>();
  const servers = new Map<ServerKind, Promise<Server>>();
  let folder: string | null = null;
  let closing: Promise<CloseReport> | undefined;

  const stopAll = async (): Promise<void> => {
    await Promise.allSettled([...servers.values()]);
    await Promise.all(running.map((server) => server.stop()));
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };

  const ensureServer = (kind: ServerKind, stop: AbortSignal): Promise<Server> => {
    const known = servers.get(kind);
    if (known) return known;
    const started = (async () => {
      const port = ports.get(kind) ?? (await freePort());
      ports.set(kind, port);
      const program = serverProgram(kind, tools, host, port);
      const server = await startServer(
        { ...program, place, port, ...(listens ?? { listens: () => listensHere(port) }) },
        stop,
      );
      running.push(server);
      return server;
    })();
    servers.set(kind, started);
    started.catch(() => servers.delete(kind));
    return started;
  };

  const startEnvoy = async (serverPort: number): Promise<{ server: Server; port: number }> => {
    const tool = tools.get('envoy');
    if (!tool)
      throw new Problem(
        'target',
        'envoy is not there, and the plan measures HTTP rules.',
        'Install Envoy, or let the lab provide it.',
      );
    const port = await freePort();
    // A folder and a socket that only this user can reach: whoever can ask Envoy's administration can end it.
    folder = await mkdtemp(path.join(tmpdir(), 'cilium-bench-'));
    const admin = { path: path.join(folder, 'admin.sock') };
    const file = path.join(folder, 'envoy.json');
    const bootstrap = envoyBootstrap({
      rules: plan.policy?.http ?? [],
      listener: { host, port },
      admin,
      upstream: { host, port: serverPort },
    });
    await writeFile(file, JSON.stringify(bootstrap));
    const request = requestText({ method: 'GET', path: '/ready', headers: {} }, { host, port });
    const server = await startServer(
      {
        name: 'Envoy',
        explain: patternProblem,
        argv: envoyArguments(tool, file, envoyConcurrency()),
        ...(tool.env ? { env: tool.env } : {}),
        place,
        port,
        ...(listens ?? { listens: () => listensHere(port) }),
        ready: async () => {
          const answer = await askHere(admin, request, probeTimeoutMs.answer);
          return 'status' in answer && answer.status === 200;
        },
      },
      signal,
    );
    running.push(server);
    return { server, port };
  };

  let envoy: { readonly server: Server; readonly port: number } | null = null;
  try {
    // The ports are known before anything starts: address() is asked before the first load.
    for (const kind of serversFor(plan, tools)) ports.set(kind, await freePort());
    await Promise.all(serversFor(plan, tools).map((kind) => ensureServer(kind, signal)));
    if (needsEnvoy(plan)) envoy = await startEnvoy(ports.get('http') ?? 0);
  } catch (error) {
    await stopAll();
    throw error;
  }

  const httpAddress = () => ({
    host,
    port: log.current('policy') === 'l7' && envoy ? envoy.port : (ports.get('http') ?? 0),
  });
  const impossible = (what: string): Problem =>
    new Problem(
      'target',
      `${what} cannot be had on loopback.`,
      'Use a Linux machine where network namespaces are allowed.',
    );

  return {
    tools: toolsUsed,
    notMeasured: needsEnvoy(plan)
      ? [
          {
            what: 'the peers and ports of the policy',
            reason: 'client and server share one address on loopback; its HTTP rules alone are in force',
          },
        ]
      : [],
    clientCores: availableParallelism(),
    has: (tool) => tools.has(tool),
    address(kind, via) {
      if (via === 'service') throw impossible('A Service address');
      return kind === 'http' ? httpAddress() : { host, port: ports.get(kind) ?? 0 };
    },
    async run(job, stop) {
      const server = await ensureServer(serverOf(job), stop);
      server.assertRunning();
      const guarded = (argv: readonly string[]) => (guardsLoads ? place(argv) : argv);
      const output = await runLoad(job, tools, guarded, hasBash === true, stop);
      return endedMeanwhile(output, [server, ...(envoy ? [envoy.server] : [])]);
    },
    change(change, stop) {
      stop.throwIfAborted();
      if (change.what === 'services' && change.to !== null) throw impossible('Service rules');
      if (change.what === 'hubble') throw impossible('Hubble');
      if (change.what === 'wire' && change.to === 'vxlan') throw impossible('VXLAN');
      if (change.what === 'policy' && change.to === 'l3l4') throw impossible('An L3/L4 policy');
      if (change.what === 'policy' && change.to === 'l7' && envoy === null)
        throw impossible('An L7 policy without Envoy');
      return Promise.resolve({
        record: log.note(change.what, change.what === 'services' ? 'none' : change.to),
      });
    },
    async probe(probe, stop) {
      stop.throwIfAborted();
      if (probe.kind !== 'http') return { asExpected: false, seen: `there is no ${probe.kind} on loopback` };
      // One address for all: another client cannot be told apart, so it is not asked for.
      if (probe.from === 'other-client')
        return { asExpected: true, seen: 'there is no other client on loopback' };
      const to = httpAddress();
      const timeoutMs = probe.expect === 'blocked' ? probeTimeoutMs.blocked : probeTimeoutMs.answer;
      return probeAnswer(probe, await askHere(to, requestText(probe.request, to), timeoutMs));
    },
    async sample() {
      const servers = running.filter((server) => server !== envoy?.server);
      const [usage, readings] = await Promise.all([
        usageOf({ server: servers, proxy: envoy ? [envoy.server] : [] }),
        machineReadings(options.clocks),
      ]);
      return { ...usage, readings };
    },
    ...(process.platform === 'linux' && hasBash === true ? { control: controlSample } : {}),
    close() {
      closing ??= stopAll().then(() => ({ changes: log.undone(), left: [] }));
      return closing;
    },
  };
}
