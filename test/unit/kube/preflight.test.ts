import type http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterFacts } from '../../../src/core/cluster/clusterFacts';
import { ablePlan } from '../../../src/core/plan/ablePlan';
import type { Plan } from '../../../src/core/plan/plan';
import { findProfile } from '../../../src/core/plan/profiles';
import { findScenario } from '../../../src/core/scenario/registry';
import type { NeededRight } from '../../../src/core/plan/rights';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { readNodes } from '../../../src/kube/bench/benchNodes';
import { clockCheck } from '../../../src/kube/preflight/clockCheck';
import { imageChecks } from '../../../src/kube/preflight/imageChecks';
import { leftoverCheck } from '../../../src/kube/preflight/leftoverCheck';
import { nodeChecks } from '../../../src/kube/preflight/nodeChecks';
import { podSecurityChecks } from '../../../src/kube/preflight/podSecurityChecks';
import { quotaChecks } from '../../../src/kube/preflight/quotaChecks';
import { rightChecks } from '../../../src/kube/preflight/rightChecks';
import { standingPolicyChecks } from '../../../src/kube/preflight/standingPolicies';
import { defaultImages } from '../../../src/kube/runSettings';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import { createKubeTarget } from '../../../src/kube/target';
import { clusterOf } from '../cluster/objects';
import { openWorkshop, type Workshop } from './workshop';

let workshop: Workshop;
let client: KubeClient;
const { signal } = new AbortController();

beforeEach(async () => {
  workshop = await openWorkshop();
  client = await workshop.open();
});
afterEach(() => workshop.close());

/** Answers each path with its object; what is not there is 404. */
function serve(objects: Readonly<Record<string, unknown>>): void {
  workshop.server.handle((_request, response, { pathname }) => {
    answer(response, pathname in objects ? 200 : 404, objects[pathname] ?? { kind: 'Status', code: 404 });
  });
}

function answer(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function bodyOf(request: http.IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString()));
    request.on('end', () => {
      resolve(text);
    });
  });
}

describe('rights', () => {
  const needed: readonly NeededRight[] = [
    { group: '', resource: 'nodes', verbs: ['list'], where: 'cluster', reason: 'place client and server' },
    { group: '', resource: 'pods', verbs: ['create', 'delete'], where: 'bench', reason: 'run loads' },
    { group: '', resource: 'pods/log', verbs: ['get'], where: 'bench', reason: 'read results' },
    { group: '', resource: 'events', verbs: ['list'], where: 'bench', reason: 'say why', optional: true },
  ];
  const places = { benchNamespace: 'bench', ciliumNamespace: 'kube-system' };

  interface Attributes {
    readonly verb: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
  }

  function allow(isAllowed: (attributes: Attributes) => boolean): Attributes[] {
    const asked: Attributes[] = [];
    workshop.server.handle((request, response) => {
      void bodyOf(request).then((text) => {
        const { spec } = JSON.parse(text) as { spec: { resourceAttributes: Attributes } };
        asked.push(spec.resourceAttributes);
        answer(response, 201, { status: { allowed: isAllowed(spec.resourceAttributes) } });
      });
    });
    return asked;
  }

  it('are asked for one verb at a time, in the namespace they are needed in', async () => {
    const asked = allow(() => true);
    const checks = await rightChecks(client, 'rps', needed, places, signal);
    expect(checks).toEqual([
      { id: 'rights', level: 'ok', text: 'User reader has the 5 rights that it needs.' },
    ]);
    expect(asked).toHaveLength(5);
    expect(asked).toContainEqual({
      verb: 'get',
      group: '',
      resource: 'pods',
      subresource: 'log',
      namespace: 'bench',
    });
    expect(asked.find(({ resource }) => resource === 'nodes')).not.toHaveProperty('namespace');
  });

  it('that are missing block, named with what they are for and how to get them', async () => {
    allow(({ verb, resource }) => !(resource === 'pods' && verb === 'create') && resource !== 'events');
    const checks = await rightChecks(client, 'rps', needed, places, signal);
    expect(checks).toEqual([
      {
        id: 'optional-rights',
        level: 'warning',
        text: 'User reader may not list events in namespace bench: needed to say why.',
        todo: 'Ask for it; cilium-bench rbac rps --namespace bench prints the roles.',
      },
      {
        id: 'rights',
        level: 'blocks',
        text: 'User reader may not create pods in namespace bench: needed to run loads.',
        todo: 'Ask for it; cilium-bench rbac rps --namespace bench prints the roles.',
      },
    ]);
  });
});

