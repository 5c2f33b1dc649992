/**
 * The scenarios that need Cilium's agents, on a real cluster of the two nodes node-a and node-b, with stand-in agents: pods that
 * give documented output and are not Cilium. Real here: the API server and its rights, exec, restarts by the DaemonSet controller,
 * the kubelets' readings and the metrics API.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterFacts } from '../../../src/core/cluster/clusterFacts';
import type { ComponentUse } from '../../../src/core/result/run';
import { bpfMemory } from '../../../src/core/scenario/bpfMemory';
import type { Job } from '../../../src/core/target';
import { bpftool } from '../../../src/core/tool/bpftool';
import { agentCapabilities } from '../../../src/kube/agents/agentCapabilities';
import { runBpfMaps, runIdle } from '../../../src/kube/agents/agentLoads';
import { execInPod } from '../../../src/kube/agents/execInPod';
import { createHubbleSwitch } from '../../../src/kube/agents/hubbleSwitch';
import { systemPause } from '../../../src/kube/agents/pause';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { openClient } from '../../../src/kube/client/openClient';
import { textAt, valueAt } from '../../../src/kube/client/json';
import { readContexts } from '../../../src/kube/readContexts';
import { answerOf } from '../answerOf';
import { kubeconfig } from '../benchSupport';
import {
  agentUid,
  apply,
  factsOf,
  memoryJournal,
  nodeConfigNames,
  remove,
  runningPod,
  spaceOf,
  standInObjects,
  undoAll,
} from './standIn';

const nodes = ['node-a', 'node-b'] as const;
const never = new AbortController().signal;

function fixture(name: string): Promise<string> {
  return readFile(new URL(`../../unit/agents/${name}`, import.meta.url), 'utf8');
}

function jobOf(argv: readonly string[], seconds: number): Job {
  return {
    id: 'b1-as-found-maps-1',
    argv,
    server: null,
    via: 'pod',
    clients: 1,
    seconds,
    timeoutSeconds: seconds + 15,
  };
}

describe.skipIf(kubeconfig === '')('stand-in agents on a cluster', () => {
  let client: KubeClient;
  let objects: readonly object[] = [];
  let facts: ClusterFacts;

  const uids = (): Promise<string[]> => Promise.all(nodes.map((node) => agentUid(client, facts, node)));
  const everyone = { PATH: process.env['PATH'], KUBECONFIG: kubeconfig };

  beforeAll(async () => {
    const { current } = await readContexts(everyone);
    client = await openClient(current ?? '', everyone);
    objects = await standInObjects({
      'status-on.json': await fixture('documented/cilium-1.19.4-on.json'),
      'status-off.json': await fixture('documented/cilium-1.19.4-off.json'),
      'maps.json': await fixture('captured/bpftool-7.1-bpffs.json'),
    });
    for (const object of objects) await apply(client, object);
    // The DaemonSet wants no pod until its controller has seen it.
    facts = await answerOf(async () => {
      const found = await factsOf(client);
      return found.cilium?.agent ? found : undefined;
    });
    await uids();
  }, 120_000);

  afterAll(async () => {
    for (const object of [...objects].reverse()) await remove(client, object);
    client.close();
  });

  describe('what can be measured', () => {
    it('is everything, where it is agreed to and allowed', async () => {
      const allow = new Set(['agent-restart', 'agent-exec'] as const);
      expect(await agentCapabilities(client, facts, allow, never)).toEqual({
        'hubble-off': null,
        'bpf-maps': null,
        'component-usage': null,
      });
    });

    it('is nothing that touches the agents, where it is not agreed to', async () => {
      const { 'hubble-off': hubble, 'bpf-maps': maps } = await agentCapabilities(
        client,
        facts,
        new Set(),
        never,
      );
      expect(hubble).toMatch(/not agreed to \(agent-restart\)$/);
      expect(maps).toMatch(/not agreed to \(agent-exec\)$/);
    });
  });

  describe('Hubble', () => {
    const journal = memoryJournal();
    let before: string[] = [];
    beforeEach(async () => {
      before = await uids();
      expect(journal.open()).toEqual([]);
    });
    afterEach(async () => {
      expect(await nodeConfigNames(client)).toEqual([]);
    });

    it.each([
      [
        'by the status of the agents',
        ['agent-restart', 'agent-exec'] as const,
        /says “Disabled”/,
        /says “Ok”/,
      ],
      [
        'by the log of the agents',
        ['agent-restart'] as const,
        /says “Hubble server is disabled”/,
        /says “Starting local Hubble server”/,
      ],
    ])('is turned off, shown to be, and put back, %s', async (_name, allow, off, on) => {
      const hubble = createHubbleSwitch(spaceOf(client, journal, { allow }), facts);
      expect(await hubble.probe('as-found', never)).toMatchObject({ asExpected: true });
      expect(await hubble.probe('off', never)).toMatchObject({ asExpected: false });

      expect(await hubble.to('off', never)).toEqual({
        what: 'Hubble on node-a and node-b',
        old: 'on',
        new: 'off',
        undone: false,
      });
      const answer = await hubble.probe('off', never);
      expect(answer.seen).toMatch(off);
      expect(answer.asExpected).toBe(true);
      const during = await uids();
      expect(during.filter((uid) => before.includes(uid))).toEqual([]);
      expect(journal.open().map(({ undo }) => undo.kind)).toEqual(['restart-pods', 'delete']);

      expect(await hubble.to('as-found', never)).toMatchObject({ old: 'off', new: 'on', undone: true });
      const back = await hubble.probe('as-found', never);
      expect(back.seen).toMatch(on);
      expect(back.asExpected).toBe(true);
      expect(journal.open()).toEqual([]);
      expect(await hubble.close(never)).toEqual([]);
    });

    it('leaves the agents of other nodes alone', async () => {
      const space = spaceOf(client, journal, { nodes: ['node-a', 'node-a'] });
      const hubble = createHubbleSwitch(space, facts);
      await hubble.to('off', never);
      const elsewhere = createHubbleSwitch(spaceOf(client, journal, { nodes: ['node-b', 'node-b'] }), facts);
      expect(await hubble.probe('off', never)).toMatchObject({ asExpected: true });
      expect(await agentUid(client, facts, 'node-b')).toBe(before[1]);
      // An agent that is made anew there does not take the setting either.
      expect(await elsewhere.probe('as-found', never)).toMatchObject({ asExpected: true });
      expect(await hubble.close(never)).toEqual([]);
      expect(await agentUid(client, facts, 'node-b')).toBe(before[1]);
    });

    it('is put back by closing when it was cancelled halfway', async () => {
      const cancel = new AbortController();
      const hubble = createHubbleSwitch(spaceOf(client, journal), facts, {
        // Cancelled while the first agent is waited for; what undoes it waits as usual.
        pause: (milliseconds, signal) => {
          cancel.abort(new Error('cancelled'));
          return systemPause(milliseconds, signal);
        },
        everyMs: 500,
        looks: 600,
      });
      await expect(hubble.to('off', cancel.signal)).rejects.toThrow('cancelled');
      expect(await nodeConfigNames(client)).toHaveLength(1);
      expect(journal.open()).toHaveLength(2);

      expect(await hubble.close(never)).toEqual([]);
      expect(journal.open()).toEqual([]);
      expect(await hubble.probe('as-found', never)).toMatchObject({ asExpected: true });
      // The second agent had not been touched yet.
      expect(await agentUid(client, facts, 'node-b')).toBe(before[1]);
    });

    it('left off is found by a run that is taken up again', async () => {
      await createHubbleSwitch(spaceOf(client, memoryJournal()), facts).to('off', never);
      const again = createHubbleSwitch(spaceOf(client, journal), facts);
      expect(await again.to('as-found', never)).toMatchObject({ old: 'off', new: 'on' });
      expect(await again.probe('as-found', never)).toMatchObject({ asExpected: true });
    });

    it('is put back from the journal alone, where the process was killed halfway', async () => {
      const killed = new AbortController();
      const hubble = createHubbleSwitch(spaceOf(client, journal), facts, {
        pause: () => {
          killed.abort(new Error('killed'));
          return Promise.reject(new Error('killed'));
        },
        everyMs: 500,
        looks: 600,
      });
      await expect(hubble.to('off', killed.signal)).rejects.toThrow('killed');
      await uids();
      expect(await nodeConfigNames(client)).toEqual(['zz-cilium-bench-2026-11-25-hubble-t1']);

      await undoAll(client, journal);
      await answerOf(async () => {
        const now = await uids();
        return now.some((uid) => before.includes(uid)) ? undefined : now;
      });
      const other = createHubbleSwitch(spaceOf(client, memoryJournal()), facts);
      expect(await other.probe('as-found', never)).toMatchObject({ asExpected: true });
      journal.forget();
    });
  });

  describe('a command in a container', () => {
    const request = (argv: readonly string[]) => ({
      namespace: 'kube-system',
      container: 'cilium-agent',
      argv,
      mostBytes: 100_000,
      timeoutMs: 20_000,
      signal: never,
    });
    const pod = () => runningPod(client, facts, 'node-a');

    it('gives both outputs and the exit code', async () => {
      const argv = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
      expect(await execInPod(client, { ...request(argv), pod: await pod() })).toEqual({
        stdout: 'out\n',
        stderr: 'err\n',
        exitCode: 3,
        failure: '',
      });
    });

    it('says that there is no such program', async () => {
      const answer = await execInPod(client, { ...request(['no-such-program']), pod: await pod() });
      expect(answer.exitCode).not.toBe(0);
      expect(`${answer.failure}${answer.stderr}`).toContain('no-such-program');
    });

    it('comes whole up to its bound, and is an error beyond it', async () => {
      const write = (bytes: number) => ['sh', '-c', `head -c ${bytes} /dev/zero | tr '\\0' x`];
      const whole = await execInPod(client, { ...request(write(100_000)), pod: await pod() });
      expect(whole.stdout).toBe('x'.repeat(100_000));
      await expect(execInPod(client, { ...request(write(100_001)), pod: await pod() })).rejects.toThrow(
        /wrote more than 100000 bytes/,
      );
    });

    it('ends with its time, and when it is cancelled', async () => {
      const slow = { ...request(['sleep', '60']), pod: await pod() };
      await expect(execInPod(client, { ...slow, timeoutMs: 500 })).rejects.toThrow(
        /^sleep in pod "\S+" of namespace kube-system did not end within 0.5 s/,
      );
      const cancel = new AbortController();
      const running = execInPod(client, { ...slow, signal: cancel.signal });
      cancel.abort(new Error('the user cancelled'));
      await expect(running).rejects.toThrow('the user cancelled');
    });

    it('whose pod is not there is refused in a sentence', async () => {
      await expect(execInPod(client, { ...request(['true']), pod: 'nobody' })).rejects.toThrow(
        /^true in pod "nobody" of namespace kube-system could not be run: .*404/,
      );
    });
  });

  it('BPF maps are read in every agent and added up', async () => {
    const space = spaceOf(client, memoryJournal());
    const [variant] = bpfMemory.variants({}, 'kube');
    const load = variant?.loads[0];
    if (load === undefined) throw new Error('The scenario has no load.');
    const argv = bpftool.argv(load, { host: '', port: 0 }, { method: 'GET', path: '/', headers: {} }, 1);
    const output = await runBpfMaps(space, facts, jobOf(argv, 1), never);
    expect(output.stderr).toBe('');
    const { values, parts, invalidReasons } = bpftool.parse(load, output);
    expect(invalidReasons).toEqual([]);
    const tracking = parts?.find(
      ({ part, metric }) => part === 'cilium_ct4_global' && metric === 'bpfMemoryBytes',
    );
    // 557,952 bytes on each of two nodes.
    expect(tracking?.value).toBe(2 * 557_952);
    expect(values.bpfMemoryBytes).toBe(
      parts?.filter(({ metric }) => metric === 'bpfMemoryBytes').reduce((sum, { value }) => sum + value, 0),
    );

    const failed = await runBpfMaps(space, facts, jobOf(['bpftool', 'prog', 'show'], 1), never);
    expect(bpftool.parse(load, failed).invalidReasons[0]).toMatch(
      /bpftool in the agent on node-\w ended with exit code 255 .*does not know this command/,
    );
  });

  describe('what components use', () => {
    /** A pod that takes a tenth of a core, whatever the machine. */
    const busy = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'busy-envoy', namespace: 'kube-system', labels: { 'k8s-app': 'cilium-envoy' } },
      spec: {
        nodeName: 'node-a',
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'busy',
            image: 'registry.local/tools:dev',
            command: ['sh', '-c', 'while :; do :; done'],
            resources: { limits: { cpu: '100m', memory: '32Mi' } },
          },
        ],
      },
    };
    beforeAll(async () => {
      await apply(client, busy);
      await answerOf(async () => {
        const pod = await client.call({ path: '/api/v1/namespaces/kube-system/pods/busy-envoy' });
        return textAt(pod, 'status', 'phase') === 'Running' ? true : undefined;
      });
    });
    afterAll(async () => {
      await remove(client, busy);
    });

    function expectUse(components: readonly ComponentUse[], source: ComponentUse['source']): void {
      const envoy = components.find(({ component }) => component === 'Cilium Envoy');
      expect(envoy).toMatchObject({ node: 'node-a', source });
      expect(envoy?.cpuCores).toBeGreaterThan(0.085);
      expect(envoy?.cpuCores).toBeLessThan(0.115);
      expect(envoy?.memoryBytes).toBeGreaterThan(10_000);
      const agents = components.filter(({ component }) => component === 'Cilium agent');
      expect(agents.map(({ node }) => node).sort()).toEqual(['node-a', 'node-b']);
      for (const { cpuCores } of agents) expect(cpuCores).toBeLessThan(0.05);
      expect(components.find(({ component }) => component === 'CoreDNS')).toMatchObject({ node: null });
    }

    it('is read from the kubelets while a load runs', async () => {
      const output = await runIdle(spaceOf(client, memoryJournal()), jobOf(['idle', '45'], 45), never);
      expectUse(output.components ?? [], 'kubelet');
    }, 120_000);

    it('is read from the metrics API by who may not ask the kubelets', async () => {
      const name = 'metrics-reader';
      const rights = [
        { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
        { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['get'] },
      ];
      const rbac = 'rbac.authorization.k8s.io/v1';
      const made = [
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'kube-system' } },
        { apiVersion: rbac, kind: 'ClusterRole', metadata: { name }, rules: rights },
        {
          apiVersion: rbac,
          kind: 'ClusterRoleBinding',
          metadata: { name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
          subjects: [{ kind: 'ServiceAccount', name, namespace: 'kube-system' }],
        },
      ];
      for (const object of made) await apply(client, object);
      const folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-agents-'));
      try {
        const answer = await client.call({
          method: 'POST',
          path: `/api/v1/namespaces/kube-system/serviceaccounts/${name}/token`,
          body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
        });
        const file = path.join(folder, 'config');
        const cluster = { server: client.server, 'insecure-skip-tls-verify': true };
        await writeFile(
          file,
          JSON.stringify({
            kind: 'Config',
            'current-context': 'reader',
            contexts: [{ name: 'reader', context: { cluster: 'there', user: 'reader' } }],
            clusters: [{ name: 'there', cluster }],
            users: [{ name: 'reader', user: { token: valueAt(answer, 'status', 'token') } }],
          }),
        );
        const reader = await openClient('reader', { ...everyone, KUBECONFIG: file });
        const capabilities = await agentCapabilities(reader, facts, new Set(['agent-restart']), never);
        expect(capabilities['component-usage']).toBeNull();
        expect(capabilities['hubble-off']).toMatch(
          /^the right to get daemonsets \(apps\) in namespace kube-system and .* is missing$/,
        );
        const output = await runIdle(spaceOf(reader, memoryJournal()), jobOf(['idle', '45'], 45), never);
        expectUse(output.components ?? [], 'metrics.k8s.io');
        reader.close();
      } finally {
        await rm(folder, { recursive: true, force: true });
        for (const object of made.reverse()) await remove(client, object);
      }
    }, 180_000);
  });
});
