import { availableParallelism } from 'node:os';
import type { Change, Plan, Probe } from '../core/plan/plan';
import { Problem } from '../core/problem';
import { changeLog } from '../core/run/changeLog';
import type { NotMeasured, ToolUse } from '../core/result/run';
import type { ServiceScale, Via } from '../core/scenario/scenario';
import type { Address, Bench, ChangeResult, CloseReport, ProbeAnswer, ServerKind } from '../core/target';
import { askFrom, type Answer } from './ask';
import { describeServices } from './describeServices';
import { envoyBootstrap, patternProblem } from './envoyConfig';
import { namespaceReadings } from './namespaceReadings';
import { startHolder, type Holder, type Rights } from './holder';
import { requestText } from './httpRequest';
import { loadPolicy, type Filtering } from './loaders';
import { probeAnswer, probeTimeoutMs } from './probeAnswer';
import { bash } from './process';
import { runLoad, serverOf } from './runLoad';
import { startServer, type Server } from './server';
import { needsEnvoy, serverProgram, serversFor } from './serverPrograms';
import type { MeasuredPort } from './serviceList';
import { createServiceSwitch } from './serviceSwitch';
import { envoyAdmin, startEnvoy } from './startEnvoy';
import { controlSample } from './controlSample';
import { endedMeanwhile } from './endedMeanwhile';
import { machineReadings, type Clocks } from './machineReadings';
import type { FoundTools } from './tools/foundTools';
import { addresses, envoyPorts, wireScript } from './topology';
import { usageOf } from './usage';

const defaultHttpPort = 8080;
/** Port of the measured Service for HTTP. Always written out: without it fortio looks a name up for every connection. */
const serviceHttpPort = 80;
const envoyConfigFile = 'envoy.json';

export interface NamespaceBenchOptions {
  readonly plan: Plan;
  readonly tools: FoundTools;
  readonly toolsUsed: readonly ToolUse[];
  readonly clocks: Clocks;
  readonly rights: Rights;
  readonly filtering: Filtering;
}

/** The server's ports: the policy's for HTTP, the others beside it. */
export function serverPorts(httpPort: number): Readonly<Record<ServerKind, number>> {
  const beside = (port: number): number => (port === httpPort ? port + 1 : port);
  return { http: httpPort, stream: beside(5201), 'round-trip': beside(11_111), netperf: beside(12_865) };
}

/** Envoy workers: as many as it takes by itself, one a core. */
export const envoyConcurrency = (): number => availableParallelism();

function measuredPorts(
  kinds: readonly ServerKind[],
  ports: Readonly<Record<ServerKind, number>>,
): readonly MeasuredPort[] {
  const port = (kind: ServerKind): number => (kind === 'http' ? serviceHttpPort : ports[kind]);
  // HTTP last: the end of the chain is where it takes longest.
  const ordered = [...kinds.filter((kind) => kind !== 'http'), ...kinds.filter((kind) => kind === 'http')];
  return ordered.map((kind) => ({ name: kind, port: port(kind), targetPort: ports[kind] }));
}

/** Every number of Services that the plan asks for, once. */
function scalesOf(plan: Plan): readonly ServiceScale[] {
  const scales = plan.steps.flatMap((step) =>
    step.kind === 'change' && step.change.what === 'services' && step.change.to ? [step.change.to] : [],
  );
  return [...new Map(scales.map((scale) => [`${scale.rules} ${scale.count}`, scale])).values()];
}

/** Builds the lab in network namespaces. Throws a {@link Problem} and leaves nothing behind when it cannot. */
export async function openNamespaceBench(
  options: NamespaceBenchOptions,
  signal: AbortSignal,
): Promise<Bench> {
  const holder = await startHolder(options.rights, signal);
  try {
    return await benchIn(holder, options, signal);
  } catch (error) {
    await holder.close();
    throw error;
  }
}

