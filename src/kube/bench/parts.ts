/** What a bench on a cluster does beside servers, loads and policies: each part is there where the plan needs it. */
import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { notCalibrated } from '../../core/cluster/serviceRoom';
import type { Change, Plan } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { ServiceScale as Scale } from '../../core/scenario/scenario';
import type { NotMeasured } from '../../core/result/run';
import type { Job, JobOutput } from '../../core/target';
import { runBpfMaps, runIdle } from '../agents/agentLoads';
import { createHubbleSwitch, type HubbleSwitch } from '../agents/hubbleSwitch';
import { openServiceMap } from '../agents/serviceMap';
import { watchComponents, type ComponentWatch } from '../agents/watchComponents';
import { watchRestarts, type RestartWatchOptions } from '../agents/watchRestarts';
import { createServiceScale, serviceNeed, type ServiceScale } from './serviceScale/serviceScale';
import type { BenchSpace } from './space';
import type { Servers } from './startServers';

export interface Parts {
  /** Null where the plan changes no Services. Is prepared. */
  readonly services: ServiceScale | null;
  /** What of the parts cannot be measured here, with the reason. */
  readonly notMeasured: readonly NotMeasured[];
  /** Null where the plan does not change Hubble. */
  readonly hubble: HubbleSwitch | null;
  /** Runs what needs no pod: waits while components are watched, reads BPF maps. */
  runWithoutPod(job: Job, signal: AbortSignal): Promise<JobOutput>;
  /** Runs a load while the components are watched, where the plan asks for what they use. */
  withComponents(run: (onStarted: () => void) => Promise<JobOutput>, signal: AbortSignal): Promise<JobOutput>;
  /** Runs a load, which is spoiled by a restart of the datapath's own pods meanwhile. */
  withRestartsSeen(job: Job, run: () => Promise<JobOutput>, signal: AbortSignal): Promise<JobOutput>;
  /** Restarts that the run makes itself, and that spoil nothing. */
  restartsExpected(): void;
  /** Undoes what outlives the namespace. Gives what is left, a sentence each. */
  close(signal: AbortSignal): Promise<readonly string[]>;
}

function changesOf<What extends Change['what']>(
  plan: Plan,
  what: What,
): readonly (Change & { what: What })[] {
  return plan.steps.flatMap((step) =>
    step.kind === 'change' && step.change.what === what ? [step.change as Change & { what: What }] : [],
  );
}

function scalesOf(plan: Plan): readonly Scale[] {
  return changesOf(plan, 'services').flatMap(({ to }) => to ?? []);
}

export interface PartsOptions extends RestartWatchOptions {
  readonly plan: Plan;
  readonly space: BenchSpace;
  readonly facts: ClusterFacts;
}

/** Makes the parts that the plan needs. Those that make something on the cluster journal it first. */
export async function openParts(
  { plan, space, facts, hasTestEngine }: PartsOptions,
  servers: Servers,
  signal: AbortSignal,
): Promise<Parts> {
  const restarts = await watchRestarts(space, { facts, hasTestEngine }, signal);
  const scales = scalesOf(plan);
  const services =
    scales.length === 0
      ? null
      : createServiceScale(space, {
          servers: [servers.address('http', 'pod')],
          most: Math.max(...scales.map(({ count }) => count)),
          facts,
          map: await openServiceMap(space, facts, signal),
        });
  const hubble = changesOf(plan, 'hubble').length === 0 ? null : createHubbleSwitch(space, facts);
  const close = async (stop: AbortSignal): Promise<readonly string[]> => [
    ...((await hubble?.close(stop)) ?? []),
    ...((await services?.close()) ?? []),
  ];
  try {
    await services?.prepare(signal);
  } catch (error) {
    await services?.close();
    throw error;
  }
  const asksForComponents = plan.metrics.includes('componentCpuCores');
  const calibration = services?.calibration() ?? null;
  return {
    services,
    notMeasured: [
      ...restarts.notMeasured,
      ...(calibration !== null && 'because' in calibration
        ? [notCalibrated(serviceNeed(0), calibration.because)]
        : []),
    ],
    hubble,
    async runWithoutPod(job, stop) {
      const tool = job.argv[0];
      if (tool === 'idle') return runIdle(space, job, stop);
      if (tool === 'bpftool') return runBpfMaps(space, facts, job, stop);
      throw new Problem('target', `A cluster cannot run ${tool ?? 'nothing'} without a pod.`, 'Report it.');
    },
    async withComponents(run, stop) {
      if (!asksForComponents) return run(() => undefined);
      // From when the load's pods run: the work of starting them is not the load's.
      const watching: Promise<ComponentWatch>[] = [];
      const output = await run(() => {
        const begun = watchComponents(space, stop);
        begun.catch(() => undefined);
        watching.push(begun);
      });
      const watch = await (watching[0] ?? watchComponents(space, stop));
      return { ...output, components: await watch.stop() };
    },
    async withRestartsSeen(job, run, stop) {
      await restarts.begin(stop);
      const output = await run();
      // What has no pod has no time by a node's clock.
      const seen = await restarts.since(job.server === null ? null : output.startedAt, stop);
      const restarted = seen.map((says) => ({ code: 'restarted' as const, says }));
      const spoiledBy = [...(output.spoiledBy ?? []), ...restarted];
      return spoiledBy.length === 0 ? output : { ...output, spoiledBy };
    },
    restartsExpected() {
      restarts.forget();
    },
    close,
  };
}
