import { Problem } from '../../core/problem';
import type { KubeClient } from '../client/openClient';
import type { Agent } from './agent';
import { agentPodsOn } from './agent';
import { deleteWithUid } from './hubbleNodeConfig';
import type { Pause } from './pause';

export interface RestartTimes {
  readonly pause: Pause;
  /** Between two looks, in ms. */
  readonly everyMs: number;
  /** How many looks there are until an agent counts as not coming back. */
  readonly looks: number;
}

/**
 * Deletes a node's agent and waits until the one that the DaemonSet makes in its place is ready.
 * @throws Problem where it does not come in time. The signal's reason where it is aborted; the agent may be on its way then.
 */
export async function restartAgent(
  client: KubeClient,
  agent: Agent,
  node: string,
  { pause, everyMs, looks }: RestartTimes,
  signal: AbortSignal,
): Promise<void> {
  const before = await agentPodsOn(client, agent, node, signal);
  const old = new Set(before.map(({ uid }) => uid));
  for (const { name, uid } of before) {
    const path = `/api/v1/namespaces/${encodeURIComponent(agent.namespace)}/pods/${encodeURIComponent(name)}`;
    await deleteWithUid(client, path, uid, signal);
  }
  for (let look = 0; look < looks; look += 1) {
    const pods = await agentPodsOn(client, agent, node, signal);
    if (pods.some(({ uid, ready }) => ready && !old.has(uid))) return;
    await pause(everyMs, signal);
  }
  throw new Problem(
    'target',
    `The agent of Cilium on node ${node} was restarted and was not ready within ${(looks * everyMs) / 1000} s.`,
    `Look at the pods of DaemonSet ${agent.namespace}/${agent.name} on that node.`,
  );
}