/** The bench in namespaces that are there already, which closing it takes down as well. */
export async function benchIn(
  holder: Holder,
  options: NamespaceBenchOptions,
  signal: AbortSignal,
): Promise<Bench> {
  const { plan, tools, toolsUsed, filtering } = options;
  const httpPort = plan.policy?.port ?? defaultHttpPort;
  const ports = serverPorts(httpPort);
  const kinds = serversFor(plan, tools);
  const log = changeLog({ wire: 'direct', policy: 'none', services: describeServices(null) });
  const notMeasured: NotMeasured[] = [];

  const servers = new Map<ServerKind, Promise<Server>>();
  const ensureServer = (kind: ServerKind, stop: AbortSignal): Promise<Server> => {
    const running = servers.get(kind);
    if (running) return running;
    const program = serverProgram(kind, tools, '0.0.0.0', ports[kind]);
    const started = startServer(
      { ...program, place: (argv) => holder.enter('server', argv), port: ports[kind] },
      stop,
    );
    servers.set(kind, started);
    // A failed start may be tried again.
    started.catch(() => servers.delete(kind));
    return started;
  };

  const startProxy = async (): Promise<Server> => {
    const tool = tools.get('envoy');
    if (!tool)
      throw new Problem(
        'target',
        'envoy is not there, and the plan measures HTTP rules.',
        'Install Envoy, or let the lab provide it.',
      );
    const bootstrap = envoyBootstrap({
      rules: plan.policy?.http ?? [],
      listener: { host: '0.0.0.0', port: envoyPorts.listener },
      admin: envoyAdmin,
      upstream: 'original-destination',
    });
    const start = {
      file: envoyConfigFile,
      bootstrap,
      concurrency: envoyConcurrency(),
      explain: patternProblem,
    };
    return startEnvoy(holder, tool, start, signal);
  };

  const measured = measuredPorts([...new Set<ServerKind>([...kinds, 'http'])], ports);
  const services = createServiceSwitch(holder, filtering, measured, httpPort);

  /** The rules of a plan that sends through a Service but says nothing of their number: the measured Service alone. */
  const defaultScale = (): ServiceScale | null => {
    const needsService = plan.variants.some((variant) =>
      variant.loads.some((load) => load.via === 'service'),
    );
    if (!needsService) return null;
    return { rules: filtering.iptables ? 'iptables' : 'nftables', count: 0 };
  };

  const startScale = defaultScale();
  const [envoy] = await Promise.all([
    needsEnvoy(plan) ? startProxy() : null,
    services.prepare(scalesOf(plan)).then(() => (startScale ? services.to(startScale, signal) : null)),
    ...kinds.map((kind) => ensureServer(kind, signal)),
  ]);

  const change = async (wanted: Change, stop: AbortSignal): Promise<ChangeResult> => {
    stop.throwIfAborted();
    switch (wanted.what) {
      case 'wire': {
        if (wanted.to === 'vxlan' && !holder.hasVxlan) {
          throw new Problem(
            'target',
            'This kernel has no VXLAN.',
            'Load its vxlan module, or measure the direct wire alone.',
          );
        }
        const { exitCode, stderr } = await holder.run(null, [...bash, '-c', wireScript(wanted.to)], {
          signal: stop,
        });
        if (exitCode !== 0)
          throw new Problem(
            'target',
            `The wire could not be changed: ${stderr.trim()}.`,
            'Start the run again.',
          );
        return { record: log.note('wire', wanted.to) };
      }
      case 'policy': {
        if (filtering.policy === null) {
          if (wanted.to === 'none') return { record: log.note('policy', wanted.to) };
          throw new Problem(
            'target',
            'Packet filter rules do not work in the lab here.',
            'Install nftables or iptables.',
          );
        }
        if (wanted.to === 'l7') {
          if (!envoy || filtering.policy.redirect === null) {
            throw new Problem(
              'target',
              'Connections cannot be brought to Envoy in the lab here.',
              'Run the preflight to see what is missing.',
            );
          }
          envoy.assertRunning();
        }
        const port = plan.policy?.anyPort ? null : httpPort;
        const programmingSeconds = await loadPolicy(holder, filtering.policy, wanted.to, port, stop);
        return { record: log.note('policy', wanted.to), programmingSeconds };
      }
      case 'services': {
        const scale = wanted.to ?? defaultScale();
        const loaded = await services.to(scale, stop);
        const record = log.note('services', describeServices(wanted.to, loaded?.perTransaction));
        return loaded === null ? { record } : { record, programmingSeconds: loaded.seconds };
      }
      case 'hubble':
        throw new Problem('target', 'There is no Hubble in the lab.', 'Measure it on a cluster.');
    }
  };

  const probe = async (asked: Probe, stop: AbortSignal): Promise<ProbeAnswer> => {
    if (asked.kind === 'services') {
      const questions = services
        .probed()
        .filter(({ port }) => port === serviceHttpPort)
        .map((to) => ({ to, request: requestText(plan.request, to) }));
      const answers = await askFrom(holder, 'client', questions, probeTimeoutMs.answer, stop);
      const missing = answers.findIndex((answer) => !('status' in answer));
      if (missing < 0)
        return { asExpected: true, seen: `${answers.length} of ${answers.length} Services answered` };
      const to = questions[missing]?.to;
      return {
        asExpected: false,
        seen: `${to?.host ?? ''}:${to?.port ?? ''} ${describeFailure(answers[missing])}`,
      };
    }
    if (asked.kind === 'hubble') return { asExpected: false, seen: 'there is no Hubble in the lab' };
    if (asked.to === 'decoy') return { asExpected: false, seen: 'there is no decoy in the lab' };
    const to = { host: addresses.server, port: httpPort };
    const timeoutMs = asked.expect === 'blocked' ? probeTimeoutMs.blocked : probeTimeoutMs.answer;
    const questions = [{ to, request: requestText(asked.request, to) }];
    const [answer] = await askFrom(holder, asked.from, questions, timeoutMs, stop);
    return probeAnswer(asked, answer ?? { failed: 'no answer' });
  };

  let closing: Promise<CloseReport> | undefined;
  return {
    tools: toolsUsed,
    notMeasured,
    clientCores: availableParallelism(),
    has: (tool) => tools.has(tool),
    address(kind: ServerKind, via: Via): Address {
      if (via === 'pod') return { host: addresses.server, port: ports[kind] };
      return { host: addresses.service, port: kind === 'http' ? serviceHttpPort : ports[kind] };
    },
    async run(job, stop) {
      const server = await ensureServer(serverOf(job), stop);
      server.assertRunning();
      const output = await runLoad(job, tools, (argv) => holder.enter('client', argv), true, stop);
      return endedMeanwhile(output, [server, ...(envoy ? [envoy] : [])]);
    },
    change,
    probe,
    async sample() {
      const running = await Promise.all(servers.values());
      const [usage, machine, network] = await Promise.all([
        usageOf({ server: running, proxy: envoy ? [envoy] : [] }),
        machineReadings(options.clocks),
        namespaceReadings(holder),
      ]);
      return { ...usage, readings: { ...machine, ...network } };
    },
    control: controlSample,
    close() {
      closing ??= holder.close().then(() => ({ changes: log.undone(), left: [] }));
      return closing;
    },
  };
}

function describeFailure(answer: Answer | undefined): string {
  return answer !== undefined && 'failed' in answer ? answer.failed : 'no answer';
}
