import type http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterFacts } from '../../../src/core/cluster/clusterFacts';
import type { ClusterFacts } from '../../../src/core/cluster/clusterFacts';
import type { Journal } from '../../../src/core/run/journal';
import type { Consent } from '../../../src/core/plan/consents';
import { agentCapabilities } from '../../../src/kube/agents/agentCapabilities';
import { createHubbleSwitch } from '../../../src/kube/agents/hubbleSwitch';
import type { BenchSpace } from '../../../src/kube/bench/space';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import { clusterOf, rawCilium, rawConfigMap } from '../cluster/objects';
import { bodyIn, json, status } from '../kube/faultServer';
import { openWorkshop } from '../kube/workshop';
import type { Workshop } from '../kube/workshop';

const never = new AbortController().signal;
const configs = '/apis/cilium.io/v2/namespaces/kube-system/ciliumnodeconfigs';

/** Just enough of a cluster: its agents come back as new pods, its objects stay until they are deleted. */
interface Cluster {
  /** What happened, in order: calls that change something, and what was written into the journal. */
  readonly story: string[];
  /** Agents by node, with a number that grows with each restart. */
  readonly agents: Map<string, number>;
  readonly nodeConfigs: Map<string, { uid: string; body: unknown }>;
  comesBack: boolean;
  denied: (path: string, method: string) => boolean;
}

function serve(
  cluster: Cluster,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  url: URL,
): void {
  const { pathname } = url;
  const method = request.method ?? '';
  if (method !== 'GET' && !pathname.includes('selfsubject'))
    cluster.story.push(`${method} ${pathname.split('/').at(-1) ?? ''}`);
  if (cluster.denied(pathname, method)) {
    json(response, 403, status(403, 'Forbidden', 'forbidden: User "reader" cannot do that'));
  } else if (pathname.endsWith('/selfsubjectaccessreviews')) {
    json(response, 201, { status: { allowed: true } });
  } else if (pathname.endsWith('/daemonsets/cilium')) {
    json(response, 200, {
      spec: {
        selector: { matchLabels: { 'k8s-app': 'cilium' } },
        template: {
          spec: {
            containers: [{ name: 'cilium-agent' }],
            initContainers: [{ name: 'config', command: ['cilium-dbg', 'build-config'] }],
          },
        },
      },
      status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2 },
    });
  } else if (pathname === '/apis/cilium.io/v2') {
    json(response, 200, { resources: [{ name: 'ciliumnodeconfigs' }] });
  } else if (pathname === configs && method === 'POST') {
    void bodyIn(request).then((body) => {
      const name = (body as { metadata: { name: string } }).metadata.name;
      if (cluster.nodeConfigs.has(name)) json(response, 409, status(409, 'AlreadyExists', 'it exists'));
      else {
        cluster.nodeConfigs.set(name, { uid: 'uid-1', body });
        json(response, 201, { metadata: { name, uid: 'uid-1' } });
      }
    });
  } else if (pathname.startsWith(`${configs}/`)) {
    const name = pathname.slice(configs.length + 1);
    const found = cluster.nodeConfigs.get(name);
    if (!found) json(response, 404, status(404, 'NotFound', 'it is not there'));
    else if (method === 'DELETE') {
      cluster.nodeConfigs.delete(name);
      json(response, 200, {});
    } else {
      const { metadata } = found.body as { metadata: object };
      json(response, 200, { metadata: { ...metadata, uid: found.uid } });
    }
  } else if (pathname.endsWith('/pods')) {
    const node = (url.searchParams.get('fieldSelector') ?? '').split('=')[1] ?? '';
    const number = cluster.agents.get(node);
    const isThere = number !== undefined && (cluster.comesBack || number === 0);
    json(response, 200, {
      items: isThere
        ? [
            {
              metadata: { name: `cilium-${node}`, uid: `${node}-${number}` },
              spec: { nodeName: node },
              status: { conditions: [{ type: 'Ready', status: 'True' }] },
            },
          ]
        : [],
    });
  } else if (method === 'DELETE') {
    const node = pathname.split('/cilium-')[1] ?? '';
    cluster.agents.set(node, (cluster.agents.get(node) ?? 0) + 1);
    json(response, 200, {});
  } else if (pathname.endsWith('/log')) {
    const setting =
      cluster.nodeConfigs.size > 0 ? 'Hubble server is disabled' : 'Starting local Hubble server';
    response.end(`level=info msg="${setting}"\n`);
  } else json(response, 404, status(404, 'NotFound', `${pathname} is not served by the test`));
}

