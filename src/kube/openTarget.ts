import type { Target } from '../core/target';
import { openClient } from './client/openClient';
import { readClusterFacts } from './facts/readClusterFacts';
import type { RunSettings } from './runSettings';
import { createKubeTarget } from './target';

export interface OpenedTarget extends Target {
  /** Ends connections and credential plugins; what a run made is not touched. */
  close(): void;
}

/**
 * The cluster of a kube context as a target. Contacts nothing until it is asked something.
 * @param env KUBECONFIG, HOME, and the environment of credential plugins.
 * @throws Problem (usage) where no kubeconfig has the context.
 */
export async function openTarget(
  context: string,
  settings: RunSettings,
  env: NodeJS.ProcessEnv,
): Promise<OpenedTarget> {
  const client = await openClient(context, env);
  const target = createKubeTarget({
    client,
    settings,
    readFacts: async (asked, signal) => (await readClusterFacts(asked, { signal })).facts,
  });
  return {
    ...target,
    close: () => {
      client.close();
    },
  };
}
