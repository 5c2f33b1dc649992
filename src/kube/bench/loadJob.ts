import type { KubeObject } from '../../core/plan/plan';
import type { Job } from '../../core/target';
import { argvAnnotation } from './jobs';
import { objectName } from './names';
import { ownObject } from './objects';
import { podLabels, podSpec, type PodResources, type PodShape } from './podSpec';
import { networkOf } from './servers';
import { runLabels, type BenchSpace } from './space';

/** What a pod may take to start on top of its load, before Kubernetes itself ends it. */
const startAllowanceSeconds = 360;
/** Long enough to be read after an editor was closed over night; the namespace's end comes first. */
const keptSeconds = 172_800;

export function loadJobName(space: BenchSpace, job: Pick<Job, 'id'>): string {
  return objectName(space.runId, job.id);
}

/** A Kubernetes Job for a load or a part of it: it goes on when this process ends, and is never run twice. */
export function jobObject(
  space: BenchSpace,
  name: string,
  job: Pick<Job, 'timeoutSeconds'>,
  argv: readonly string[],
  own: { readonly spec: KubeObject; readonly pod: { readonly labels: object; readonly spec: KubeObject } },
): KubeObject {
  const object = ownObject(space, name, {}, { apiVersion: 'batch/v1', kind: 'Job' });
  return {
    ...object,
    metadata: {
      ...(object['metadata'] as object),
      annotations: { [argvAnnotation]: JSON.stringify(argv) },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(job.timeoutSeconds) + startAllowanceSeconds,
      ttlSecondsAfterFinished: keptSeconds,
      ...own.spec,
      template: {
        metadata: { labels: { ...own.pod.labels, ...runLabels(space) } },
        spec: own.pod.spec,
      },
    },
  };
}

/** A load of one client. */
export function loadJob(space: BenchSpace, job: Job, resources: PodResources): KubeObject {
  const name = loadJobName(space, job);
  const shape: PodShape = {
    role: 'client',
    part: name,
    nodes: [space.placement.client],
    containers: [
      { name: 'load', image: job.argv[0] === 'fortio' ? 'fortio' : 'network', argv: job.argv, resources },
    ],
    hostNetwork: networkOf(job.via) === 'host',
    restartPolicy: 'Never',
  };
  return jobObject(space, name, job, job.argv, {
    spec: {},
    pod: { labels: podLabels(shape), spec: podSpec(shape, space.settings) },
  });
}
