import type { ClusterFacts } from '../core/cluster/clusterFacts';
import type { Consent } from '../core/plan/consents';
import type { Target } from '../core/target';
import { openClient } from './client/openClient';
import { readClusterFacts } from './facts/readClusterFacts';
import type { RunSettings } from './runSettings';
import { createKubeTarget } from './target';

export interface OpenedTarget extends Target {
  /** Ends connections and credential plugins; what a run made is not touched. */
  close(): void;
}

export interface ClusterTarget extends OpenedTarget {
  /** The same cluster where this, and no more, was agreed to. Its facts are not read anew; it closes together with this one. */
  allowing(allow: ReadonlySet<Consent>): ClusterTarget;
}

/** A person waits: a server that is not there is said after a second. Runs themselves are patient. */
const impatient = { retries: { attempts: 3, longestWaitMs: 10_000 } };

async function seeThatItAnswers(context: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const client = await openClient(context, env, impatient);
  try {
    await client.call({ path: '/version', signal });
  } finally {
    client.close();
  }
}

/**
 * The cluster of a kube context as a target. Sees that its API server answers.
 * @param env KUBECONFIG, HOME, and the environment of credential plugins.
 * @throws Problem (usage) where no kubeconfig has the context, (target) where its API server does not answer.
 */
export async function openTarget(
  context: string,
  settings: RunSettings,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ClusterTarget> {
  await seeThatItAnswers(context, env, signal);
  const client = await openClient(context, env);
  let reading: Promise<ClusterFacts> | undefined;
  const target = (chosen: RunSettings): ClusterTarget => ({
    ...createKubeTarget({
      client,
      settings: chosen,
      readFacts: (asked, signal) => {
        reading ??= readClusterFacts(asked, { signal }).then(
          ({ facts }) => facts,
          (error: unknown) => {
            reading = undefined;
            throw error;
          },
        );
        return reading;
      },
    }),
    allowing: (allow) => target({ ...chosen, allow }),
    close: () => {
      client.close();
    },
  });
  return target(settings);
}
