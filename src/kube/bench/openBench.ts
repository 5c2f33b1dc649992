/** The bench on a cluster: servers, probers and loads in one namespace, which ends with it. */
import { messageOf, Problem } from '../../core/problem';
import type { Change, Plan, Probe } from '../../core/plan/plan';
import type { ChangeRecord, NotMeasured, ToolUse } from '../../core/result/run';
import { changeLog } from '../../core/run/changeLog';
import type { Bench, ChangeResult, CloseReport, Job, JobOutput, ProbeAnswer } from '../../core/target';
import { asClause } from '../client/redact';
import { collectionsFor, takeQuarters, type Quarters } from './namespace';
import { runSelector } from './objects';
import type { BenchPart, OpenPart } from './parts';
import type { PodResources } from './podSpec';
import { restartsOf } from './podState';
import { policyCollections, putPolicyInForce } from './policies';
import { watchPods, type PodWatch } from './podWatch';
import { askProber, startProberPod, startProbers, type Probers } from './probers';
import type { ProberFeed } from './proberFeed';
import { quantityOf } from './quantities';
import { runLoad } from './runLoad';
import { hasTool, serversFor } from './servers';
import type { BenchSpace } from './space';
import { startServers, type Server, type Servers } from './startServers';

/** How long everything may take to be undone. */
const longestCloseMs = 300_000;

export interface OpenBenchOptions {
  readonly plan: Plan;
  readonly space: BenchSpace;
  readonly resources: PodResources;
  readonly openParts: readonly OpenPart[];
}

const cpuNotMeasured: NotMeasured = {
  what: 'CPU a request',
  reason:
    'a cluster tells the CPU time of a pod only every 10 s or so (kubelet), too seldom for the length of a load',
};

function isHostAllowed({ settings }: BenchSpace): boolean {
  return settings.allow.has('host-network');
}

function needsHost(plan: Plan): boolean {
  return plan.steps.some((step) => step.kind === 'sample' && step.sample.load.via === 'host');
}

