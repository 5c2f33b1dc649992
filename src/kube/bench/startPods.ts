import { Problem } from '../../core/problem';
import { readPodLog } from '../client/podLog';
import { asClause } from '../client/redact';
import { troubleByEvents } from './objects';
import { hasStarted, isRunning } from './podState';
import { fellSilent, podTrouble } from './podTrouble';
import type { PodWatch, WatchedPod } from './podWatch';
import type { BenchSpace } from './space';

/** Images of some hundred megabytes over a slow line. */
const longestStartMs = 300_000;
/** How long the scheduler may find no node: the pod before may still hold its room. */
const patienceMs = 20_000;
/** After this time without a pod or a container the events are asked for the reason. */
const silenceMs = 2_000;

function todoFor(trouble: string): string {
  if (trouble.includes(fellSilent)) return 'Look at that node, or name others, then start the run again.';
  if (trouble.startsWith('the image'))
    return 'Name images (--image, ciliumBench.cluster.images), a registry or pull secrets so that the nodes can pull them.';
  if (trouble.startsWith('no node'))
    return 'Ask for less CPU and memory, set tolerations, or name other nodes.';
  if (trouble.startsWith('a quota')) return 'Ask for less CPU and memory, or use another namespace.';
  if (trouble.startsWith('Pod Security'))
    return 'Use a namespace that allows it, or let the run make its own.';
  return 'Look at the events of the namespace, then start the run again.';
}

/** The scheduler counts nodes and does not name them: what else is known of one that fell silent, other pods of the run tell. */
function withSilentNodes(schedulerWords: string, ofRun: readonly WatchedPod[]): string {
  const silent = new Set(ofRun.flatMap((pod) => (pod.nodeSilent && pod.node !== null ? [pod.node] : [])));
  return [...[...silent].map((node) => `${node} ${fellSilent}`), asClause(schedulerWords)].join('; ');
}

/** What keeps these pods of the run from starting, as a clause; null while they may still start. */
function obstacle(
  pods: readonly WatchedPod[],
  ofRun: readonly WatchedPod[],
  waitedMs: number,
): string | null {
  for (const pod of pods) {
    const [first] = pod.containers;
    // Tried once more by the kubelet before it counts.
    const isFirstPull = first?.state.is === 'waiting' && first.state.reason === 'ErrImagePull';
    const trouble = isFirstPull ? null : podTrouble(pod);
    if (trouble !== null) return trouble;
    if (pod.unschedulable !== null && waitedMs > patienceMs)
      return `no node takes it: ${withSilentNodes(pod.unschedulable, ofRun)}`;
  }
  return null;
}

/** The first of these pods that has a node and none of its containers; one that pulls its images is not meant. */
function waitingPod(pods: readonly WatchedPod[]): string | undefined {
  return pods.find((pod) => pod.node !== null && !hasStarted(pod))?.name;
}

export interface Starting {
  /** For messages: `the server for http`. */
  readonly what: string;
  /** Name of the object whose events tell why nothing comes of it: the pod, or the Job that is to make it. */
  readonly object: string;
  /** How many pods are to start. */
  readonly count: number;
  readonly of: (pod: WatchedPod) => boolean;
}

/**
 * Waits until all containers of these pods have started.
 * @throws Problem (target) with the one reason why they will not.
 */
export async function waitForStart(
  space: BenchSpace,
  watch: PodWatch,
  { what, object, count, of }: Starting,
  signal: AbortSignal,
): Promise<readonly WatchedPod[]> {
  const began = performance.now();
  let askedEventsAt = began;
  const fail = (trouble: string): never => {
    throw new Problem('target', `Starting ${what} failed: ${trouble}.`, todoFor(trouble));
  };
  const started = await watch.until(
    async () => {
      const pods = watch.all().filter(of);
      const waitedMs = performance.now() - began;
      const trouble = obstacle(
        pods.filter((pod) => !hasStarted(pod)),
        watch.all(),
        waitedMs,
      );
      if (trouble !== null) return fail(trouble);
      const ready = pods.filter(hasStarted);
      if (ready.length >= count) return ready;
      // No pod: what should make it says why. A pod that stands still: its node says why, after some tries of its own.
      const silent = pods.length < count ? object : waitedMs > patienceMs ? waitingPod(pods) : undefined;
      if (silent !== undefined && performance.now() - askedEventsAt > silenceMs) {
        askedEventsAt = performance.now();
        const events = await troubleByEvents(space, silent, signal);
        if (events !== null) return fail(events);
      }
      return undefined;
    },
    longestStartMs,
    signal,
  );
  if (started !== null) return started;
  const events = await troubleByEvents(space, object, signal);
  return fail(events ?? `it did not start within ${longestStartMs / 1000} s`);
}

/** The end of what a container that ended said, as a clause; empty where it cannot be read. */
async function lastWords(space: BenchSpace, pod: WatchedPod, signal: AbortSignal): Promise<string> {
  const [container] = pod.containers;
  if (container === undefined) return '';
  if (container.state.is === 'terminated' && container.state.message !== '')
    return asClause(container.state.message);
  let text = '';
  try {
    const previous = container.restarts > 0;
    await readPodLog(
      space.client,
      {
        namespace: space.namespace,
        pod: pod.name,
        container: container.name,
        previous,
        mostBytes: 4000,
        signal,
      },
      (bytes) => {
        text += bytes.toString('utf8');
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Problem)) throw error;
  }
  return asClause(text);
}

/**
 * Waits until a pod that is to go on running does.
 * @throws Problem (target) with the reason why it does not, its own last words included.
 */
export async function waitForRunning(
  space: BenchSpace,
  watch: PodWatch,
  starting: Starting,
  signal: AbortSignal,
): Promise<WatchedPod> {
  const [pod] = await waitForStart(space, watch, starting, signal);
  if (pod !== undefined && isRunning(pod)) return pod;
  const running = await watch.until(
    () => watch.all().find((candidate) => starting.of(candidate) && isRunning(candidate)),
    silenceMs,
    signal,
  );
  if (running !== null) return running;
  const last = watch.all().find(starting.of) ?? pod;
  const words = last === undefined ? '' : await lastWords(space, last, signal);
  throw new Problem(
    'target',
    `Starting ${starting.what} failed: it ended at once${words === '' ? '' : `: ${words}`}.`,
    'Check that its port is free and that the image is the right one.',
  );
}
