import type { KubeObject } from '../../core/plan/plan';
import type { Job } from '../../core/target';
import { objectName } from './names';
import { ownObject } from './objects';
import { podLabels, podSpec, type PodResources, type PodShape } from './podSpec';
import { networkOf } from './servers';
import { runLabels, type BenchSpace } from './space';

/** What a pod may take to start on top of its load, before Kubernetes itself ends it. */
const startAllowanceSeconds = 360;
/** Long enough to be read after an editor was closed over night; the namespace's end comes first. */
const keptSeconds = 172_800;

/** Holds the command line, so that a load made before an interruption is taken over only where it is the same. */
export const argvAnnotation = 'cilium-bench.io/argv';

export function loadJobName(space: BenchSpace, job: Pick<Job, 'id'>): string {
  return objectName(space.runId, job.id);
}

/** CPU and memory of one of `clients` pods that share the client nodes. */
function podShape(space: BenchSpace, job: Job, name: string, resources: PodResources): PodShape {
  const { client, clients } = space.placement;
  return {
    role: 'client',
    part: name,
    nodes: job.clients > 1 ? clients : [client],
    containers: [
      { name: 'load', image: job.argv[0] === 'fortio' ? 'fortio' : 'network', argv: job.argv, resources },
    ],
    hostNetwork: networkOf(job.via) === 'host',
    restartPolicy: 'Never',
  };
}

/** A load as a Kubernetes Job: it goes on when this process ends, and is never run twice. */
export function loadJob(space: BenchSpace, job: Job, resources: PodResources): KubeObject {
  const name = loadJobName(space, job);
  const shape = podShape(space, job, name, resources);
  const own = ownObject(space, name, {}, { apiVersion: 'batch/v1', kind: 'Job' });
  return {
    ...own,
    metadata: {
      ...(own['metadata'] as object),
      annotations: { [argvAnnotation]: JSON.stringify(job.argv) },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(job.timeoutSeconds) + startAllowanceSeconds,
      ttlSecondsAfterFinished: keptSeconds,
      ...(job.clients > 1
        ? { completionMode: 'Indexed', completions: job.clients, parallelism: job.clients }
        : {}),
      template: {
        metadata: { labels: { ...podLabels(shape), ...runLabels(space) } },
        spec: podSpec(shape, space.settings),
      },
    },
  };
}