let workshop: Workshop;
let cluster: Cluster;
let facts: ClusterFacts;

beforeEach(async () => {
  workshop = await openWorkshop();
  cluster = {
    story: [],
    agents: new Map([
      ['node-a', 0],
      ['node-b', 0],
    ]),
    nodeConfigs: new Map(),
    comesBack: true,
    denied: () => false,
  };
  workshop.server.handle((request, response, url) => {
    serve(cluster, request, response, url);
  });
  facts = factsWith('true');
});
afterEach(async () => {
  await workshop.close();
});

function factsWith(enableHubble: string): ClusterFacts {
  const raw = {
    daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.4')],
    configMaps: [rawConfigMap('kube-system/cilium-config', { 'enable-hubble': enableHubble })],
  };
  return clusterFacts(clusterOf(raw), String);
}

async function open(allow: readonly Consent[] = ['agent-restart']) {
  const client = await workshop.open();
  const journal: Journal = {
    begin: (change) => {
      cluster.story.push(`journal ${change.undo.kind}`);
      return Promise.resolve(cluster.story.length);
    },
    undone: () => {
      cluster.story.push('journal undone');
      return Promise.resolve();
    },
  };
  const node = (name: string) => ({ name, hostname: `host-${name}`, zone: null });
  const space: BenchSpace = {
    client,
    cluster: { context: 'test', server: client.server, clusterUid: 'u' },
    runId: 'run-1',
    namespace: 'bench',
    ownsNamespace: true,
    placement: { client: node('node-a'), server: node('node-b'), clients: [node('node-a')] },
    settings: runSettingsFrom({ allow: allow }),
    journal,
  };
  const times = { pause: () => Promise.resolve(), everyMs: 1, looks: 3 };
  return { client, hubble: createHubbleSwitch(space, facts, times) };
}

const offStory = [
  'journal restart-pods',
  'journal delete',
  'POST ciliumnodeconfigs',
  'DELETE cilium-node-a',
  'DELETE cilium-node-b',
];
const backStory = [
  'DELETE zz-cilium-bench-run-1',
  'DELETE cilium-node-a',
  'DELETE cilium-node-b',
  'journal undone',
  'journal undone',
];

