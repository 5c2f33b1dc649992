import { messageOf } from '../../core/problem';
import type { BenchSpace } from '../bench/space';
import { readPodLog } from '../client/podLog';
import type { Agent, AgentPod } from './agent';
import { agentPodsOn } from './agent';
import { execInPod } from './execInPod';
import type { HubbleState } from './hubbleState';
import { hubbleStateInLog, hubbleStateInStatus } from './hubbleState';

type AskSpace = Pick<BenchSpace, 'client' | 'settings'>;

/** The agent tells of Hubble while it starts, far before this. */
const mostLogBytes = 4_000_000;
const mostStatusBytes = 4_000_000;
const statusTimeoutMs = 40_000;

async function byStatus(
  { client }: AskSpace,
  agent: Agent,
  pod: AgentPod,
  signal: AbortSignal,
): Promise<HubbleState> {
  const { stdout, stderr, exitCode, failure } = await execInPod(client, {
    namespace: agent.namespace,
    pod: pod.name,
    container: agent.container,
    argv: ['cilium-dbg', 'status', '-o', 'json'],
    mostBytes: mostStatusBytes,
    timeoutMs: statusTimeoutMs,
    signal,
  });
  if (exitCode === 0) return hubbleStateInStatus(stdout);
  const why = failure === '' ? `exit code ${String(exitCode)}: ${stderr.trim().slice(0, 200)}` : failure;
  return { state: 'unclear', said: `cilium-dbg status ended with ${why}` };
}

async function byLog(
  { client }: AskSpace,
  agent: Agent,
  pod: AgentPod,
  signal: AbortSignal,
): Promise<HubbleState> {
  const pieces: Buffer[] = [];
  await readPodLog(
    client,
    {
      namespace: agent.namespace,
      pod: pod.name,
      container: agent.container,
      mostBytes: mostLogBytes,
      signal,
    },
    (bytes) => pieces.push(bytes),
  );
  return hubbleStateInLog(Buffer.concat(pieces).toString('utf8'));
}

/**
 * Asks the agent of a node for its Hubble: by its status where commands in agents were agreed to, else by its log, which needs no
 * command. What cannot be asked is unclear, with the reason.
 * @throws only the signal's reason.
 */
export async function readHubbleState(
  space: AskSpace,
  agent: Agent,
  node: string,
  signal: AbortSignal,
): Promise<HubbleState> {
  try {
    const pods = await agentPodsOn(space.client, agent, node, signal);
    const pod = pods.find(({ ready }) => ready);
    if (pod === undefined) return { state: 'unclear', said: 'no agent is ready' };
    const ask = space.settings.allow.has('agent-exec') ? byStatus : byLog;
    return await ask(space, agent, pod, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { state: 'unclear', said: messageOf(error) };
  }
}
