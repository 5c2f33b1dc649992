import { Problem } from '../core/problem';
import type { OpenKubeTarget } from './resumeRun';

/** Runs on a cluster are not there yet: the target is joined here when they are. */
export const openKubeTarget: OpenKubeTarget = () =>
  Promise.reject(
    new Problem(
      'target',
      'Runs on a Kubernetes cluster come with a later release; this one measures on the local lab.',
      'List what can be measured on: cilium-bench targets.',
    ),
  );