describe('Pod Security', () => {
  const planOf = (via: 'pod' | 'host'): Pick<Plan, 'variants'> => ({
    variants: [
      {
        id: 'a',
        label: 'A',
        setting: {},
        loads: [{ kind: 'stream', id: 'stream', via, streams: 1, metrics: ['throughputBitsPerSecond'] }],
      },
    ],
  });
  const namespace = (level: string | null, more: object = {}) => ({
    '/api/v1/namespaces/bench': {
      metadata: {
        ...(level === null ? {} : { labels: { 'pod-security.kubernetes.io/enforce': level } }),
        ...more,
      },
    },
  });

  it.each<[string, 'pod' | 'host', string | null, string]>([
    ['restricted, pod network', 'pod', 'restricted', 'ok'],
    ['restricted, host network', 'host', 'restricted', 'blocks'],
    ['baseline, host network', 'host', 'baseline', 'blocks'],
    ['privileged, host network', 'host', 'privileged', 'ok'],
    ['no level, host network', 'host', null, 'ok'],
  ])('%s', async (_, via, level, expected) => {
    serve(namespace(level));
    const [check] = await podSecurityChecks(client, planOf(via), 'bench', signal);
    expect(check?.level).toBe(expected);
  });

  it('asks nothing for a namespace of its own, and warns of host network', async () => {
    expect(await podSecurityChecks(client, planOf('pod'), null, signal)).toMatchObject([{ level: 'ok' }]);
    expect(await podSecurityChecks(client, planOf('host'), null, signal)).toMatchObject([
      { level: 'warning' },
    ]);
    expect(workshop.server.requests).toEqual([]);
  });

  it('refuses a namespace that is being deleted', async () => {
    serve(namespace('restricted', { deletionTimestamp: '2026-11-25T10:00:00Z' }));
    const [check] = await podSecurityChecks(client, planOf('pod'), 'bench', signal);
    expect(check).toMatchObject({ level: 'blocks', text: 'The namespace bench is being deleted.' });
  });
});

describe('quotas', () => {
  const need = { pods: 6, services: 101, podCpu: 1, podMemory: 512 * 2 ** 20 };
  const path = '/api/v1/namespaces/bench';

  it('leave room, or are not there', async () => {
    serve({ [`${path}/resourcequotas`]: { items: [] }, [`${path}/limitranges`]: { items: [] } });
    expect(await quotaChecks(client, 'bench', need, signal)).toMatchObject([
      { level: 'ok', text: 'Namespace bench has no quotas and no limits.' },
    ]);
  });

  it('are named with what is used of them and what of the run does not fit', async () => {
    serve({
      [`${path}/resourcequotas`]: {
        items: [
          {
            metadata: { name: 'team' },
            status: {
              hard: { pods: '10', 'requests.cpu': '4', services: '500', 'requests.nvidia.com/gpu': '0' },
              used: { pods: '2', 'requests.cpu': '500m', services: '3' },
            },
          },
        ],
      },
      [`${path}/limitranges`]: {
        items: [
          {
            metadata: { name: 'small' },
            spec: { limits: [{ type: 'Container', max: { memory: '256Mi' } }] },
          },
          {
            metadata: { name: 'claims' },
            spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1' } }] },
          },
        ],
      },
    });
    const checks = await quotaChecks(client, 'bench', need, signal);
    expect(checks.map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'blocks: ResourceQuota team leaves too little in namespace bench: requests.cpu: 500m of 4 used.',
      'blocks: LimitRange small does not admit the pods in namespace bench: at most 256Mi memory a Container.',
    ]);
  });
});

