/** The bench on a cluster: servers, probers and loads in one namespace, which ends with it. */
import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import type { Plan } from '../../core/plan/plan';
import { messageOf, Problem } from '../../core/problem';
import type { ToolUse } from '../../core/result/run';
import type { Bench, CloseReport } from '../../core/target';
import { asClause } from '../client/redact';
import { createChanges } from './changes';
import { collectionsFor, takeQuarters, type Quarters } from './namespace';
import { runSelector } from './objects';
import { openParts, type Parts } from './parts';
import type { PodResources } from './podSpec';
import { policyCollections } from './policies';
import { watchPods, type PodWatch } from './podWatch';
import { createProbes } from './probes';
import { runAgainstServer } from './serverLoad';
import { hasTool } from './servers';
import type { BenchSpace } from './space';
import { startServers, type Servers } from './startServers';

/** How long everything may take to be undone. */
const longestCloseMs = 300_000;

export interface OpenBenchOptions {
  readonly plan: Plan;
  readonly space: BenchSpace;
  readonly resources: PodResources;
  readonly facts: ClusterFacts;
  /** The nodes are those of the project's own test cluster. */
  readonly hasTestEngine: boolean;
}

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
  const standing: Standing = { quarters, watch, closed, parts: null };
  try {
    return await build(options, standing, signal);
  } catch (error) {
    const left = await leave(standing);
    if (left.length === 0) {
      signal.throwIfAborted();
      throw error;
    }
    const happened = error instanceof Problem ? error.what : `${messageOf(error)}.`;
    const what = signal.aborted ? 'The run was cancelled before it began.' : happened;
    throw new Problem(
      'target',
      `${what} Left on the cluster: ${left.join('; ')}.`,
      'Run cilium-bench undo.',
      { cause: error, left },
    );
  }
}

interface Standing {
  readonly quarters: Quarters;
  readonly watch: PodWatch;
  readonly closed: AbortController;
  parts: Parts | null;
}

/** Takes everything away. The signal of the run is not asked: undoing goes on when a run is cancelled. */
async function leave({ quarters, watch, closed, parts }: Standing): Promise<readonly string[]> {
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
  const ofParts = parts === null ? [] : await attempt(() => parts.close(signal));
  return [...ofParts, ...(await attempt(() => quarters.leave(signal)))];
}

async function build(options: OpenBenchOptions, standing: Standing, signal: AbortSignal): Promise<Bench> {
  const { plan, space, resources } = options;
  const { watch, closed } = standing;
  const servers = await startServers(space, watch, plan, resources, signal);
  const parts = await openParts(options, servers, signal);
  standing.parts = parts;
  const signals = { starting: AbortSignal.any([signal, closed.signal]), closed: closed.signal };
  const changes = createChanges(space, plan, parts);
  const probe = createProbes({ space, watch, plan, servers, parts }, signals);
  let closing: Promise<CloseReport> | null = null;
  return {
    tools: toolsOf(space, servers),
    notMeasured: parts.notMeasured,
    has: (tool) => hasTool(space.settings, tool),
    address: (kind, via) => servers.address(kind, via),
    run(job, stop) {
      const { server } = job;
      const run = () =>
        server === null
          ? parts.runWithoutPod(job, stop)
          : runAgainstServer({ space, watch, servers, parts, resources }, job, server, stop);
      return parts.withRestartsSeen(job, run, stop);
    },
    change: (change, stop) => changes.make(change, stop),
    probe,
    // CPU counters of pods cannot be had within a load's time; the capabilities say so.
    sample: () => Promise.resolve({ cpuUs: {}, memoryBytes: {} }),
    close() {
      closing ??= leave(standing).then((left) => ({
        changes: changes.records().map((record) => ({ ...record, undone: left.length === 0 })),
        left,
      }));
      return closing;
    },
  };
}
