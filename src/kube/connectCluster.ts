import { clusterCapabilities } from '../core/cluster/capabilities';
import type { PodObject } from '../core/cluster/blastRadius';
import { collectionNames } from '../core/cluster/objects';
import { judgedOn, type JudgedOn } from '../core/cluster/judgedOn';
import { everyConsent, offersOn, type Offer } from '../core/plan/offers';
import type { Problem } from '../core/problem';
import { clusterSummary, factGroups, isComplete } from '../core/words/clusterFacts';
import type { FactGroup } from '../core/words/factRows';
import { agentCapabilities, type AgentCapabilities } from './agents/agentCapabilities';
import { policyEngineOn } from './bench/benchNodes';
import { listPages } from './client/listPages';
import { openClient, type KubeClient } from './client/openClient';
import { followPolicies, type FollowPoliciesOptions } from './facts/followPolicies';
import { podsIn } from './facts/podsIn';
import type { ClusterReading } from './facts/readClusterFacts';
import { watchClusterFacts } from './facts/watchClusterFacts';

/** What is shown of a cluster, in its words. */
export interface ClusterView {
  /** `Cilium 1.19 · native`. */
  readonly summary: string;
  readonly groups: readonly FactGroup[];
  /** Every scenario, and whether it can be measured here. */
  readonly offers: readonly Offer[];
  /** How policies are judged for it. */
  readonly judged: JudgedOn;
  /** Whether all that was asked for has answered. */
  readonly isComplete: boolean;
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** The first facts at once, then more as they come, then whenever one has changed. */
  readonly onView: (view: ClusterView) => void;
  /** What is shown grows old: the cluster does not answer now, and is asked again. */
  readonly onInterrupted: (problem: Problem) => void;
}

/** A cluster that is looked at. Reads only, and never switches the user's current context. */
export interface ClusterConnection {
  /** Without credentials. */
  readonly server: string;
  /** Until the signal is aborted. Throws a Problem where nothing at all could be read. */
  follow(options: FollowOptions): Promise<void>;
  /** Until the signal is aborted. */
  followPolicies(options: FollowPoliciesOptions): Promise<void>;
  /** The pods of a namespace, or of the cluster, that policies can select; null where there are too many to be counted. */
  pods(namespace: string | null, signal: AbortSignal): Promise<readonly PodObject[] | null>;
  close(): void;
}

/** A person waits: a server that is not there is said after a second. */
const impatient = { retries: { attempts: 3, longestWaitMs: 10_000 } };

/** One node tells: what enforces policies is the same on all of the project's test cluster. */
async function readPolicyEngine(client: KubeClient, signal: AbortSignal): Promise<string | null> {
  try {
    const { items } = await listPages(client, {
      path: '/api/v1/nodes',
      metadataOnly: true,
      most: 1,
      pick: (node) => ({ engine: policyEngineOn(node) }),
      signal,
    });
    return items[0]?.engine ?? null;
  } catch {
    // The facts say what of the nodes cannot be read.
    return null;
  }
}

function isNothingRead({ facts }: ClusterReading): boolean {
  return new Set(facts.notRead.map(({ what }) => what)).size === collectionNames.length;
}

const notAsked = 'the agents and kubelets have not been asked yet';

/** What is not among the facts and is asked once. */
interface Asked {
  readonly testPolicyEngine: string | null;
  readonly agents: AgentCapabilities;
}

function viewOf(context: string, { facts, readAt }: ClusterReading, asked: Asked): ClusterView {
  const able = clusterCapabilities(facts, { allow: everyConsent, ...asked });
  return {
    summary: clusterSummary(facts),
    groups: factGroups(facts),
    offers: offersOn('kube', able),
    judged: judgedOn(context, facts),
    isComplete: isComplete(facts),
    readAt,
  };
}

/**
 * Connects to the cluster of a kube context; contacts nothing yet.
 * @param env KUBECONFIG, HOME, and the environment of credential plugins.
 * @throws Problem (usage) where no kubeconfig has the context, or not whole.
 */
export async function connectCluster(context: string, env: NodeJS.ProcessEnv): Promise<ClusterConnection> {
  const client = await openClient(context, env, impatient);
  return {
    server: client.server,
    async follow({ signal, onView, onInterrupted }) {
      let asked: Asked = {
        testPolicyEngine: null,
        agents: { 'hubble-off': notAsked, 'bpf-maps': notAsked, 'component-usage': notAsked },
      };
      let newest: ClusterReading | undefined;
      let areAgentsAsked = false;
      const tell = (): void => {
        if (newest && !signal.aborted) onView(viewOf(context, newest, asked));
      };
      const learn = (more: Promise<Partial<Asked>>): void => {
        more
          .then((known) => {
            asked = { ...asked, ...known };
            tell();
          })
          // The facts say what cannot be read; what was asked here stays not asked.
          .catch(() => undefined);
      };
      const onReading = (reading: ClusterReading): void => {
        // Of a cluster that refuses or does not answer there is nothing to be shown but why, and that is thrown.
        if (isNothingRead(reading)) return;
        const isFirst = newest === undefined;
        newest = reading;
        tell();
        if (isFirst)
          learn(readPolicyEngine(client, signal).then((testPolicyEngine) => ({ testPolicyEngine })));
        if (!areAgentsAsked && isComplete(reading.facts)) {
          areAgentsAsked = true;
          learn(
            agentCapabilities(client, reading.facts, everyConsent, signal).then((agents) => ({ agents })),
          );
        }
      };
      await watchClusterFacts(client, { signal, onReading, onInterrupted });
    },
    followPolicies: (options) => followPolicies(client, options),
    pods: (namespace, signal) => podsIn(client, namespace, signal),
    close: () => {
      client.close();
    },
  };
}