describe('what may not be read', () => {
  const forbid = (resources: readonly string[], objects: Readonly<Record<string, unknown>> = {}): void => {
    workshop.server.handle((_request, response, { pathname }) => {
      const name = pathname.split('/').at(-1) ?? '';
      if (resources.includes(name)) answer(response, 403, { kind: 'Status', reason: 'Forbidden' });
      else answer(response, pathname in objects ? 200 : 404, objects[pathname] ?? { kind: 'Status' });
    });
  };
  const need = { pods: 6, services: 1, podCpu: 1, podMemory: 2 ** 20 };
  const settings = runSettingsFrom({ namespace: 'bench', clientNode: 'a', serverNode: 'b' });

  it('quotas and limits: a warning, and what can be read still blocks', async () => {
    forbid(['resourcequotas', 'limitranges']);
    expect(await quotaChecks(client, 'bench', need, signal)).toMatchObject([
      {
        level: 'warning',
        text: 'Whether quotas and limits of namespace bench leave room cannot be seen: user reader may not list them.',
      },
    ]);
    forbid(['resourcequotas'], {
      '/api/v1/namespaces/bench/limitranges': {
        items: [
          { metadata: { name: 'small' }, spec: { limits: [{ type: 'Container', max: { cpu: '500m' } }] } },
        ],
      },
    });
    const checks = await quotaChecks(client, 'bench', need, signal);
    expect(checks.map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'blocks: LimitRange small does not admit the pods in namespace bench: at most 500m cpu a Container.',
      'warning: Whether quotas of namespace bench leave room cannot be seen: user reader may not list them.',
    ]);
  });

  it('nodes: null, and no other failure is taken for that', async () => {
    forbid(['nodes']);
    expect(await readNodes(client, signal)).toBeNull();
    serve({});
    await expect(readNodes(client, signal)).rejects.toThrow(/404/);
  });

  it('nodes: those named are taken with a warning, else it is said to name them', () => {
    expect(nodeChecks(null, settings)).toMatchObject([
      {
        level: 'warning',
        text: expect.stringMatching(/node a, the server on b, as named.*could not be checked/) as string,
      },
    ]);
    expect(nodeChecks(null, { ...settings, serverNode: null })).toMatchObject([
      { level: 'blocks', todo: expect.stringContaining('--client-node and --server-node') as string },
    ]);
  });
});

describe('policies that stand already', () => {
  const cilium = '/apis/cilium.io/v2';
  const policies = {
    '/apis/networking.k8s.io/v1/namespaces/bench/networkpolicies': {
      items: [
        { metadata: { name: 'default-deny' }, spec: { podSelector: {} } },
        { metadata: { name: 'web-only' }, spec: { podSelector: { matchLabels: { app: 'web' } } } },
      ],
    },
    [`${cilium}/ciliumclusterwidenetworkpolicies`]: {
      items: [
        {
          metadata: { name: 'all-bench' },
          spec: { endpointSelector: { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'bench' } } },
        },
        {
          metadata: { name: 'no-shop' },
          specs: [
            {
              endpointSelector: {
                matchExpressions: [
                  { key: 'k8s:io.kubernetes.pod.namespace', operator: 'In', values: ['shop'] },
                ],
              },
            },
          ],
        },
        { metadata: { name: 'hosts' }, spec: { nodeSelector: {} } },
      ],
    },
    '/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies': {
      items: [{ metadata: { name: 'org' } }],
    },
  };

  it('are named where they select the pods of the bench, and as doubtful where that is not clear', async () => {
    serve(policies);
    const checks = await standingPolicyChecks(client, 'bench', signal);
    expect(checks.map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'warning: NetworkPolicy default-deny and CiliumClusterwideNetworkPolicy all-bench already select the bench’s pods: “no policy” is measured under them.',
      'warning: AdminNetworkPolicy org may select the bench’s pods.',
    ]);
  });

  it('of a namespace are not asked for where the run makes its own', async () => {
    serve({});
    expect(await standingPolicyChecks(client, null, signal)).toEqual([
      { id: 'policies', level: 'ok', text: 'No policy selects the bench’s pods.' },
    ]);
    expect(workshop.server.requests.filter((line) => line.includes('/namespaces/'))).toEqual([]);
  });

  it('that may not be listed are said so', async () => {
    workshop.server.handle((_request, response) => {
      answer(response, 403, { kind: 'Status', reason: 'Forbidden', message: 'no' });
    });
    const [check] = await standingPolicyChecks(client, null, signal);
    expect(check).toMatchObject({ level: 'warning', id: 'policies-unread' });
    expect(check?.text).toMatch(/^Whether a CiliumClusterwideNetworkPolicy, .* cannot be seen: user reader/);
  });
});

