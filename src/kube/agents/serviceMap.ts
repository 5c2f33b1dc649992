/** Cilium's service map for IPv4 on a bench node, as the kernel has it. */
import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { isRecord, numberAt } from '../../core/tool/json';
import type { BenchSpace } from '../bench/space';
import { readAgent } from './agent';
import { orReason, whyNoBpfMaps } from './agentCapabilities';
import { bpftoolIn } from './bpftoolIn';

/** `pkg/maps/lbmap/ipv4.go` of Cilium 1.16 and 1.17, `pkg/loadbalancer/maps/types.go` of 1.18 to 1.20. */
const pinnedAt = '/sys/fs/bpf/tc/globals/cilium_lb4_services_v2';

export interface ServiceMap {
  /** How many entries it has room for. Throws a Problem where that cannot be read. */
  limit(signal: AbortSignal): Promise<number>;
  /** How many are in use. Throws a Problem where that cannot be read. */
  entries(signal: AbortSignal): Promise<number>;
}

/** Why there is none that could be read, as it follows "because". */
export interface NoServiceMap {
  readonly because: string;
}

/**
 * Distinct entries in `bpftool --json map dump` (tools/bpf/bpftool/map.c, do_dump): a list of keys with their values. A walk over
 * a map that changes meanwhile may begin anew and tell an entry twice.
 */
export function entriesInDump(dump: unknown): number {
  const keys = Array.isArray(dump) ? dump.map((entry) => (isRecord(entry) ? entry['key'] : undefined)) : [];
  return new Set(keys.filter((key) => key !== undefined).map((key) => JSON.stringify(key))).size;
}

/**
 * The map on the client's node, where Services are resolved. Null on a cluster without Cilium, where there is none.
 * @throws only the signal's reason.
 */
export async function openServiceMap(
  { client, placement, settings }: Pick<BenchSpace, 'client' | 'placement' | 'settings'>,
  facts: ClusterFacts,
  signal: AbortSignal,
): Promise<ServiceMap | NoServiceMap | null> {
  const isKnown = !facts.notRead.some(({ what }) => what === 'daemonSets');
  if (facts.cilium === null && isKnown) return null;
  const because = await orReason(whyNoBpfMaps(client, facts, settings.allow, signal), signal);
  if (because !== null) return { because };
  const node = placement.client.name;
  const ask = async (
    what: 'show' | 'dump',
    isAnswer: (json: unknown) => boolean,
    noun: string,
    stop: AbortSignal,
  ) => {
    const agent = await readAgent(client, facts, stop);
    const argv = ['bpftool', '--json', 'map', what, 'pinned', pinnedAt];
    return (await bpftoolIn(client, agent, node, argv, { isAnswer, noun }, stop)).json;
  };
  const limitIn = (json: unknown): number | null => numberAt(json, 'max_entries');
  return {
    async limit(stop) {
      return (
        limitIn(await ask('show', (json) => limitIn(json) !== null, 'size of the service map', stop)) ?? 0
      );
    },
    async entries(stop) {
      return entriesInDump(await ask('dump', Array.isArray, 'entries of the service map', stop));
    },
  };
}
