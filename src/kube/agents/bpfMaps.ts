import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { Problem } from '../../core/problem';
import { readJson } from '../../core/tool/json';
import type { BenchSpace } from '../bench/space';
import type { Agent } from './agent';
import { readAgent, readyAgentOn } from './agent';
import { execInPod } from './execInPod';

/** Thousands of endpoints have a few maps each, of some 250 bytes in JSON. */
const mostBytes = 32_000_000;
const timeoutMs = 60_000;

async function mapsOn(
  { client }: BenchSpace,
  agent: Agent,
  node: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<string> {
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
  const maps = readJson(stdout);
  if (exitCode === 0 && Array.isArray(maps)) return JSON.stringify({ node, pod: pod.name, maps });
  // With --json, bpftool puts its errors into JSON on standard output.
  const said = failure || stderr.trim() || stdout.trim().slice(0, 300) || 'nothing';
  const ended = exitCode === null ? '' : ` with exit code ${exitCode}`;
  throw new Problem(
    'target',
    `bpftool in the agent on ${node} ended${ended} and gave no list of maps: ${said}.`,
    'Run it by hand in that pod.',
  );
}

/**
 * Runs `argv`, bpftool's `map show` in JSON, in the agent of each bench node. Gives a line of JSON for each:
 * `{"node", "pod", "maps": [...]}`, the list as bpftool wrote it. Every image of the agent has bpftool
 * (`images/runtime/Dockerfile`, Cilium 1.16 to 1.20); what `cilium-dbg map list` tells has neither sizes nor room.
 * @throws Problem where one of them cannot be read: never the maps of a part of the nodes.
 */
export async function readBpfMaps(
  space: BenchSpace,
  facts: ClusterFacts,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const agent = await readAgent(space.client, facts, signal);
  const { client, server } = space.placement;
  const nodes = [...new Set([client.name, server.name])];
  const lines = await Promise.all(nodes.map((node) => mapsOn(space, agent, node, argv, signal)));
  return lines.map((line) => `${line}\n`).join('');
}
