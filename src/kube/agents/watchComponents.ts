import { messageOf } from '../../core/problem';
import type { ComponentUse } from '../../core/result/run';
import type { BenchSpace } from '../bench/space';
import { statusOf } from '../client/apiProblem';
import { bodyOf } from '../client/exchange';
import type { KubeClient } from '../client/openClient';
import type { ComponentPod } from './componentPods';
import { componentPods } from './componentPods';
import type { Pause } from './pause';
import { systemPause } from './pause';
import type { WindowReading } from './usageReadings';
import { readKubeletMetrics, readPodMetrics } from './usageReadings';
import type { PodUse } from './usageWindow';
import { kubeletHistory, useOfWindows } from './usageWindow';

/** What the components use from the call until `stop`. */
export interface ComponentWatch {
  /**
   * Ends the watch and gives what each component used, one for each of its pods; what could not be read says why. With the
   * metrics API it waits for figures that come late, at most half a minute.
   * @throws only the signal's reason.
   */
  stop(): Promise<readonly ComponentUse[]>;
}

interface Source {
  readonly name: ComponentUse['source'];
  /** Reads once; what cannot be read is kept as the reason. */
  look(): Promise<void>;
  /** Called once the load has ended: what comes late is waited for. */
  settle(): Promise<void>;
  use(pod: ComponentPod): PodUse;
}

type WatchSpace = Pick<BenchSpace, 'client' | 'namespace' | 'placement'>;

const kubeletEveryMs = 3_000;
const kubeletTimeoutMs = 15_000;
/** Some hundred pods have some hundred kilobytes. */
const mostKubeletBytes = 20_000_000;
const metricsEveryMs = 5_000;
const lateLooks = 6;

const keyOf = ({ namespace, name }: ComponentPod): string => `${namespace}/${name}`;

async function kubeletMetrics(client: KubeClient, node: string, signal: AbortSignal): Promise<string> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(kubeletTimeoutMs)]);
  const answer = await client.stream({
    path: `/api/v1/nodes/${encodeURIComponent(node)}/proxy/metrics/resource`,
    accept: 'text/plain',
    signal: limited,
  });
  return bodyOf(answer, mostKubeletBytes);
}

function kubeletSource(client: KubeClient, pods: readonly ComponentPod[], signal: AbortSignal): Source {
  const histories = new Map(pods.map((pod) => [keyOf(pod), kubeletHistory()]));
  const nodes = [...new Set(pods.map(({ node }) => node))];
  const failures = new Map<string, string>();
  let isOpen = false;

  async function lookAt(node: string): Promise<void> {
    try {
      const readings = readKubeletMetrics(await kubeletMetrics(client, node, signal));
      failures.delete(node);
      for (const pod of pods.filter((one) => one.node === node))
        histories.get(keyOf(pod))?.add(readings.get(keyOf(pod)));
    } catch (error) {
      signal.throwIfAborted();
      if (!isOpen && statusOf(error) === 403) throw error;
      failures.set(node, messageOf(error).replace(/\.$/, ''));
    }
  }

  return {
    name: 'kubelet',
    async look() {
      await Promise.all(nodes.map(lookAt));
      isOpen = true;
    },
    settle: () => Promise.resolve(),
    use(pod) {
      const failure = failures.get(pod.node);
      const use = histories.get(keyOf(pod))?.use();
      if (use === undefined || (failure !== undefined && use.cpuCores === null))
        return { cpuCores: null, memoryBytes: null, windowSeconds: 0, reason: failure ?? 'it was not asked' };
      return use;
    },
  };
}

function metricsSource(
  client: KubeClient,
  pods: readonly ComponentPod[],
  pause: Pause,
  signal: AbortSignal,
): Source {
  const windows = new Map(pods.map((pod) => [keyOf(pod), new Map<number, WindowReading>()]));
  let startMs = Number.POSITIVE_INFINITY;
  let nowMs = Number.NEGATIVE_INFINITY;
  let endMs = Number.POSITIVE_INFINITY;
  let failure: string | null = null;

  async function lookAt(pod: ComponentPod): Promise<void> {
    const names = [pod.namespace, pod.name].map(encodeURIComponent);
    try {
      const object = await client.call({
        path: `/apis/metrics.k8s.io/v1beta1/namespaces/${names[0] ?? ''}/pods/${names[1] ?? ''}`,
        signal,
      });
      const reading = readPodMetrics(object);
      if (reading === null) return;
      windows.get(keyOf(pod))?.set(reading.endMs, reading);
      startMs = Math.min(startMs, reading.nowMs);
      nowMs = Math.max(nowMs, reading.nowMs);
    } catch (error) {
      signal.throwIfAborted();
      // 404: no figures of this pod yet.
      if (statusOf(error) !== 404) failure = messageOf(error).replace(/\.$/, '');
    }
  }

  const use = (pod: ComponentPod): PodUse =>
    useOfWindows([...(windows.get(keyOf(pod))?.values() ?? [])], { startMs, endMs });
  const source: Source = {
    name: 'metrics.k8s.io',
    async look() {
      await Promise.all(pods.map(lookAt));
    },
    async settle() {
      endMs = nowMs;
      for (let look = 0; look < lateLooks && pods.some((pod) => use(pod).cpuCores === null); look += 1) {
        await pause(metricsEveryMs, signal);
        await source.look();
      }
    },
    use(pod) {
      const found = use(pod);
      return found.cpuCores === null && failure !== null ? { ...found, reason: failure } : found;
    },
  };
  return source;
}

/** The kubelets, where they may be asked, else the metrics API; looked at once. */
async function openSource(
  { client }: WatchSpace,
  pods: readonly ComponentPod[],
  pause: Pause,
  signal: AbortSignal,
): Promise<Source> {
  const kubelets = kubeletSource(client, pods, signal);
  try {
    await kubelets.look();
    return kubelets;
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    const metrics = metricsSource(client, pods, pause, signal);
    await metrics.look();
    return metrics;
  }
}

/**
 * Watches what the components of the datapath use on the bench nodes, and those that serve the whole cluster wherever they run.
 * Resolves after the first look: called once the load runs, nothing from before it counts.
 * @throws Problem where the pods cannot be listed. The signal's reason where it is aborted.
 */
export async function watchComponents(
  space: WatchSpace,
  signal: AbortSignal,
  pause: Pause = systemPause,
): Promise<ComponentWatch> {
  const pods = await componentPods(space, signal);
  const source = await openSource(space, pods, pause, signal);
  const everyMs = source.name === 'kubelet' ? kubeletEveryMs : metricsEveryMs;
  const over = new AbortController();
  const looking = (async () => {
    const until = AbortSignal.any([signal, over.signal]);
    while (!until.aborted) {
      await pause(everyMs, until);
      await source.look();
    }
  })().catch(() => undefined); // It ends by being aborted; `stop` says what was cancelled.

  return {
    async stop() {
      over.abort(new Error('the load has ended'));
      await looking;
      signal.throwIfAborted();
      await source.look();
      await source.settle();
      return pods.map((pod) => ({
        component: pod.component,
        node: pod.scope === 'node' ? pod.node : null,
        source: source.name,
        ...source.use(pod),
      }));
    },
  };
}
