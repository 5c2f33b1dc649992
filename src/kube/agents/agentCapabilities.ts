import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { consents } from '../../core/plan/consents';
import type { Consent } from '../../core/plan/consents';
import { messageOf } from '../../core/problem';
import type { Capability } from '../../core/scenario/scenario';
import { canI } from '../client/canI';
import type { Right } from '../client/canI';
import type { KubeClient } from '../client/openClient';
import { readAgent } from './agent';
import { servedNodeConfigVersion } from './hubbleNodeConfig';

/** The three that need the agents or the kubelets; null where the target has it, else why not. */
export type AgentCapabilities = Readonly<
  Record<Extract<Capability, 'hubble-off' | 'bpf-maps' | 'component-usage'>, string | null>
>;

function notAgreed(consent: Consent): string {
  return `it ${consents[consent]}, which was not agreed to (${consent})`;
}

function phrase({ verb, group, resource, namespace }: Right): string {
  const what = group === '' ? resource : `${resource} (${group})`;
  return `${verb} ${what}${namespace === null ? '' : ` in namespace ${namespace}`}`;
}

/** Why these rights do not do; null where all are there. */
async function missingRights(
  client: KubeClient,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<string | null> {
  const missing = (await canI(client, rights, signal)).filter(({ allowed }) => !allowed);
  return missing.length === 0 ? null : `the right to ${missing.map(phrase).join(' and to ')} is missing`;
}

/** Commands run over a WebSocket, which API servers take for `get` and, from Kubernetes 1.35 on, for `create` too. */
function execRights(namespace: string): readonly Right[] {
  return ['get', 'create'].map((verb) => ({ verb, group: '', resource: 'pods/exec', namespace }));
}

function whyNoCilium({ notRead }: ClusterFacts): string {
  const unread = notRead.find(({ what }) => what === 'daemonSets');
  return unread === undefined
    ? 'Cilium does not run here'
    : `it is not known whether Cilium runs here: ${unread.because}`;
}

async function hubbleOff(
  client: KubeClient,
  facts: ClusterFacts,
  allow: ReadonlySet<Consent>,
  signal: AbortSignal,
): Promise<string | null> {
  const { cilium } = facts;
  if (cilium === null) return whyNoCilium(facts);
  if (cilium.hubble.known && !cilium.hubble.value) return 'Hubble is off here already';
  if (cilium.agent === null) return 'the agents of Cilium could not be found';
  if (!allow.has('agent-restart')) return notAgreed('agent-restart');
  const { namespace } = cilium.agent;
  const pods = (verb: string, resource = 'pods'): Right => ({ verb, group: '', resource, namespace });
  const reason = await missingRights(
    client,
    [
      { verb: 'get', group: 'apps', resource: 'daemonsets', namespace },
      ...['get', 'create', 'delete'].map((verb) => ({
        verb,
        group: 'cilium.io',
        resource: 'ciliumnodeconfigs',
        namespace,
      })),
      pods('list'),
      pods('delete'),
      ...(allow.has('agent-exec') ? execRights(namespace) : [pods('get', 'pods/log')]),
    ],
    signal,
  );
  if (reason !== null) return reason;
  if ((await servedNodeConfigVersion(client, signal)) === null)
    return 'this cluster does not serve CiliumNodeConfig';
  const agent = await readAgent(client, facts, signal);
  if (agent.ignoresNodeConfig !== null) return agent.ignoresNodeConfig;
  if (agent.outdatedPods > 0)
    return `DaemonSet ${agent.namespace}/${agent.name} is being rolled out: a restarted agent would be another one`;
  return null;
}

/** Why BPF maps cannot be read in the agents; null where they can. @throws as the client's calls. */
export async function whyNoBpfMaps(
  client: KubeClient,
  facts: ClusterFacts,
  allow: ReadonlySet<Consent>,
  signal: AbortSignal,
): Promise<string | null> {
  if (facts.cilium === null) return whyNoCilium(facts);
  if (facts.cilium.agent === null) return 'the agents of Cilium could not be found';
  if (!allow.has('agent-exec')) return notAgreed('agent-exec');
  const { namespace } = facts.cilium.agent;
  return missingRights(
    client,
    [
      { verb: 'get', group: 'apps', resource: 'daemonsets', namespace },
      { verb: 'list', group: '', resource: 'pods', namespace },
      ...execRights(namespace),
    ],
    signal,
  );
}

/** What the kubelets are asked with, through the API server. */
const summaryRight: Right = { verb: 'get', group: '', resource: 'nodes/proxy', namespace: null };
const metricsRight: Right = { verb: 'get', group: 'metrics.k8s.io', resource: 'pods', namespace: null };
const podsRight: Right = { verb: 'list', group: '', resource: 'pods', namespace: null };

async function componentUsage(client: KubeClient, signal: AbortSignal): Promise<string | null> {
  const [pods, summary, metrics] = await canI(client, [podsRight, summaryRight, metricsRight], signal);
  if (pods?.allowed !== true) return `the right to ${phrase(podsRight)} is missing`;
  if (summary?.allowed === true) return null;
  if (metrics?.allowed !== true)
    return `the right to ${phrase(summaryRight)} is missing, and so is the one to ${phrase(metricsRight)}`;
  return (await servesMetrics(client, signal))
    ? null
    : `the right to ${phrase(summaryRight)} is missing, and the cluster has no metrics API`;
}

async function servesMetrics(client: KubeClient, signal: AbortSignal): Promise<boolean> {
  try {
    await client.call({ path: '/apis/metrics.k8s.io/v1beta1', signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false; // Not there, or there and out of order: the reason that follows is the same.
  }
}

/** What cannot be found out is a reason as well. @throws only the signal's reason. */
export async function orReason(asked: Promise<string | null>, signal: AbortSignal): Promise<string | null> {
  try {
    return await asked;
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error).replace(/\.$/, '');
  }
}

/** Reads only. @throws only the signal's reason. */
export async function agentCapabilities(
  client: KubeClient,
  facts: ClusterFacts,
  allow: ReadonlySet<Consent>,
  signal: AbortSignal,
): Promise<AgentCapabilities> {
  const [hubble, maps, usage] = await Promise.all([
    orReason(hubbleOff(client, facts, allow, signal), signal),
    orReason(whyNoBpfMaps(client, facts, allow, signal), signal),
    orReason(componentUsage(client, signal), signal),
  ]);
  return { 'hubble-off': hubble, 'bpf-maps': maps, 'component-usage': usage };
}