/** Tag of an image, or its digest; what stands behind the last colon of its name. */
function versionOf(image: string): string {
  const [name = image, digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag ?? digest ?? 'latest';
}

function toolsOf(space: BenchSpace, servers: Servers): readonly ToolUse[] {
  const { images, roundTripTool } = space.settings;
  const sourceOf = (image: string): string => {
    const containers = servers.all.flatMap(({ pod }) => pod.containers);
    const id = containers.find(
      (container) => container.image.endsWith(image) || image.endsWith(container.image),
    );
    const digest = /sha256:[0-9a-f]{64}/.exec(id?.imageId ?? '')?.[0];
    return digest === undefined || image.includes('@') ? image : `${image}@${digest}`;
  };
  return [
    { name: 'fortio', version: versionOf(images.fortio), source: sourceOf(images.fortio) },
    ...['iperf3', roundTripTool].map((name) => ({
      name,
      version: versionOf(images.network),
      source: sourceOf(images.network),
    })),
  ];
}

/** What happened to the server of a load since `before`, as clauses. A server that is gone ends the run. */
function serverTrouble(watch: PodWatch, server: Server, restartsBefore: number): readonly string[] {
  const now = watch.all().find(({ uid }) => uid === server.pod.uid);
  if (now === undefined || now.gone || now.deleting || now.phase === 'Failed') {
    throw new Problem(
      'target',
      `The server pod for ${server.need.kind} is gone from ${server.pod.node ?? 'its node'}.`,
      'Look at the events of the cluster, then start the run again.',
    );
  }
  const restarts = restartsOf(now) - restartsBefore;
  return restarts > 0 ? [`the server pod restarted ${restarts === 1 ? 'once' : `${restarts} times`}`] : [];
}

/** Of the load's resources, what each of several clients on one node gets. */
function sharedResources(resources: PodResources, clients: number, nodes: number): PodResources {
  const share = Math.ceil(clients / nodes);
  if (share <= 1) return resources;
  const cpu = quantityOf(resources.cpu) ?? 1;
  const memory = quantityOf(resources.memory) ?? 0;
  return {
    cpu: `${Math.max(100, Math.floor((cpu * 1000) / share))}m`,
    memory: String(Math.max(64 * 2 ** 20, Math.floor(memory / share))),
  };
}

/**
 * Builds the bench. What it makes on the cluster is in the journal before it is made.
 * @throws Problem (target) where it cannot; nothing is left behind then, or the problem says what is.
 */
export async function openBench(options: OpenBenchOptions, signal: AbortSignal): Promise<Bench> {
  const { plan, space } = options;
  const onHost = needsHost(plan);
  if (onHost && !isHostAllowed(space)) {
    throw new Problem(
      'target',
      'The plan needs pods in the host network, and that was not agreed to.',
      'Agree to host-network, or make the plan again without it.',
    );
  }
  const needed = [...collectionsFor(null), ...policyCollections(plan)];
  const quarters = await takeQuarters(space, onHost, needed, signal);
  const closed = new AbortController();
  const watch = watchPods(space.client, space.namespace, runSelector(space.runId));
  try {
    return await build(options, { quarters, watch, closed }, signal);
  } catch (error) {
    const left = await leave({ quarters, watch, closed }, []);
    signal.throwIfAborted();
    if (left.length === 0) throw error;
    const what = error instanceof Problem ? error.what : `${messageOf(error)}.`;
    throw new Problem(
      'target',
      `${what} Left on the cluster: ${left.join('; ')}.`,
      'Run cilium-bench undo.',
      {
        cause: error,
      },
    );
  }
}

interface Standing {
  readonly quarters: Quarters;
  readonly watch: PodWatch;
  readonly closed: AbortController;
}

/** Takes everything away. The signal of the run is not asked: undoing goes on when a run is cancelled. */
async function leave(
  { quarters, watch, closed }: Standing,
  parts: readonly BenchPart[],
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(longestCloseMs);
  closed.abort(new Error('The bench was closed.'));
  watch.close();
  const attempt = async (undo: () => Promise<readonly string[]>): Promise<readonly string[]> => {
    try {
      return await undo();
    } catch (error) {
      return [asClause(messageOf(error))];
    }
  };
  const left: string[] = [];
  for (const { close } of parts) if (close !== undefined) left.push(...(await attempt(() => close(signal))));
  left.push(...(await attempt(() => quarters.leave(signal))));
  return left;
}

async function build(
  { plan, space, resources, openParts }: OpenBenchOptions,
  standing: Standing,
  signal: AbortSignal,
): Promise<Bench> {
  const { watch, closed } = standing;
  const parts: BenchPart[] = [];
  for (const open of openParts) parts.push(await open(space, signal));
  const part = <Name extends keyof BenchPart>(name: Name): BenchPart[Name] | undefined =>
    parts.find((candidate) => candidate[name] !== undefined)?.[name];
  const servers = await startServers(space, watch, plan, resources, signal);
  const log = changeLog({ policy: 'none', wire: 'direct', services: 'none', hubble: 'as-found' });
  const partRecords: ChangeRecord[] = [];
  const signals = { starting: AbortSignal.any([signal, closed.signal]), closed: closed.signal };

  // Probers start while the first load, a warm-up, runs.
  let probers: Promise<Probers> | null = null;
  const hasHttpServer = serversFor(plan, space.settings).some(
    ({ kind, network }) => kind === 'http' && network === 'pod',
  );
  if (hasHttpServer && plan.steps.some((step) => step.kind === 'probe' && step.probe.kind === 'http')) {
    probers = startProbers(space, watch, plan, servers.address('http', 'pod'), signals);
    probers.catch(() => undefined);
  }

  let markerFeeds: { readonly key: string; readonly feeds: Promise<readonly ProberFeed[]> } | null = null;
  let markerPods = 0;
  /** A pod of probers for the marker Services of the scale in force, made anew where their addresses have changed. */
  const markerProbers = (): Promise<readonly ProberFeed[]> => {
    const markers = part('services')?.markers() ?? [];
    const key = JSON.stringify(markers);
    if (markerFeeds?.key !== key) {
      markerPods += 1;
      const questions = markers.map((to) => ({ to, request: plan.request }));
      const id = `prober-markers-${markerPods}`;
      const feeds = startProberPod(space, watch, id, 'client', questions, signals);
      feeds.catch(() => undefined);
      markerFeeds = { key, feeds };
    }
    return markerFeeds.feeds;
  };

  const probe = async (asked: Probe, stop: AbortSignal): Promise<ProbeAnswer> => {
    switch (asked.kind) {
      case 'http':
        return (await probers)?.ask(asked, stop) ?? { asExpected: false, seen: 'the plan has no probes' };
      case 'services': {
        const feeds = await markerProbers();
        const question = { kind: 'http', from: 'client', request: plan.request, expect: 200 } as const;
        const answers = await Promise.all(feeds.map((feed) => askProber(feed, question, stop)));
        const bad = answers.find(({ asExpected }) => !asExpected);
        if (answers.length === 0) return { asExpected: false, seen: 'there is no marker Service' };
        return bad ?? { asExpected: true, seen: 'the first, middle and last Service answered' };
      }
      case 'hubble':
        return (await part('hubble')?.probe(asked.expect, stop)) ?? notHere('Hubble');
    }
  };

  const change = async (wanted: Change, stop: AbortSignal): Promise<ChangeResult> => {
    switch (wanted.what) {
      case 'wire':
        return { record: log.note('wire', wanted.to) };
      case 'policy':
        await putPolicyInForce(space, plan, wanted.to, stop);
        return { record: log.note('policy', wanted.to) };
      case 'services':
      case 'hubble': {
        const result =
          wanted.what === 'services'
            ? await part('services')?.change(wanted.to, stop)
            : await part('hubble')?.change(wanted.to, stop);
        if (result === undefined) return notHere(wanted.what);
        partRecords.push(result.record);
        return result;
      }
    }
  };

  const run = async (job: Job, stop: AbortSignal): Promise<JobOutput> => {
    const { server: kind } = job;
    const endUsage = await part('usage')?.begin(stop);
    let output: JobOutput;
    if (kind === null) {
      const readOut = part('readOut');
      output = readOut === undefined ? notHere(job.argv[0] ?? 'this') : await readOut(job, stop);
    } else {
      const server = servers.find(kind, job.via);
      const now = watch.all().find(({ uid }) => uid === server.pod.uid) ?? server.pod;
      const before = restartsOf(now);
      serverTrouble(watch, server, before);
      const shared = sharedResources(resources, job.clients, space.placement.clients.length);
      output = await runLoad(space, watch, job, shared, stop);
      const spoiledBy = [...(output.spoiledBy ?? []), ...serverTrouble(watch, server, before)];
      output = { ...output, ...(spoiledBy.length === 0 ? {} : { spoiledBy }) };
    }
    const components = await endUsage?.();
    return components === undefined ? output : { ...output, components };
  };

  let closing: Promise<CloseReport> | null = null;
  return {
    tools: toolsOf(space, servers),
    notMeasured: [
      ...(plan.metrics.includes('cpuUsPerRequest') ? [cpuNotMeasured] : []),
      ...parts.flatMap(({ notMeasured = [] }) => notMeasured),
    ],
    has: (tool) =>
      hasTool(space.settings, tool) ||
      (parts.some(({ readOut }) => readOut !== undefined) && !isLoadTool(tool)),
    address: (kind, via) => servers.address(kind, via),
    run,
    change,
    probe,
    sample: () => Promise.resolve({ cpuUs: {}, memoryBytes: {} }),
    close() {
      closing ??= leave(standing, parts).then((left) => ({
        changes: [...log.undone(), ...partRecords].map((record) => ({
          ...record,
          undone: left.length === 0,
        })),
        left,
      }));
      return closing;
    },
  };
}

function isLoadTool(tool: string): boolean {
  return ['fortio', 'iperf3', 'sockperf', 'netperf'].includes(tool);
}

function notHere(what: string): never {
  throw new Problem('target', `This bench cannot do that: ${what}.`, 'Make the plan again.');
}
