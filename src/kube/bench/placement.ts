/** Which nodes a bench runs on, and how much of them its pods ask for. Pure. */
import { Problem } from '../../core/problem';
import type { RunSettings, Toleration } from '../runSettings';
import type { CandidateNode, ClusterNodes, Requested, Taint } from './benchNodes';
import type { PodResources } from './podSpec';
import type { BenchNode, Placement } from './space';

function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key === '' && operator === 'Exists') return true;
  return key === taint.key && (operator === 'Exists' || (value ?? '') === taint.value);
}

/** Why pods of a bench cannot run on a node, as a clause; null where they can. */
function whyNotOn(node: CandidateNode, tolerations: readonly Toleration[]): string | null {
  if (node.operatingSystem !== null && node.operatingSystem !== 'linux')
    return `runs ${node.operatingSystem}`;
  if (!node.ready) return 'is not ready';
  if (node.unschedulable) return 'is cordoned';
  const taint = node.taints.find(
    ({ effect, ...rest }) =>
      (effect === 'NoSchedule' || effect === 'NoExecute') &&
      !tolerations.some((toleration) => tolerates(toleration, { effect, ...rest })),
  );
  return taint === undefined ? null : `has the taint ${taint.key}:${taint.effect}, which is not tolerated`;
}

function benchNode({ name, hostname, zone }: CandidateNode): BenchNode {
  return { name, hostname, zone };
}

function named(name: string, nodes: readonly CandidateNode[], settings: RunSettings): CandidateNode {
  const node = nodes.find((candidate) => candidate.name === name);
  if (node === undefined)
    throw new Problem('usage', `The cluster has no node ${name}.`, 'kubectl get nodes shows their names.');
  const reason = whyNotOn(node, settings.tolerations);
  if (reason !== null)
    throw new Problem('target', `Node ${name} ${reason}.`, 'Name another node, or set a toleration for it.');
  return node;
}

/** Nodes like this one first: the same zone, the same instance type; then by name, so that the choice is always the same. */
function byLikeness(to: CandidateNode): (a: CandidateNode, b: CandidateNode) => number {
  const unlike = (node: CandidateNode): number =>
    (node.zone === to.zone ? 0 : 2) + (node.instanceType === to.instanceType ? 0 : 1);
  return (a, b) => unlike(a) - unlike(b) || (a.name < b.name ? -1 : 1);
}