describe('images', () => {
  it('are listed where every node has a build of them', () => {
    expect(imageChecks(['fortio', 'network'], { images: defaultImages }, ['amd64', 'arm64'])).toMatchObject([
      { level: 'ok' },
    ]);
  });

  it('block where there is none, also from a mirror', () => {
    const images = { ...defaultImages, network: 'mirror.example/team/cilium/network-perf:1@sha256:0' };
    expect(imageChecks(['network'], { images }, ['ppc64le'])).toMatchObject([
      { level: 'blocks', text: `${images.network} is not built for ppc64le.` },
    ]);
  });

  it('of other makers are taken on trust', () => {
    const images = { ...defaultImages, fortio: 'registry.example/own:1' };
    expect(imageChecks(['fortio'], { images }, ['riscv64'])).toMatchObject([{ level: 'ok' }]);
  });
});

describe('the clock and other runs', () => {
  it('a clock ten minutes off is said, with its direction', async () => {
    serve({ '/version': {} });
    const late = await clockCheck(client, () => new Date(Date.now() - 600_000), signal);
    expect(late).toMatchObject([{ level: 'warning' }]);
    expect(late[0]?.text).toMatch(/clock is (9 min 59 s|10 min).* behind the API server/);
    expect(await clockCheck(client, () => new Date(), signal)).toEqual([]);
  });

  it('namespaces of other runs are named', async () => {
    serve({ '/api/v1/namespaces': { items: [{ metadata: { name: 'cilium-bench-a' } }] } });
    expect(await leftoverCheck(client, signal)).toMatchObject([
      { text: 'cilium-bench-a is there of another run, interrupted or still going.' },
    ]);
    workshop.server.handle((_request, response) => {
      answer(response, 403, { kind: 'Status' });
    });
    expect(await leftoverCheck(client, signal)).toEqual([]);
  });
});

describe('nodes in different zones', () => {
  const node = (name: string, zone: string) => ({
    metadata: { name, labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': name } },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      allocatable: { cpu: '4', memory: '8Gi' },
    },
  });

  it.each([
    [false, 'blocks'],
    [true, 'warning'],
  ])('are said once, crossing zones agreed to: %s', async (crossZone, level) => {
    serve({ '/api/v1/nodes': { items: [node('node-a', 'z1'), node('node-b', 'z2')] } });
    const target = createKubeTarget({
      client,
      settings: runSettingsFrom({ crossZone }),
      readFacts: () => Promise.resolve(clusterFacts(clusterOf({}), (text) => text)),
    });
    const plan = ablePlan(findScenario('rps'), findProfile('quick'), 'kube');
    const checks = await target.preflight(plan, signal);
    const said = checks.filter(({ text }) => text.includes('different zones'));
    expect(said.map((check) => check.level)).toEqual([level]);
  });
});
