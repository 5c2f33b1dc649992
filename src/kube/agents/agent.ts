import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { Problem } from '../../core/problem';
import { numberAt } from '../../core/tool/json';
import { listAt, textAt, valueAt } from '../client/json';
import { listPages } from '../client/listPages';
import type { KubeClient } from '../client/openClient';

/** The agents of Cilium: their DaemonSet, as far as it is needed to find, ask and restart them. */
export interface Agent {
  readonly namespace: string;
  /** Name of the DaemonSet. */
  readonly name: string;
  /** Matches its pods and no others. */
  readonly labelSelector: string;
  readonly container: string;
  /** Why settings for single nodes do not reach these agents; null where they do. */
  readonly ignoresNodeConfig: string | null;
  /** Pods that a restart would make from another template than they run now. */
  readonly outdatedPods: number;
}

export interface AgentPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  /** Ready, and not on its way out. */
  readonly ready: boolean;
}

function wordsOf(container: unknown): string[] {
  return [...listAt(container, 'command'), ...listAt(container, 'args')].map(String);
}

function flagOf(words: readonly string[], name: string): string[] | null {
  const flag = words.find((word) => word.startsWith(`--${name}=`));
  return flag === undefined ? null : flag.slice(name.length + 3).split(',');
}

/**
 * Whether CiliumNodeConfig reaches the agent: an init container merges it with cilium-config, and can be told to leave it out.
 * Sources: Cilium 1.16 to 1.20, `install/kubernetes/cilium/templates/cilium-agent/daemonset.yaml` (container `config`) and
 * `cilium-dbg/cmd/build-config.go`.
 */
export function whyNodeConfigIsIgnored(podSpec: unknown, key: string): string | null {
  const words = listAt(podSpec, 'initContainers')
    .map(wordsOf)
    .find((all) => all.includes('build-config'));
  if (words === undefined) return 'the agents read cilium-config alone, no CiliumNodeConfig';
  const sources = flagOf(words, 'source');
  if (sources !== null && !sources.some((source) => source.startsWith('cilium-node-config')))
    return 'the agents are set to read no CiliumNodeConfig (daemon.configSources)';
  const allowed = flagOf(words, 'allow-config-keys');
  const denied = flagOf(words, 'deny-config-keys');
  const isRefused = allowed === null ? denied?.includes(key) === true : !allowed.includes(key);
  return isRefused ? `the agents let no CiliumNodeConfig set ${key}` : null;
}

/**
 * Reads the agents' DaemonSet.
 * @throws Problem where there is none that the facts know of, or where it cannot be read.
 */
export async function readAgent(
  client: KubeClient,
  facts: ClusterFacts,
  signal: AbortSignal,
): Promise<Agent> {
  const place = facts.cilium?.agent ?? null;
  if (place === null)
    throw new Problem(
      'target',
      'No agents of Cilium are known here.',
      'Choose a cluster that runs Cilium, or ask for the right to list DaemonSets.',
    );
  const { namespace, name } = place;
  const object = await client.call({
    path: `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/daemonsets/${encodeURIComponent(name)}`,
    signal,
  });
  const wanted = numberAt(object, 'status', 'desiredNumberScheduled') ?? 0;
  const labels = valueAt(object, 'spec', 'selector', 'matchLabels');
  const pairs = typeof labels === 'object' && labels !== null ? Object.entries(labels) : [];
  const containers = listAt(object, 'spec', 'template', 'spec', 'containers').map(
    (container) => textAt(container, 'name') ?? '',
  );
  return {
    namespace,
    name,
    labelSelector: pairs.length === 0 ? 'k8s-app=cilium' : pairs.map((pair) => pair.join('=')).join(','),
    container: containers.find((one) => one === 'cilium-agent') ?? containers[0] ?? 'cilium-agent',
    ignoresNodeConfig: whyNodeConfigIsIgnored(valueAt(object, 'spec', 'template', 'spec'), 'enable-hubble'),
    outdatedPods: Math.max(0, wanted - (numberAt(object, 'status', 'updatedNumberScheduled') ?? wanted)),
  };
}

function agentPod(object: unknown): AgentPod | undefined {
  const name = textAt(object, 'metadata', 'name');
  const uid = textAt(object, 'metadata', 'uid');
  const node = textAt(object, 'spec', 'nodeName');
  if (name === null || uid === null || node === null) return undefined;
  const isReady = listAt(object, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
  );
  return { name, uid, node, ready: isReady && textAt(object, 'metadata', 'deletionTimestamp') === null };
}

/** The agents' pods on a node: one, or two for a moment while one takes the place of the other. */
export async function agentPodsOn(
  client: KubeClient,
  agent: Agent,
  node: string,
  signal: AbortSignal,
): Promise<readonly AgentPod[]> {
  const { items } = await listPages(client, {
    path: `/api/v1/namespaces/${encodeURIComponent(agent.namespace)}/pods`,
    labelSelector: agent.labelSelector,
    fieldSelector: `spec.nodeName=${node}`,
    pick: agentPod,
    signal,
  });
  return items;
}

/**
 * The agent that serves a node.
 * @throws Problem where none is ready there.
 */
export async function readyAgentOn(
  client: KubeClient,
  agent: Agent,
  node: string,
  signal: AbortSignal,
): Promise<AgentPod> {
  const pods = await agentPodsOn(client, agent, node, signal);
  const found = pods.find(({ ready }) => ready);
  if (found === undefined)
    throw new Problem(
      'target',
      `No agent of Cilium is ready on node ${node}.`,
      `Look at the pods of DaemonSet ${agent.namespace}/${agent.name}.`,
    );
  return found;
}
