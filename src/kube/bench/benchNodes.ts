/** The nodes of a cluster, as far as placing a bench goes. */
import type { ClusterFact } from '../../core/cluster/evidence';
import { valueOf } from '../../core/cluster/evidence';
import { nodeFacts } from '../../core/cluster/nodes';
import { nodeFrom } from '../../core/cluster/readObjects';
import { statusOf } from '../client/apiProblem';
import { listAt, textAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';
import { quantityOf } from './quantities';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

export interface CandidateNode {
  readonly name: string;
  readonly hostname: string;
  readonly zone: string | null;
  readonly instanceType: string | null;
  readonly operatingSystem: string | null;
  readonly ready: boolean;
  /** Cordoned. */
  readonly unschedulable: boolean;
  readonly controlPlane: boolean;
  readonly taints: readonly Taint[];
  /** Cores and bytes that pods may ask for. */
  readonly cpu: number;
  readonly memory: number;
  /** What enforces policies on the project's own test cluster; null everywhere else. */
  readonly testPolicyEngine: string | null;
}

/** Set on the nodes of the project's own test cluster, where no product enforces policies. */
const testPolicyEngineAnnotation = 'test-policy-engine';

/** What enforces policies on a node of the project's own test cluster; null everywhere else. */
export function policyEngineOn(node: unknown): string | null {
  return textAt(node, 'metadata', 'annotations', testPolicyEngineAnnotation);
}

function known<Value>(fact: ClusterFact<Value>, otherwise: Value): Value {
  return valueOf(fact) ?? otherwise;
}

function candidateFrom(object: unknown): CandidateNode {
  const node = nodeFrom(object);
  const facts = nodeFacts(node);
  return {
    name: node.name,
    hostname: node.labels['kubernetes.io/hostname'] ?? node.name,
    zone: valueOf(facts.zone),
    instanceType: valueOf(facts.instanceType),
    operatingSystem: node.operatingSystem,
    ready: known(facts.ready, false),
    unschedulable: node.unschedulable,
    controlPlane: known(facts.controlPlane, false),
    taints: listAt(object, 'spec', 'taints').map((taint) => ({
      key: textAt(taint, 'key') ?? '',
      value: textAt(taint, 'value') ?? '',
      effect: textAt(taint, 'effect') ?? '',
    })),
    cpu: quantityOf(textAt(object, 'status', 'allocatable', 'cpu')) ?? 0,
    memory: quantityOf(textAt(object, 'status', 'allocatable', 'memory')) ?? 0,
    testPolicyEngine: policyEngineOn(object),
  };
}

/** Null where they may not be listed. */
export type ClusterNodes = readonly CandidateNode[] | null;

export async function readNodes(client: KubeClient, signal: AbortSignal): Promise<ClusterNodes> {
  try {
    const { items } = await listPages(client, { path: '/api/v1/nodes', pick: candidateFrom, signal });
    return items;
  } catch (error) {
    if (statusOf(error) === 403) return null;
    throw error;
  }
}

/** What the pods of a node ask for together: cores and bytes. */
export interface Requested {
  readonly cpu: number;
  readonly memory: number;
}

function requestedBy(pod: unknown): Requested {
  const phase = textAt(pod, 'status', 'phase');
  // Pods of a bench come and go with the run that is to be placed.
  const isOwn = textAt(pod, 'metadata', 'labels', 'app.kubernetes.io/managed-by') === 'cilium-bench';
  if (phase === 'Succeeded' || phase === 'Failed' || isOwn) return { cpu: 0, memory: 0 };
  const containers = listAt(pod, 'spec', 'containers');
  const sum = (resource: 'cpu' | 'memory'): number =>
    containers.reduce<number>(
      (total, container) => total + (quantityOf(textAt(container, 'resources', 'requests', resource)) ?? 0),
      quantityOf(textAt(pod, 'spec', 'overhead', resource)) ?? 0,
    );
  return { cpu: sum('cpu'), memory: sum('memory') };
}

/** What is asked for on a node already; null where pods of all namespaces may not be listed. */
export async function readRequested(
  client: KubeClient,
  node: string,
  signal: AbortSignal,
): Promise<Requested | null> {
  try {
    const { items } = await listPages(client, {
      path: '/api/v1/pods',
      fieldSelector: `spec.nodeName=${node}`,
      pick: requestedBy,
      signal,
    });
    return items.reduce((sum, { cpu, memory }) => ({ cpu: sum.cpu + cpu, memory: sum.memory + memory }), {
      cpu: 0,
      memory: 0,
    });
  } catch (error) {
    if (statusOf(error) === 403) return null;
    throw error;
  }
}
