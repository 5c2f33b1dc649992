import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { ClusterFacts } from '../../../src/core/cluster/clusterFacts';
import { clusterFacts } from '../../../src/core/cluster/clusterFacts';
import type { ClusterObjects, Reading } from '../../../src/core/cluster/objects';
import { workloadFrom } from '../../../src/core/cluster/readObjects';
import type { Consent } from '../../../src/core/plan/consents';
import type { Journal, JournaledChange } from '../../../src/core/run/journal';
import { agentPodsOn, readAgent } from '../../../src/kube/agents/agent';
import { deleteWithUid } from '../../../src/kube/agents/hubbleNodeConfig';
import type { BenchSpace } from '../../../src/kube/bench/space';
import { statusOf } from '../../../src/kube/client/apiProblem';
import { isRecord } from '../../../src/core/tool/json';
import { listAt, textAt } from '../../../src/kube/client/json';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import { answerOf } from '../answerOf';

const never = new AbortController().signal;
const kubeSystem = '/api/v1/namespaces/kube-system';

const collections: Readonly<Record<string, string>> = {
  ServiceAccount: `${kubeSystem}/serviceaccounts`,
  ConfigMap: `${kubeSystem}/configmaps`,
  Pod: `${kubeSystem}/pods`,
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings',
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  DaemonSet: '/apis/apps/v1/namespaces/kube-system/daemonsets',
};

function pathOf(object: unknown): string {
  const collection = collections[textAt(object, 'kind') ?? ''] ?? '';
  return `${collection}/${textAt(object, 'metadata', 'name') ?? ''}`;
}

export async function apply(client: KubeClient, object: object): Promise<void> {
  await client.call({
    method: 'PATCH',
    path: pathOf(object),
    query: { fieldManager: 'test', force: true },
    contentType: 'application/apply-patch+yaml',
    body: object,
    repeatable: true,
  });
}

export async function remove(client: KubeClient, object: object): Promise<void> {
  await deleteWithUid(client, pathOf(object), null, never);
}

/** The manifests of the stand-in agents, with the outputs that they are to give. */
export async function standInObjects(outputs: Readonly<Record<string, string>>): Promise<readonly object[]> {
  const read = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
  const manifests = parseAllDocuments(await read('agents.yaml')).map(
    (document) => document.toJS() as unknown,
  );
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cilium-stand-in', namespace: 'kube-system' },
      data: { 'agent.sh': await read('agent.sh'), ...outputs },
    },
    ...manifests.filter(isRecord),
  ];
}

/** The facts of a cluster as far as the agents are concerned, read by the code that reads them for a run. */
export async function factsOf(client: KubeClient): Promise<ClusterFacts> {
  const list = await client.call({ path: collections['DaemonSet'] ?? '' });
  const config = await client
    .call({ path: `${kubeSystem}/configmaps/cilium-config` })
    .catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined;
      throw error;
    });
  const unread: Reading<never> = { unread: 'the test does not read it' };
  const data = isRecord(config) && isRecord(config['data']) ? config['data'] : {};
  const objects: ClusterObjects = {
    serverVersion: unread,
    nodes: unread,
    daemonSets: { value: listAt(list, 'items').map((item) => workloadFrom('DaemonSet', item)) },
    deployments: unread,
    systemPods: unread,
    configMaps: {
      value: [
        {
          namespace: 'kube-system',
          name: 'cilium-config',
          data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, String(value)])),
        },
      ],
    },
    customResources: unread,
    apiGroups: unread,
    namespaces: unread,
    services: unread,
    endpointSlices: unread,
    serviceCidrs: unread,
    nodeConfigs: unread,
    unreadConfigMaps: {},
    identity: unread,
    metricsApi: unread,
  };
  return clusterFacts(objects, (text) => createHash('sha256').update(text).digest('hex'));
}

/** A journal in memory: what is open after a process has ended is what another one has to undo. */
export interface MemoryJournal extends Journal {
  open(): readonly JournaledChange[];
  /** What another process has undone. */
  forget(): void;
}

export function memoryJournal(): MemoryJournal {
  const changes = new Map<number, JournaledChange>();
  let last = 0;
  return {
    begin(change) {
      last += 1;
      changes.set(last, change);
      return Promise.resolve(last);
    },
    undone(change) {
      changes.delete(change);
      return Promise.resolve();
    },
    open: () => [...changes.values()],
    forget() {
      changes.clear();
    },
  };
}

/** Undoes what is open, the last first, by nothing but what was written down. */
export async function undoAll(client: KubeClient, journal: MemoryJournal): Promise<void> {
  for (const { undo } of [...journal.open()].reverse()) {
    if (undo.kind === 'delete') await deleteWithUid(client, undo.path, undo.uid, never);
    if (undo.kind === 'restart-pods') {
      for (const node of undo.nodes) {
        const pods = `/api/v1/namespaces/${undo.namespace}/pods`;
        const query = { labelSelector: undo.labelSelector, fieldSelector: `spec.nodeName=${node}` };
        const list = await client.call({ path: pods, query });
        for (const pod of listAt(list, 'items'))
          await deleteWithUid(client, `${pods}/${textAt(pod, 'metadata', 'name') ?? ''}`, null, never);
      }
    }
  }
}

export interface SpaceWishes {
  readonly allow?: readonly Consent[];
  readonly nodes?: readonly [string, string];
  readonly runId?: string;
}

export function spaceOf(client: KubeClient, journal: Journal, wishes: SpaceWishes = {}): BenchSpace {
  const [first, second] = wishes.nodes ?? ['node-a', 'node-b'];
  const node = (name: string) => ({ name, hostname: name, zone: null });
  return {
    client,
    cluster: { context: client.context, server: client.server, clusterUid: 'test' },
    runId: wishes.runId ?? '2026-11-25-hubble-t1',
    namespace: 'cilium-bench',
    ownsNamespace: true,
    placement: { client: node(first), server: node(second), clients: [node(first)] },
    settings: runSettingsFrom({ allow: wishes.allow ?? ['agent-restart', 'agent-exec'], crossZone: true }),
    journal,
  };
}

/** uid of the ready agent of a node, once there is one. */
export async function agentUid(client: KubeClient, facts: ClusterFacts, node: string): Promise<string> {
  const agent = await readAgent(client, facts, never);
  return answerOf(
    async () => (await agentPodsOn(client, agent, node, never)).find(({ ready }) => ready)?.uid,
  );
}

/** Name of the ready agent of a node, once there is one. */
export async function runningPod(client: KubeClient, facts: ClusterFacts, node: string): Promise<string> {
  const agent = await readAgent(client, facts, never);
  return answerOf(
    async () => (await agentPodsOn(client, agent, node, never)).find(({ ready }) => ready)?.name,
  );
}

export async function nodeConfigNames(client: KubeClient): Promise<readonly string[]> {
  const list = await client.call({ path: '/apis/cilium.io/v2/namespaces/kube-system/ciliumnodeconfigs' });
  return listAt(list, 'items').map((item) => textAt(item, 'metadata', 'name') ?? '');
}
