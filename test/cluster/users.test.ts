/** What people may who are no administrators: manifests/users.yaml says what each of them has. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planCommand } from '../../src/cli/commands/plan';
import { runCommand } from '../../src/cli/commands/run';
import { undoCommand } from '../../src/cli/commands/undo';
import { dispatch } from '../../src/cli/dispatch';
import { runLabel } from '../../src/core/plan/benchLabels';
import { makePlan } from '../../src/core/plan/makePlan';
import { findProfile } from '../../src/core/plan/profiles';
import { findScenario } from '../../src/core/scenario/registry';
import type { Target } from '../../src/core/target';
import { readClusterFacts } from '../../src/kube/facts/readClusterFacts';
import { listAt, textAt } from '../../src/kube/client/json';
import type { KubeClient } from '../../src/kube/client/openClient';
import type { RunSettings } from '../../src/kube/runSettings';
import { createKubeTarget } from '../../src/kube/target';
import { createRunStore } from '../../src/store/runStore';
import { fakeContext } from '../unit/cli/fakeContext';
import { apply, factsOf, agentUid, remove, standInObjects } from './agents/standIn';
import { answerOf } from './answerOf';
import { settings, shortPlan } from './benchPlan';
import { benchNamespaces, conducted, memoryJournal, never } from './benchSupport';
import { killedRuns } from './killedRun';
import { clientOf, cluster, problemOf } from './support';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-users-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Its facts are read as for a run of a person, with whatever rights the client's user has. */
function targetOf(client: KubeClient, over: Partial<RunSettings> = {}): Target {
  return createKubeTarget({
    client,
    settings: { ...settings, ...over },
    readFacts: async (asked, signal) => (await readClusterFacts(asked, { signal })).facts,
  });
}

function contextFor(user: keyof typeof cluster.users): ReturnType<typeof fakeContext> {
  const { kubeconfig } = cluster.users[user];
  return fakeContext({
    cwd: folder,
    env: { ...process.env, KUBECONFIG: kubeconfig, XDG_DATA_HOME: folder },
  });
}

describe('a user who may only look', () => {
  const asked = ['--target', 'kube', '--cross-zone', '--store', 'runs', '--yes'];

  it('sees the plan with its checks, and which rights are missing', async () => {
    const fake = contextFor('reader');
    const code = await dispatch(['plan', 'aa', ...asked], [planCommand], '1.2.3', fake.context);
    expect(code).not.toBe(0);
    expect(fake.out()).toContain('The client runs on node node-a, the server on node-b');
    expect(fake.out()).toMatch(
      /blocks the run: User reader may not create, delete, deletecollection pods; .*create, delete namespaces/,
    );
  });

  it('is refused a run by the rights that are missing, and nothing is touched', async () => {
    const admin = await clientOf('admin');
    const fake = contextFor('reader');
    const code = await dispatch(['run', 'aa', ...asked], [runCommand], '1.2.3', fake.context);
    expect(code).not.toBe(0);
    expect(fake.err()).toMatch(/User reader may not create, delete, deletecollection pods/);
    expect(fake.err()).toContain('cilium-bench rbac aa prints the roles');
    expect(await benchNamespaces(admin)).toEqual([]);
    const journals = path.join(folder, 'cilium-bench', 'journal');
    expect(existsSync(journals) ? readdirSync(journals) : []).toEqual([]);
  });
});

describe('a user without exec', () => {
  const allow = new Set(['agent-exec'] as const);
  let objects: readonly object[] = [];
  let closeAdmin: () => void = () => undefined;

  beforeAll(async () => {
    const read = (name: string) => readFile(new URL(`../unit/agents/${name}`, import.meta.url), 'utf8');
    objects = await standInObjects({
      'status-on.json': await read('documented/cilium-1.19.4-on.json'),
      'maps.json': await read('captured/bpftool-7.1-bpffs.json'),
    });
  });
  afterAll(() => {
    closeAdmin();
  });

  it('runs a benchmark, and has no BPF maps measured because of that right', async () => {
    const admin = await clientOf('admin');
    closeAdmin = () => {
      admin.close();
    };
    const client = await clientOf('noExec');
    for (const object of objects) await apply(admin, object);
    try {
      const facts = await answerOf(async () => {
        const found = await factsOf(admin);
        return found.cilium?.agent ? found : undefined;
      });
      for (const node of ['node-a', 'node-b']) await agentUid(admin, facts, node);
      const missing =
        'the right to get pods/exec in namespace kube-system and to create pods/exec in namespace kube-system is missing';
      const target = targetOf(client, { allow });
      const able = await target.capabilities(never);
      expect(able.cannot.get('bpf-maps')).toBe(missing);
      // It is the user and not the cluster: the administrator has it.
      expect((await targetOf(admin, { allow }).capabilities(never)).can).toContain('bpf-maps');
      const problem = await problemOf(
        Promise.resolve().then(() =>
          makePlan(findScenario('bpf-memory'), {
            profile: findProfile('quick'),
            parameters: {},
            policy: null,
            on: 'kube',
            target: able,
            seed: 1,
          }),
        ),
      );
      expect(problem.what).toContain(missing);

      const plan = shortPlan('aa', { target: able });
      expect((await target.preflight(plan, never)).filter(({ level }) => level === 'blocks')).toEqual([]);
      const { run } = await conducted(plan, target, { journal: memoryJournal() });
      expect([run.state, run.stateReason]).toEqual(['complete', undefined]);
      expect(await benchNamespaces(admin)).toEqual([]);
    } finally {
      for (const object of [...objects].reverse()) await remove(admin, object);
    }
  }, 240_000);
});

