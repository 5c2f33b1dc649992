/** One load: a Job, its pods, their logs. */
import { messageOf, Problem } from '../../core/problem';
import type { Reason } from '../../core/run/gates/reasonCodes';
import type { Job, JobOutput } from '../../core/target';
import { fortioFanOut, type SplitLog } from '../../core/tool/splitMixedLog';
import { createFanOut, type FanOut } from './fanOut';
import { deleteJob, makeJob } from './jobs';
import { loadJob, loadJobName } from './loadJob';
import { followLog, readEndedLog } from './loadLog';
import { outlast } from './outlast';
import type { PodResources } from './podSpec';
import type { ContainerState } from './podState';
import { nodeTrouble, podTrouble } from './podTrouble';
import type { PodWatch, WatchedPod } from './podWatch';
import type { BenchSpace } from './space';
import { waitForStart } from './startPods';

type Terminated = ContainerState & { readonly is: 'terminated' };

/** How a load's pod ended. */
interface LoadEnd {
  readonly log: SplitLog | null;
  readonly end: Terminated | null;
  /** Why it gave no result that could be used, as a clause. */
  readonly trouble: string | null;
}

/** The kubelet tells of a container's end within a second; a log that goes on after that does not end by itself. */
const logGraceMs = 5_000;

function endOf(pod: WatchedPod): Terminated | undefined {
  const state = pod.containers[0]?.state;
  return state?.is === 'terminated' ? state : undefined;
}

/** What became of the pod by itself: its container ended, or something befell it. */
interface PodEnd {
  readonly end: Terminated | null;
  readonly trouble: string | null;
}

/**
 * Waits until the result is whole in the pod's log, or until its container has ended without one. A whole result is the last
 * thing that a tool writes: what its exit code would say, the result says.
 */
async function finishLoad(
  space: BenchSpace,
  watch: PodWatch,
  job: Job,
  pod: WatchedPod,
  signal: AbortSignal,
): Promise<LoadEnd> {
  const source = {
    space,
    pod: pod.name,
    container: pod.containers[0]?.name ?? 'load',
    tool: job.clients > 1 ? fortioFanOut : (job.argv[0] ?? ''),
  };
  const isOver = new AbortController();
  const isWhole = new AbortController();
  const following = followLog(source, isOver.signal, signal).then((log) => {
    if (log?.whole === true) isWhole.abort();
    return log;
  });
  const now = (): WatchedPod => watch.all().find(({ uid }) => uid === pod.uid) ?? pod;
  const podEnd = (): PodEnd | undefined => {
    const current = now();
    const end = endOf(current);
    const trouble = podTrouble(current) ?? (current.gone ? 'it was deleted' : null);
    return end !== undefined || trouble !== null ? { end: end ?? null, trouble } : undefined;
  };
  let over: PodEnd | null = null;
  try {
    const stop = AbortSignal.any([signal, isWhole.signal]);
    over = await watch.until(podEnd, job.timeoutSeconds * 1000, stop);
  } catch (error) {
    if (!isWhole.signal.aborted || signal.aborted) {
      isOver.abort();
      await following.catch(() => undefined);
      throw error;
    }
  }
  if (!isWhole.signal.aborted && over === null) {
    isOver.abort();
    const trouble = nodeTrouble(now()) ?? `it ran longer than ${job.timeoutSeconds} s`;
    return { log: await following, end: null, trouble };
  }
  const timer = setTimeout(() => {
    isOver.abort();
  }, logGraceMs);
  const followed = await following.finally(() => {
    clearTimeout(timer);
  });
  const end = over?.end ?? null;
  const trouble = over?.trouble ?? null;
  if (followed?.whole === true) return { log: followed, end, trouble: null };
  if (trouble !== null) return { log: followed, end, trouble };
  const log = (await readEndedLog(source, signal)) ?? followed;
  if (log?.whole === true || end?.exitCode !== 0) return { log, end, trouble: null };
  return { log: null, end, trouble: 'its log was cut or rotated, and its result is not whole in it' };
}

