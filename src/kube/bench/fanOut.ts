/** A load by several clients at once: their pods, and the Job that has them begin and brings their results. */
import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { Job } from '../../core/target';
import { commonStart, type CommonStart } from '../../core/tool/fortioCommonStart';
import { deleteJob, findJob, makeJob } from './jobs';
import { jobObject, loadJobName } from './loadJob';
import { objectName } from './names';
import { podLabels, podSpec, type PodResources, type PodShape } from './podSpec';
import { podTrouble } from './podTrouble';
import type { PodWatch, WatchedPod } from './podWatch';
import { networkOf } from './servers';
import type { BenchSpace } from './space';
import { waitForStart } from './startPods';

/** Beside those of the servers in the host network (`servers.ts`), and as free as they are. */
const port = 24_184;
/** It passes one request on, and some hundred kilobytes back. */
const coordinatorResources: PodResources = { cpu: '200m', memory: '64Mi' };

export function clientsJobName(space: BenchSpace, job: Pick<Job, 'id'>): string {
  return objectName(space.runId, `${job.id}-clients`);
}

/** The clients: each waits for its load, and goes on waiting after it until it is deleted. */
export function clientsJob(
  space: BenchSpace,
  job: Job,
  { client }: CommonStart,
  resources: PodResources,
): KubeObject {
  const name = clientsJobName(space, job);
  const shape: PodShape = {
    role: 'client',
    part: name,
    nodes: space.placement.clients,
    containers: [{ name: 'client', image: 'fortio', argv: client, resources, port }],
    hostNetwork: networkOf(job.via) === 'host',
    restartPolicy: 'Never',
  };
  return jobObject(space, name, job, client, {
    spec: { completionMode: 'Indexed', completions: job.clients, parallelism: job.clients },
    pod: { labels: podLabels(shape), spec: podSpec(shape, space.settings) },
  });
}

/**
 * The load's own Job: its container asks the coordinator beside it, which asks all clients. The kubelet starts it once the
 * coordinator's probe has been answered by every client, and ends the coordinator after it (a sidecar, Kubernetes 1.29).
 */
export function coordinatorJob(
  space: BenchSpace,
  job: Job,
  start: CommonStart,
  clients: readonly string[],
): KubeObject {
  const name = loadJobName(space, job);
  const shape: PodShape = {
    role: 'client',
    part: name,
    nodes: [space.placement.client],
    containers: [{ name: 'load', image: 'fortio', argv: start.starter, resources: coordinatorResources }],
    sidecar: {
      name: 'coordinator',
      image: 'fortio',
      argv: start.coordinator(clients),
      resources: coordinatorResources,
      port,
      readyPath: start.readyPath,
    },
    hostNetwork: false,
    restartPolicy: 'Never',
  };
  return jobObject(space, name, job, job.argv, {
    spec: {},
    pod: { labels: podLabels(shape), spec: podSpec(shape, space.settings) },
  });
}

/** What befell a client, as a clause; null where it goes on waiting. */
function clientTrouble(pod: WatchedPod): string | null {
  const trouble = podTrouble(pod) ?? (pod.gone ? 'it was deleted' : null);
  if (trouble !== null) return trouble;
  const state = pod.containers[0]?.state;
  return state?.is === 'terminated' ? `it ended with exit code ${state.exitCode ?? 'none'}` : null;
}

export interface FanOut {
  /** uid of the load's Job; one that an interrupted run had made is taken over. */
  begin(signal: AbortSignal): Promise<string>;
  /** What befell the clients, a clause each. */
  troubles(): readonly string[];
  /** Takes the clients away. */
  end(signal: AbortSignal): Promise<void>;
}

export function createFanOut(space: BenchSpace, watch: PodWatch, job: Job, resources: PodResources): FanOut {
  let clients: readonly WatchedPod[] = [];
  const startClients = async (start: CommonStart, signal: AbortSignal): Promise<readonly string[]> => {
    const uid = await makeJob(space, clientsJob(space, job, start, resources), signal);
    clients = await waitForStart(
      space,
      watch,
      {
        what: `the clients of load ${job.id}`,
        object: clientsJobName(space, job),
        count: job.clients,
        of: (pod) => pod.owner === uid,
      },
      signal,
    );
    return clients.map(({ address, name }) => {
      if (address !== null) return address;
      throw new Problem('target', `Client pod ${name} has no address.`, 'Start the run again.');
    });
  };
  return {
    async begin(signal) {
      const earlier = await findJob(space, loadJobName(space, job), job.argv, signal);
      if (earlier !== null) return earlier;
      const start = commonStart(job.argv, port, randomUUID(), Math.ceil(job.timeoutSeconds));
      if (start === null) {
        throw new Problem(
          'usage',
          `Several clients cannot send load ${job.id}: fortio cannot be asked for it from outside.`,
          'Plan it with one client.',
        );
      }
      const addresses = await startClients(start, signal);
      return makeJob(space, coordinatorJob(space, job, start, addresses), signal);
    },
    troubles() {
      const now = watch.all();
      return clients.flatMap((client) => {
        const trouble = clientTrouble(now.find(({ uid }) => uid === client.uid) ?? client);
        return trouble === null ? [] : [`client pod ${client.name}: ${trouble}`];
      });
    },
    end: (signal) => deleteJob(space, clientsJobName(space, job), signal),
  };
}