describe('a user with rights in one namespace alone', () => {
  const inNamespace = { namespace: 'restricted', clientNode: 'node-a', serverNode: 'node-b' } as const;
  const collections = [
    '/api/v1/namespaces/restricted/pods',
    '/api/v1/namespaces/restricted/services',
    '/apis/batch/v1/namespaces/restricted/jobs',
    '/apis/networking.k8s.io/v1/namespaces/restricted/networkpolicies',
    '/apis/cilium.io/v2/namespaces/restricted/ciliumnetworkpolicies',
  ];
  const others = '/api/v1/namespaces/restricted/services';

  /** Paths of what runs have in the namespace. */
  async function leftovers(client: KubeClient): Promise<readonly string[]> {
    const found = await Promise.all(
      collections.map(async (collection) =>
        listAt(await client.call({ path: collection, query: { labelSelector: runLabel } }), 'items').map(
          (item) => `${collection}/${textAt(item, 'metadata', 'name') ?? ''}`,
        ),
      ),
    );
    return found.flat();
  }

  /** A Service of somebody else in the namespace. */
  async function withOthers(client: KubeClient, name: string, body: () => Promise<void>): Promise<void> {
    const made = await client.call({
      method: 'POST',
      path: others,
      body: { metadata: { name }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
    });
    try {
      await body();
      const there = await client.call({ path: `${others}/${name}` });
      expect(textAt(there, 'metadata', 'uid')).toBe(textAt(made, 'metadata', 'uid'));
      expect(textAt(there, 'metadata', 'deletionTimestamp')).toBeNull();
    } finally {
      await client.call({ method: 'DELETE', path: `${others}/${name}` });
    }
  }

  it('has nodes named that are needed, and is told what could not be checked', async () => {
    const client = await clientOf('restricted');
    const unnamed = targetOf(client, { namespace: 'restricted' });
    const plan = shortPlan('aa', { target: await unnamed.capabilities(never) });
    expect((await unnamed.preflight(plan, never)).filter(({ level }) => level === 'blocks')).toEqual([
      {
        id: 'nodes',
        level: 'blocks',
        text: 'The nodes of the cluster may not be listed, so none can be chosen for client and server.',
        todo: 'Name both with --client-node and --server-node, or ask for the right to list nodes.',
      },
    ]);
    const checks = await targetOf(client, { ...inNamespace, cpu: null }).preflight(plan, never);
    expect(checks.filter(({ level }) => level === 'blocks')).toEqual([]);
    const warned = checks.filter(({ level }) => level === 'warning').map(({ id }) => id);
    expect(warned).toEqual(['optional-rights', 'nodes', 'resources', 'quotas', 'policies-unread']);
  });

  it('has measured what its rights tell of, and of the rest the reason', async () => {
    const able = await targetOf(await clientOf('restricted'), inNamespace).capabilities(never);
    expect([...able.can]).toEqual(
      expect.arrayContaining(['http', 'stream', 'round-trip', 'service-address']),
    );
    // Everybody may ask which API groups are served: cilium.io is all that this user sees of Cilium, and not its settings.
    expect(able.policyKind).toBe('CiliumNetworkPolicy');
    expect(able.cannot.get('policy-l7')).toBe('it is not known whether Cilium’s L7 proxy is on');
    expect(able.cannot.get('bpf-maps')).toMatch(/^it is not known whether Cilium runs here: .*403/);
  });

  it.each(['aa', 'rps', 'policy-overhead'])(
    'runs %s in it, leaves nothing there, and leaves what is of others',
    async (scenario) => {
      const client = await clientOf('restricted');
      const target = targetOf(client, inNamespace);
      await withOthers(client, `of-others-${scenario}`, async () => {
        const plan = shortPlan(scenario, { target: await target.capabilities(never) });
        const journal = memoryJournal();
        const marks: string[] = [];
        const { run } = await conducted(plan, target, {
          journal: {
            ...journal,
            begin: (change) => {
              marks.push(change.cluster.clusterUid);
              return journal.begin(change);
            },
          },
        });
        expect([run.state, run.stateReason]).toEqual(['complete', undefined]);
        expect(run.variants.filter(({ metrics }) => Object.keys(metrics).length > 0)).not.toEqual([]);
        expect(run.target.fingerprint).toMatchObject({ clientNode: 'node-a', sameZone: null });
        expect(await leftovers(client)).toEqual([]);
        expect([...journal.open.values()]).toEqual([]);
        const admin = await clientOf('admin');
        const namespace = await admin.call({ path: '/api/v1/namespaces/restricted' });
        expect([...new Set(marks)]).toEqual([
          `namespace/restricted:${textAt(namespace, 'metadata', 'uid') ?? ''}`,
        ]);
      });
    },
    240_000,
  );

  it('undoes a run that was killed', async () => {
    const client = await clientOf('restricted');
    const { kubeconfig } = cluster.users.restricted;
    const { store, journals, killedAt } = killedRuns({
      folder,
      kubeconfig,
      scenario: 'aa',
      settings: inNamespace,
    });
    await withOthers(client, 'of-others-undo', async () => {
      const runId = await killedAt('sample', 2);
      expect(await leftovers(client)).not.toEqual([]);
      const fake = contextFor('restricted');
      const code = await dispatch(['undo'], [undoCommand], '1.2.3', fake.context);
      expect(fake.out()).toMatch(/ {2}undone {2}pods in namespace restricted/);
      expect(code).toBe(0);
      expect(await leftovers(client)).toEqual([]);
      expect(existsSync(path.join(journals, `${runId}.ndjson`))).toBe(false);
      expect((await createRunStore(store).read(runId)).stateReason).toMatch(
        /^The run was interrupted; everything/,
      );
    });
  }, 240_000);
});