function secondsBetween({ startedAt, finishedAt }: Terminated): number | null {
  const start = Date.parse(startedAt ?? '');
  const end = Date.parse(finishedAt ?? '');
  return Number.isNaN(start) || Number.isNaN(end) || end < start ? null : (end - start) / 1000;
}

/** When the pod's container began, by its node's clock. */
function startOf({ containers }: WatchedPod): Date | null {
  const state = containers[0]?.state;
  const time = Date.parse(state === undefined || state.is === 'waiting' ? '' : (state.startedAt ?? ''));
  return Number.isNaN(time) ? null : new Date(time);
}

function outputOf(
  job: Job,
  pod: WatchedPod,
  { log, end, trouble }: LoadEnd,
  clientTroubles: readonly string[],
  beganAt: Date,
): JobOutput {
  const spoiledBy: readonly Reason[] = [
    ...(trouble === null ? [] : [`the load's pod gave no result: ${trouble}`]),
    ...clientTroubles,
  ].map((says) => ({ code: 'load-lost', says }));
  return {
    stdout: log?.stdout ?? '',
    stderr: log?.stderr ?? '',
    exitCode: end?.exitCode ?? null,
    startedAt: startOf(pod) ?? beganAt,
    // Kubernetes tells times in whole seconds: of a load that ran to its end, what it was told to run is closer.
    seconds: log?.whole === true || end === null ? job.seconds : (secondsBetween(end) ?? job.seconds),
    clientCpuUs: null,
    ...(spoiledBy.length === 0 ? {} : { spoiledBy }),
  };
}

/** Takes a load's clients away, also where it was cancelled. Those that cannot be wait idle for the namespace's end. */
async function endClients(fanOut: FanOut, signal: AbortSignal): Promise<void> {
  const stop = signal.aborted ? AbortSignal.timeout(5_000) : signal;
  await outlast(() => fanOut.end(stop), stop).catch(() => undefined);
}

/**
 * Runs a load as a Job to its end and reads its log, whole or not at all. A Job of this run that is there already under the
 * load's name is taken over. What befalls a pod that has started spoils the sample and no more.
 * @param onStarted called once its pod runs.
 * @throws Problem (target) where the load cannot be started, or where the API server was away for too long.
 */
export async function runLoad(
  space: BenchSpace,
  watch: PodWatch,
  job: Job,
  resources: PodResources,
  signal: AbortSignal,
  onStarted: () => void,
): Promise<JobOutput> {
  const beganAt = new Date();
  const name = loadJobName(space, job);
  const fanOut = job.clients > 1 ? createFanOut(space, watch, job, resources) : null;
  try {
    const uid =
      fanOut === null
        ? await makeJob(space, loadJob(space, job, resources), signal)
        : await fanOut.begin(signal);
    const starting = {
      what: `load ${job.id}`,
      object: name,
      count: 1,
      of: (pod: WatchedPod) => pod.owner === uid,
    };
    const [pod] = await waitForStart(space, watch, starting, signal);
    if (pod === undefined) throw new Error('its pod is not there');
    onStarted();
    const end = await finishLoad(space, watch, job, pod, signal);
    if (end.log?.whole !== true) await deleteJob(space, name, signal);
    return outputOf(job, pod, end, fanOut?.troubles() ?? [], beganAt);
  } catch (error) {
    // What was cancelled is not to go on sending; the namespace's end would come later.
    if (signal.aborted) await deleteJob(space, name, AbortSignal.timeout(5_000)).catch(() => undefined);
    signal.throwIfAborted();
    if (error instanceof Problem) throw error;
    throw new Problem('target', `Load ${job.id} failed: ${messageOf(error)}.`, 'Start the run again.', {
      cause: error,
    });
  } finally {
    if (fanOut !== null) await endClients(fanOut, signal);
  }
}
