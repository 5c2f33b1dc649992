import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import type { BenchSpace } from '../bench/space';
import { readAgent } from './agent';
import { bpftoolIn } from './bpftoolIn';

/**
 * Runs `argv`, bpftool's `map show` in JSON, in the agent of each bench node. Gives a line of JSON for each:
 * `{"node", "pod", "maps": [...]}`, the list as bpftool wrote it. What `cilium-dbg map list` tells has neither sizes nor room.
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
  const wanted = { isAnswer: Array.isArray, noun: 'list of maps' };
  const lines = await Promise.all(
    nodes.map(async (node) => {
      const { pod, json } = await bpftoolIn(space.client, agent, node, argv, wanted, signal);
      return JSON.stringify({ node, pod: pod.name, maps: json });
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}
