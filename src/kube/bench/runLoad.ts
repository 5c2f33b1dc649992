/** One load: a Job, its pods, their logs. */
import { messageOf, Problem } from '../../core/problem';
import type { Job, JobOutput } from '../../core/target';
import type { SplitLog } from '../../core/tool/splitMixedLog';
import { statusOf } from '../client/apiProblem';
import { textAt } from '../client/json';
import { argvAnnotation, loadJob, loadJobName } from './loadJob';
import { followLog, readEndedLog } from './loadLog';
import { collectionPath, makeOrAdopt } from './objects';
import { outlast } from './outlast';
import type { PodResources } from './podSpec';
import type { ContainerState } from './podState';
import { podTrouble } from './podTrouble';
import type { PodWatch, WatchedPod } from './podWatch';
import type { BenchSpace } from './space';
import { waitForStart } from './startPods';

type Terminated = ContainerState & { readonly is: 'terminated' };

/** How one client of a load ended. */
interface ClientEnd {
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

/** Deletes the Job and waits for its end, so that another can be made under its name. */
async function deleteJob(space: BenchSpace, name: string, signal: AbortSignal): Promise<void> {
  const path = `${collectionPath(space.namespace, 'jobs')}/${name}`;
  try {
    await space.client.call({
      method: 'DELETE',
      path,
      query: { propagationPolicy: 'Background' },
      repeatable: true,
      signal,
    });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

async function begin(
  space: BenchSpace,
  job: Job,
  resources: PodResources,
  signal: AbortSignal,
): Promise<string> {
  const name = loadJobName(space, job);
  const body = loadJob(space, job, resources);
  const wanted = JSON.stringify(job.argv);
  for (;;) {
    // A POST whose answer was lost is found again as one that is already there.
    const { object, adopted } = await outlast(() => makeOrAdopt(space, 'jobs', body, signal), signal);
    if (!adopted || textAt(object, 'metadata', 'annotations', argvAnnotation) === wanted)
      return textAt(object, 'metadata', 'uid') ?? '';
    // Made before an interruption, for a server that has another address now.
    await deleteJob(space, name, signal);
  }
}

/** What became of a client's pod by itself: its container ended, or something befell it. */
interface PodEnd {
  readonly end: Terminated | null;
  readonly trouble: string | null;
}

/**
 * Waits until a client's result is whole in its log, or until its container has ended without one. A whole result is the last
 * thing that a tool writes: what its exit code would say, the result says.
 */
async function finishClient(
  space: BenchSpace,
  watch: PodWatch,
  job: Job,
  pod: WatchedPod,
  signal: AbortSignal,
): Promise<ClientEnd> {
  const source = {
    space,
    pod: pod.name,
    container: pod.containers[0]?.name ?? 'load',
    tool: job.argv[0] ?? '',
  };
  const isOver = new AbortController();
  const isWhole = new AbortController();
  const following = followLog(source, isOver.signal, signal).then((log) => {
    if (log?.whole === true) isWhole.abort();
    return log;
  });
  const podEnd = (): PodEnd | undefined => {
    const current = watch.all().find(({ uid }) => uid === pod.uid) ?? pod;
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
    return { log: await following, end: null, trouble: `it ran longer than ${job.timeoutSeconds} s` };
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

/** When the first container of these pods began, by its node's clock. */
function startOf(pods: readonly WatchedPod[]): Date | null {
  const times = pods
    .flatMap(({ containers }) => containers)
    .map(({ state }) => Date.parse(state.is === 'waiting' ? '' : (state.startedAt ?? '')))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? null : new Date(Math.min(...times));
}

function outputOf(
  job: Job,
  pods: readonly WatchedPod[],
  ends: readonly ClientEnd[],
  beganAt: Date,
): JobOutput {
  const texts = ends.flatMap(({ log }) => (log === null ? [] : [log]));
  const isWhole = ends.every(({ log }) => log?.whole === true);
  const times = ends.flatMap(({ end }) => (end === null ? [] : [end]));
  const seconds = times.map(secondsBetween).filter((value) => value !== null);
  const exitCodes = ends.map(({ end }) => end?.exitCode ?? null);
  const troubles = [...new Set(ends.flatMap(({ trouble }) => (trouble === null ? [] : [trouble])))];
  return {
    stdout: texts.map(({ stdout }) => stdout).join(''),
    stderr: texts.map(({ stderr }) => stderr).join(''),
    exitCode: exitCodes.includes(null) ? null : Math.max(...exitCodes.map((code) => code ?? 0)),
    startedAt: startOf(pods) ?? beganAt,
    // Kubernetes tells times in whole seconds: of a load that ran to its end, what it was told to run is closer.
    seconds: isWhole || seconds.length === 0 ? job.seconds : Math.max(...seconds),
    clientCpuUs: null,
    ...(troubles.length === 0
      ? {}
      : { spoiledBy: troubles.map((trouble) => `the load's pod gave no result: ${trouble}`) }),
  };
}

/**
 * Runs a load as a Job to its end and reads its log, whole or not at all. A Job of this run that is there already under the
 * load's name is taken over. What befalls a pod that has started spoils the sample and no more.
 * @param onStarted called once all its pods run.
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
  try {
    const uid = await begin(space, job, resources, signal);
    const of = (pod: WatchedPod): boolean => pod.owner === uid;
    const pods = await waitForStart(
      space,
      watch,
      { what: `load ${job.id}`, object: name, count: job.clients, of },
      signal,
    );
    onStarted();
    const ends = await Promise.all(pods.map((pod) => finishClient(space, watch, job, pod, signal)));
    if (ends.some(({ log }) => log?.whole !== true)) await deleteJob(space, name, signal);
    return outputOf(job, pods, ends, beganAt);
  } catch (error) {
    // What was cancelled is not to go on sending; the namespace's end would come later.
    if (signal.aborted) await deleteJob(space, name, AbortSignal.timeout(5_000)).catch(() => undefined);
    signal.throwIfAborted();
    if (error instanceof Problem) throw error;
    throw new Problem('target', `Load ${job.id} failed: ${messageOf(error)}.`, 'Start the run again.', {
      cause: error,
    });
  }
}