/** The first pair of nodes that are most alike. */
function alike(nodes: readonly CandidateNode[]): CandidateNode | undefined {
  const groups = new Map<string, CandidateNode[]>();
  for (const node of nodes) {
    const key = JSON.stringify([node.zone, node.instanceType]);
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const best = [...groups.values()].sort((a, b) => Math.min(b.length, 2) - Math.min(a.length, 2))[0];
  return best?.[0];
}

function requireTwo(client: string, server: string): void {
  if (client === server)
    throw new Problem('usage', `Client and server cannot both be on node ${client}.`, 'Name two nodes.');
}

/** The nodes that the settings name, taken at their word. Their label kubernetes.io/hostname is taken to be their name. */
function unseenPlacement({ clientNode, serverNode }: RunSettings): Placement {
  if (clientNode === null || serverNode === null) {
    throw new Problem(
      'target',
      'The nodes of the cluster may not be listed, so none can be chosen for client and server.',
      'Name both with --client-node and --server-node, or ask for the right to list nodes.',
    );
  }
  requireTwo(clientNode, serverNode);
  const asNamed = (name: string): BenchNode => ({ name, hostname: name, zone: null });
  const client = asNamed(clientNode);
  return { client, server: asNamed(serverNode), clients: [client] };
}

/**
 * Two different nodes for client and server: those named in the settings, else two that are alike, in one zone where there
 * are two. Control plane nodes only where named. The same nodes give the same placement. Where nodes may not be listed, those named
 * in the settings as they are.
 * @throws Problem where there are no two, or only in different zones and that was not agreed to.
 */
export function choosePlacement(nodes: ClusterNodes, settings: RunSettings): Placement {
  if (nodes === null) return unseenPlacement(settings);
  const sorted = [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const usable = sorted.filter((node) => !node.controlPlane && whyNotOn(node, settings.tolerations) === null);
  const asked = settings.serverNode === null ? null : named(settings.serverNode, nodes, settings);
  const client =
    settings.clientNode !== null
      ? named(settings.clientNode, nodes, settings)
      : asked !== null
        ? usable.filter(({ name }) => name !== asked.name).sort(byLikeness(asked))[0]
        : alike(usable);
  const others = client === undefined ? [] : usable.filter(({ name }) => name !== client.name);
  const server = asked ?? (client === undefined ? undefined : others.sort(byLikeness(client))[0]);
  if (client === undefined || server === undefined) {
    const reasons = sorted
      .filter((node) => !usable.includes(node))
      .map((node) => `${node.name} ${whyNotOn(node, settings.tolerations) ?? 'is a control plane node'}`);
    throw new Problem(
      'target',
      `A run needs two nodes that take ordinary pods, and the cluster has ${usable.length}${
        reasons.length === 0 ? '' : ` (${reasons.slice(0, 5).join(', ')})`
      }.`,
      'Add a node, set tolerations, or name control plane nodes that may be used.',
    );
  }
  requireTwo(client.name, server.name);
  if (client.zone !== server.zone && !settings.crossZone) {
    throw new Problem(
      'target',
      `Nodes ${client.name} and ${server.name} are in different zones (${client.zone ?? 'none'}, ${server.zone ?? 'none'}).`,
      'Allow a run across zones, or name two nodes of one zone.',
    );
  }
  const rest = others.filter(({ name }) => name !== server.name).sort(byLikeness(client));
  return {
    client: benchNode(client),
    server: benchNode(server),
    clients: [client, ...rest].map(benchNode),
  };
}

const leastCpu = 0.5;
const mebibyte = 2 ** 20;
/** The tools need less than a tenth of it. */
const mostMemory = 2048 * mebibyte;
const leastMemory = 128 * mebibyte;

/** Whole cores where there is one, else half cores and tenths: a whole number of cores is not throttled by fractions. */
function roundedCpu(cores: number): string {
  if (cores >= 1) return String(Math.floor(cores));
  return `${Math.floor(cores * 10) * 100}m`;
}

/** What pods ask for on nodes that may not be looked at: the least that loads are given CPU for. */
export function unseenResources({ cpu, memory }: Pick<RunSettings, 'cpu' | 'memory'>): PodResources {
  return { cpu: cpu ?? '500m', memory: memory ?? '256Mi' };
}

export interface NodeRoom {
  readonly node: Pick<CandidateNode, 'name' | 'cpu' | 'memory'>;
  /** Null where it is not known. */
  readonly requested: Requested | null;
}

/**
 * What each load and server pod asks for: as set, else a share of what the smaller node has to spare.
 * @param podsOnNode how many such pods stand on one node at once, at least.
 * @throws Problem where the nodes do not have enough to spare.
 */
export function podResources(
  rooms: readonly NodeRoom[],
  podsOnNode: number,
  settings: Pick<RunSettings, 'cpu' | 'memory'>,
): PodResources {
  const shares = Math.max(2, podsOnNode);
  const smallest = (resource: 'cpu' | 'memory'): number =>
    Math.min(
      ...rooms.map(({ node, requested }) =>
        // Where it is not known what the others ask for, half of the node is taken to be theirs.
        requested === null ? node[resource] / 2 : node[resource] - requested[resource],
      ),
    ) / shares;
  const cpu = smallest('cpu');
  const memory = Math.min(smallest('memory'), mostMemory);
  if ((settings.cpu === null && cpu < leastCpu) || (settings.memory === null && memory < leastMemory)) {
    throw new Problem(
      'target',
      `The nodes ${rooms.map(({ node }) => node.name).join(' and ')} have only ${cpu.toFixed(2)} CPU and ${Math.floor(memory / mebibyte)} MiB to spare for each pod of a run.`,
      'Name other nodes, or set CPU and memory.',
    );
  }
  return {
    cpu: settings.cpu ?? roundedCpu(cpu),
    memory: settings.memory ?? `${Math.floor(memory / mebibyte / 64) * 64}Mi`,
  };
}