describe('the switch of Hubble', () => {
  it('writes the journal before it changes anything, and restarts one agent after the other', async () => {
    const { hubble } = await open();
    await hubble.to('off', never);
    expect(cluster.story).toEqual(offStory);
    await hubble.to('as-found', never);
    expect(cluster.story).toEqual([...offStory, ...backStory]);
    expect(await hubble.close(never)).toEqual([]);
    expect(cluster.story).toHaveLength(offStory.length + backStory.length);
  });

  it('selects the bench nodes by their hostnames, and sets one key', async () => {
    const { hubble } = await open();
    await hubble.to('off', never);
    expect([...cluster.nodeConfigs.values()][0]?.body).toMatchObject({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNodeConfig',
      metadata: { labels: { 'cilium-bench.io/run': 'run-1' } },
      spec: {
        nodeSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/hostname', operator: 'In', values: ['host-node-a', 'host-node-b'] },
          ],
        },
        defaults: { 'enable-hubble': 'false' },
      },
    });
  });

  it('touches nothing of a run that never turned it off', async () => {
    const { hubble } = await open();
    expect(await hubble.probe('as-found', never)).toMatchObject({ asExpected: true });
    expect(await hubble.close(never)).toEqual([]);
    expect(cluster.story).toEqual([]);
  });

  it('undoes what it had begun when an agent does not come back, and says what it could not', async () => {
    const { hubble } = await open();
    cluster.comesBack = false;
    await expect(hubble.to('off', never)).rejects.toThrow(
      /^The agent of Cilium on node node-a was restarted and was not ready within 0.003 s/,
    );
    expect(cluster.agents.get('node-b')).toBe(0);
    const [left, ...more] = await hubble.close(never);
    expect(left).toMatch(/^Hubble on node-a and node-b is still off \(The agent of Cilium on node node-a/);
    expect(more).toEqual([]);
    expect(cluster.nodeConfigs.size).toBe(0);
    cluster.comesBack = true;
    expect(await hubble.close(never)).toEqual([]);
    // The agent that had never read the setting was never restarted.
    expect(cluster.agents.get('node-b')).toBe(0);
  });

  it('takes over its own object after an interruption, and never somebody else’s', async () => {
    const metadata = { name: 'zz-cilium-bench-run-1', labels: { 'cilium-bench.io/run': 'run-1' } };
    cluster.nodeConfigs.set(metadata.name, { uid: 'uid-0', body: { metadata } });
    const { hubble } = await open();
    expect(await hubble.to('as-found', never)).toMatchObject({ old: 'off', new: 'on', undone: true });
    expect(cluster.nodeConfigs.size).toBe(0);
    expect([...cluster.agents.values()]).toEqual([1, 1]);

    const other = { name: metadata.name, labels: { 'cilium-bench.io/run': 'run-2' } };
    cluster.nodeConfigs.set(other.name, { uid: 'uid-9', body: { metadata: other } });
    const { hubble: second } = await open();
    await expect(second.to('off', never)).rejects.toThrow(/is not of this run/);
    expect(cluster.nodeConfigs.get(other.name)?.uid).toBe('uid-9');
  });

  it('says what the agents say, also where they cannot be asked', async () => {
    const { hubble } = await open();
    await hubble.to('off', never);
    expect(await hubble.probe('off', never)).toEqual({
      asExpected: true,
      seen: 'the agent on node-a says “Hubble server is disabled”, the agent on node-b says “Hubble server is disabled”',
    });
    expect(await hubble.probe('as-found', never)).toMatchObject({ asExpected: false });
    cluster.denied = (path) => path.endsWith('/log');
    const answer = await hubble.probe('off', never);
    expect(answer.asExpected).toBe(false);
    expect(answer.seen).toContain('403');
  });
});

describe('whether Hubble can be turned off', () => {
  const reason = async (allow: readonly Consent[] = ['agent-restart']) => {
    const { client } = await open(allow);
    return (await agentCapabilities(client, facts, new Set(allow), never))['hubble-off'];
  };

  it('yes', async () => {
    expect(await reason()).toBeNull();
    expect(cluster.story).toEqual([]);
  });

  it('not where it is off already: there is nothing to compare', async () => {
    facts = factsWith('false');
    expect(await reason()).toBe('Hubble is off here already');
  });

  it('not where it was not agreed to', async () => {
    expect(await reason([])).toMatch(
      /^it restarts the Cilium agents .* which was not agreed to \(agent-restart\)$/,
    );
  });

  it('not where it cannot be found out', async () => {
    cluster.denied = (path) => path.endsWith('/daemonsets/cilium');
    expect(await reason()).toMatch(/^The API server refused to get daemonsets "cilium"/);
  });

  it('not where Cilium is not', async () => {
    facts = clusterFacts(clusterOf({}), String);
    expect(await reason()).toBe('Cilium does not run here');
  });

  it('not where DaemonSets may not be read: it is not said that Cilium is not there', async () => {
    facts = clusterFacts(clusterOf({}, { daemonSets: 'reading DaemonSets is forbidden' }), String);
    expect(await reason()).toBe('it is not known whether Cilium runs here: reading DaemonSets is forbidden');
  });
});
