/** What is checked before anything is touched. Reads only. */
import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { valueOf } from '../../core/cluster/evidence';
import { rightsFor } from '../../core/plan/rights';
import type { Plan } from '../../core/plan/plan';
import { messageOf, Problem } from '../../core/problem';
import type { Check, TargetCapabilities } from '../../core/target';
import type { ClusterNodes } from '../bench/benchNodes';
import type { PodResources } from '../bench/podSpec';
import { quantityOf } from '../bench/quantities';
import { serversFor } from '../bench/servers';
import { calibrationCheck, serviceChecks } from '../../core/cluster/serviceRoom';
import { readServiceRoom } from '../bench/serviceScale/readRoom';
import { serviceNeed } from '../bench/serviceScale/serviceScale';
import type { KubeClient } from '../client/openClient';
import type { BenchImages, RunSettings } from '../runSettings';
import { clockCheck } from './clockCheck';
import { imageChecks } from './imageChecks';
import { leftoverCheck } from './leftoverCheck';
import { nodeChecks } from './nodeChecks';
import { podSecurityChecks } from './podSecurityChecks';
import { quotaChecks, type QuotaNeed } from './quotaChecks';
import { rightChecks } from './rightChecks';
import { standingPolicyChecks } from './standingPolicies';

export interface PreflightMeans {
  readonly client: KubeClient;
  readonly settings: RunSettings;
  readonly facts: ClusterFacts;
  readonly capabilities: TargetCapabilities;
  readonly nodes: ClusterNodes;
  /** What each pod of the run asks for. Throws a Problem where the nodes have too little. */
  readonly resources: (signal: AbortSignal) => Promise<PodResources>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** A check that itself failed is a check: the reason is said, and a run that cannot be judged is not begun. */
async function attempt(
  id: string,
  check: () => Promise<readonly Check[]>,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  try {
    return await check();
  } catch (error) {
    signal.throwIfAborted();
    const [text, todo] =
      error instanceof Problem ? [error.what, error.todo] : [`${messageOf(error)}.`, 'Try again.'];
    return [{ id, level: 'blocks', text, todo }];
  }
}

/** Pods at once: servers and their decoy, two prober pods, the markers' prober, and the largest load's clients with what has them begin. */
function podsOf(plan: Plan, settings: RunSettings): number {
  const clients = plan.variants.flatMap(({ loads }) =>
    loads.map((load) => (load.kind === 'http' ? (load.clients ?? 1) : 1)),
  );
  const decoys = plan.policyObjects?.decoy === undefined ? 0 : 1;
  return (
    serversFor(plan, settings).length +
    decoys +
    3 +
    Math.max(1, ...clients.map((count) => (count > 1 ? count + 1 : 1)))
  );
}

/** Those of a scale are counted by its own checks. */
function servicesOf(plan: Plan, settings: RunSettings): number {
  return serversFor(plan, settings).filter(({ service }) => service).length;
}

function imagesOf(plan: Plan, settings: RunSettings): readonly (keyof BenchImages)[] {
  const usesNetwork = serversFor(plan, settings).some(({ kind }) => kind !== 'http');
  return usesNetwork ? ['fortio', 'network'] : ['fortio'];
}

async function resourceChecks(
  plan: Plan,
  { client, settings, nodes, resources }: PreflightMeans,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { cpu, memory } = await resources(signal);
  const text = `Each load and server pod asks for ${cpu} CPU and ${memory} of memory, and is limited to the same`;
  const isGuessed = nodes === null && (settings.cpu === null || settings.memory === null);
  const pods: Check = isGuessed
    ? {
        id: 'resources',
        level: 'warning',
        text: `${text}: what the nodes have to spare may not be read, so it is little, and loads may be held back by it.`,
        todo: 'Set --cpu and --memory.',
      }
    : { id: 'resources', level: 'ok', text: `${text}.` };
  if (settings.namespace === null) return [pods];
  const need: QuotaNeed = {
    pods: podsOf(plan, settings),
    services: servicesOf(plan, settings),
    podCpu: quantityOf(cpu) ?? 0,
    podMemory: quantityOf(memory) ?? 0,
  };
  return [pods, ...(await quotaChecks(client, settings.namespace, need, signal))];
}

/** Whether addresses, Cilium's maps and quotas take the Services; nothing where the plan makes none. */
async function scaleChecks(
  plan: Plan,
  { client, settings, facts, capabilities }: PreflightMeans,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const counts = plan.variants.flatMap(({ setting }) => setting.services?.count ?? []);
  if (counts.length === 0) return [];
  const room = await readServiceRoom(client, settings.namespace, signal);
  const need = serviceNeed(Math.max(...counts));
  return [
    ...serviceChecks(need, facts, room),
    ...(facts.cilium === null ? [] : [calibrationCheck(need, capabilities.cannot.get('bpf-maps') ?? null)]),
  ];
}

/**
 * Every check, the ones about people and nodes first. Never throws but for cancellation: what could not be checked blocks, with
 * the reason.
 */
export async function preflightChecks(plan: Plan, means: PreflightMeans): Promise<readonly Check[]> {
  const { client, settings, facts, capabilities, nodes, now, signal } = means;
  const { namespace, allow } = settings;
  const needed = rightsFor({
    plan,
    allow,
    ownNamespace: namespace === null,
    policyKind: capabilities.policyKind ?? 'NetworkPolicy',
  });
  const places = {
    benchNamespace: namespace,
    ciliumNamespace: facts.cilium?.agent?.namespace ?? 'kube-system',
  };
  const architectures = (valueOf(facts.nodes) ?? []).map(({ architecture }) => valueOf(architecture));
  const groups: readonly (readonly [string, () => Promise<readonly Check[]>])[] = [
    ['rights', () => rightChecks(client, plan.scenario.id, needed, places, signal)],
    ['nodes', () => Promise.resolve(nodeChecks(nodes, settings))],
    ['resources', () => resourceChecks(plan, means, signal)],
    ['services', () => scaleChecks(plan, means, signal)],
    ['pod-security', () => podSecurityChecks(client, plan, namespace, signal)],
    ['images', () => Promise.resolve(imageChecks(imagesOf(plan, settings), settings, architectures))],
    ['policies', () => standingPolicyChecks(client, namespace, signal)],
    ['clock', () => clockCheck(client, now, signal)],
    ['other-runs', () => leftoverCheck(client, signal)],
  ];
  const found = (await Promise.all(groups.map(([id, check]) => attempt(id, check, signal)))).flat();
  // What keeps nodes from being chosen keeps their room from being known: it is said once.
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}
