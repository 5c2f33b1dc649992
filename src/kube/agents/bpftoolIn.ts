import { Problem } from '../../core/problem';
import { readJson } from '../../core/tool/json';
import type { KubeClient } from '../client/openClient';
import type { Agent, AgentPod } from './agent';
import { readyAgentOn } from './agent';
import { execInPod } from './execInPod';

/** Thousands of endpoints have a few maps each, of some 250 bytes in JSON; an entry of a map takes some 170. */
const mostBytes = 32_000_000;
const timeoutMs = 60_000;

export interface BpftoolAnswer {
  readonly pod: AgentPod;
  readonly json: unknown;
}

/**
 * Runs `argv`, a command of bpftool that gives JSON and only reads, in the agent of a node. Every image of the agent has bpftool
 * (`images/runtime/Dockerfile`, Cilium 1.16 to 1.20).
 * @param isAnswer whether what it gave is what was asked for.
 * @param noun what that is: `list of maps`.
 * @throws Problem where it cannot be run, ends with an error, or gives something else.
 */
export async function bpftoolIn(
  client: KubeClient,
  agent: Agent,
  node: string,
  argv: readonly string[],
  { isAnswer, noun }: { readonly isAnswer: (json: unknown) => boolean; readonly noun: string },
  signal: AbortSignal,
): Promise<BpftoolAnswer> {
  const pod = await readyAgentOn(client, agent, node, signal);
  const { stdout, stderr, exitCode, failure } = await execInPod(client, {
    namespace: agent.namespace,
    pod: pod.name,
    container: agent.container,
    argv,
    mostBytes,
    timeoutMs,
    signal,
  });
  const json = readJson(stdout);
  if (exitCode === 0 && isAnswer(json)) return { pod, json };
  // With --json, bpftool puts its errors into JSON on standard output.
  const said = failure || stderr.trim() || stdout.trim().slice(0, 300) || 'nothing';
  const ended = exitCode === null ? '' : ` with exit code ${exitCode}`;
  throw new Problem(
    'target',
    `bpftool in the agent on ${node} ended${ended} and gave no ${noun}: ${said}.`,
    'Run it by hand in that pod.',
  );
}
