import type { OpenKubeTarget } from './resumeRun';

/** Opens the cluster of a run that goes on. */
export const openKubeTarget: OpenKubeTarget = async (contextName, settings, { env, signal }) => {
  const { openTarget } = await import('../kube/main');
  return openTarget(contextName, settings, env, signal);
};
