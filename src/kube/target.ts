import { clusterCapabilities } from '../core/cluster/capabilities';
import type { ClusterFacts } from '../core/cluster/clusterFacts';
import { fingerprintOf } from '../core/cluster/fingerprint';
import type { Target, TargetCapabilities } from '../core/target';
import { probesPerSecond } from '../core/tool/fortioAccessLog';
import { agentCapabilities } from './agents/agentCapabilities';
import { readNodes, readRequested, type ClusterNodes } from './bench/benchNodes';
import { namespaceName, requireLabelValue } from './bench/names';
import { openBench } from './bench/openBench';
import { choosePlacement, podResources, unseenResources } from './bench/placement';
import type { PodResources } from './bench/podSpec';
import type { Placement } from './bench/space';
import type { KubeClient } from './client/openClient';
import { readClusterUid } from './clusterIdentity';
import { preflightChecks } from './preflight/preflight';
import type { RunSettings } from './runSettings';

export interface KubeTargetOptions {
  readonly client: KubeClient;
  readonly settings: RunSettings;
  readonly readFacts: (client: KubeClient, signal: AbortSignal) => Promise<ClusterFacts>;
}

/** Server pods of one run that stand on the server's node at once, at the most that a plan of the registry needs. */
const podsOnNode = 2;

interface Survey {
  readonly facts: ClusterFacts;
  readonly nodes: ClusterNodes;
}

function testEngineOf(nodes: ClusterNodes): string | null {
  return nodes?.find(({ testPolicyEngine }) => testPolicyEngine !== null)?.testPolicyEngine ?? null;
}

/** The cluster of a kube context as a target. Reads only, until a bench is opened. */
export function createKubeTarget({ client, settings, readFacts }: KubeTargetOptions): Target {
  let surveying: Promise<Survey> | null = null;
  /** Read once: planning, preflight and fingerprint speak of the same cluster. */
  const surveyed = (signal: AbortSignal): Promise<Survey> => {
    surveying ??= Promise.all([readFacts(client, signal), readNodes(client, signal)])
      .then(([facts, nodes]) => ({ facts, nodes }))
      .catch((error: unknown) => {
        surveying = null;
        throw error;
      });
    return surveying;
  };
  const placed = async (
    signal: AbortSignal,
  ): Promise<{ readonly placement: Placement; readonly resources: PodResources }> => {
    const { nodes } = await surveyed(signal);
    const placement = choosePlacement(nodes, settings);
    if (nodes === null) return { placement, resources: unseenResources(settings) };
    const used = nodes.filter(({ name }) => name === placement.client.name || name === placement.server.name);
    const rooms = await Promise.all(
      used.map(async (node) => ({ node, requested: await readRequested(client, node.name, signal) })),
    );
    return { placement, resources: podResources(rooms, podsOnNode, settings) };
  };

  const capabilities = async (signal: AbortSignal): Promise<TargetCapabilities> => {
    const { facts, nodes } = await surveyed(signal);
    return clusterCapabilities(facts, {
      allow: settings.allow,
      testPolicyEngine: testEngineOf(nodes),
      agents: await agentCapabilities(client, facts, settings.allow, signal),
    });
  };

  return {
    kind: 'kube',
    name: client.context,
    capabilities,
    async fingerprint(signal) {
      const { facts, nodes } = await surveyed(signal);
      const { placement, resources } = await placed(signal);
      const engine = testEngineOf(nodes);
      return {
        ...fingerprintOf(facts),
        policyEngine: engine === null ? null : `test policy engine: ${engine}`,
        clientNode: placement.client.name,
        serverNode: placement.server.name,
        sameZone: nodes === null ? null : placement.client.zone === placement.server.zone,
        imageFortio: settings.images.fortio,
        imageNetwork: settings.images.network,
        roundTripTool: settings.roundTripTool,
        podCpu: resources.cpu,
        podMemory: resources.memory,
        probesPerSecond,
      };
    },
    async preflight(plan, signal) {
      const { facts, nodes } = await surveyed(signal);
      return preflightChecks(plan, {
        client,
        settings,
        facts,
        nodes,
        capabilities: await capabilities(signal),
        resources: async (stop) => (await placed(stop)).resources,
        now: () => new Date(),
        signal,
      });
    },
    async open(plan, { runId, journal, signal }) {
      requireLabelValue(runId);
      const [clusterUid, { facts, nodes }, { placement, resources }] = await Promise.all([
        readClusterUid(client, settings.namespace, signal),
        surveyed(signal),
        placed(signal),
      ]);
      const space = {
        client,
        cluster: { context: client.context, server: client.server, clusterUid },
        runId,
        namespace: settings.namespace ?? namespaceName(runId),
        ownsNamespace: settings.namespace === null,
        placement,
        settings,
        journal,
      };
      return openBench(
        { plan, space, resources, facts, hasTestEngine: testEngineOf(nodes) !== null },
        signal,
      );
    },
  };
}
