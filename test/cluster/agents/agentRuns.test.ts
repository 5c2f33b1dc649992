/**
 * The scenarios about Cilium's agents as whole runs, from plan to summary, with stand-in agents: documented output, not Cilium.
 * That Hubble costs nothing here says nothing about Hubble: the stand-ins have none.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/core/result/run';
import { makePlan } from '../../../src/core/plan/makePlan';
import type { Consent } from '../../../src/core/plan/consents';
import { findProfile } from '../../../src/core/plan/profiles';
import { findScenario } from '../../../src/core/scenario/registry';
import type { Target } from '../../../src/core/target';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { readClusterFacts } from '../../../src/kube/facts/readClusterFacts';
import { createKubeTarget } from '../../../src/kube/target';
import { answerOf } from '../answerOf';
import { settings, shortPlan } from '../benchPlan';
import { benchNamespaces, conducted, kubeconfig, memoryJournal, never, testClient } from '../benchSupport';
import { agentUid, apply, factsOf, nodeConfigNames, remove, standInObjects } from './standIn';

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`../../unit/agents/${name}`, import.meta.url), 'utf8');

describe.skipIf(kubeconfig === '')('runs about the agents', () => {
  let client: KubeClient;
  let objects: readonly object[] = [];

  beforeAll(async () => {
    client = await testClient();
    objects = await standInObjects({
      'status-on.json': await fixture('documented/cilium-1.19.4-on.json'),
      'status-off.json': await fixture('documented/cilium-1.19.4-off.json'),
      'maps.json': await fixture('captured/bpftool-7.1-bpffs.json'),
    });
    for (const object of objects) await apply(client, object);
    const facts = await answerOf(async () => {
      const found = await factsOf(client);
      return found.cilium?.agent ? found : undefined;
    });
    for (const node of ['node-a', 'node-b']) await agentUid(client, facts, node);
  }, 120_000);

  afterAll(async () => {
    for (const object of [...objects].reverse()) await remove(client, object);
    client.close();
  });

  function target(allow: readonly Consent[] = ['agent-restart', 'agent-exec']): Target {
    return createKubeTarget({
      client,
      settings: { ...settings, allow: new Set(allow) },
      readFacts: async (asked, signal) => (await readClusterFacts(asked, { signal })).facts,
    });
  }

  async function run(scenario: string, seconds: number, notMeasured: readonly string[]): Promise<Run> {
    const on = target();
    const plan = makePlan(findScenario(scenario), {
      profile: { ...findProfile('quick'), rounds: 2, askedSeconds: seconds },
      parameters: {},
      policy: null,
      on: 'kube',
      target: await on.capabilities(never),
      seed: 1,
    });
    expect(plan.notMeasured.map(({ what }) => what)).toEqual(notMeasured);
    const journal = memoryJournal();
    const { run: ended } = await conducted(plan, on, { journal });
    expect(ended.stateReason).toBeUndefined();
    expect(ended.state).toBe('complete');
    expect([...journal.open.values()]).toEqual([]);
    expect(await benchNamespaces(client)).toEqual([]);
    expect(await nodeConfigNames(client)).toEqual([]);
    return ended;
  }

  it('hubble has an effect of each load, both settings shown to be in force, and is put back', async () => {
    const ended = await run('hubble', 1, ['CPU a request']);
    const rps = ended.effects.filter(({ metric }) => metric === 'rps');
    expect(rps.map(({ variant, baseline }) => `${variant} against ${baseline}`)).toEqual([
      'on against off',
      'on-short against off-short',
    ]);
    expect(
      ended.samples
        .flatMap(({ invalidReasons }) => invalidReasons)
        // The agents that the run restarts itself spoil nothing.
        .filter((reason) => /setting|restarted|replaced/.test(reason)),
    ).toEqual([]);
    expect(ended.changes.every(({ undone }) => undone)).toBe(true);
    expect(ended.changes.length).toBeGreaterThan(1);
  }, 300_000);

  it('bpf-memory has a figure of each of Cilium’s maps, and their sum', async () => {
    const ended = await run('bpf-memory', 1, []);
    const [maps] = ended.variants;
    expect(maps?.metrics.bpfMemoryBytes?.n).toBe(2);
    const sum = (maps?.parts ?? []).reduce(
      (total, { metrics }) => total + (metrics.bpfMemoryBytes?.median ?? 0),
      0,
    );
    expect(sum).toBe(maps?.metrics.bpfMemoryBytes?.median);
    const names = maps?.parts?.map(({ part }) => part);
    expect(names).toContain('cilium_policy_v2_*');
    expect(names).not.toContain('other_map');
  }, 120_000);

  describe('service-scale calibrates with the first Services', () => {
    const notCalibrated = /^entries of Cilium’s service map that a Service takes \(not calibrated/;
    const conductedWith = async (services: string, on: Target) => {
      const plan = shortPlan('service-scale', {
        parameters: { services },
        target: await on.capabilities(never),
      });
      const journal = memoryJournal();
      return {
        checks: await on.preflight(plan, never),
        journal,
        run: () => conducted(plan, on, { journal }),
      };
    };

    it('what one takes of the map of the stand-ins, which is nine entries', async () => {
      const { checks, run } = await conductedWith('0,150', target());
      expect(checks.find(({ id }) => id === 'service-map-calibration')?.level).toBe('ok');
      const { run: ended } = await run();
      expect(ended.stateReason).toBeUndefined();
      expect(ended.notMeasured.filter(({ what }) => notCalibrated.test(what))).toEqual([]);
      expect(ended.changes.map((change) => change.new)).toContain(
        '150 Services besides the measured one, 9 entries each of Cilium’s service map',
      );
      expect(await benchNamespaces(client)).toEqual([]);
    }, 300_000);

    it('and stops before the map is full, with nothing left', async () => {
      const { checks, journal, run } = await conductedWith('0,8000', target());
      // What is reckoned, six entries each, has room.
      expect(checks.filter(({ level }) => level === 'blocks')).toEqual([]);
      await expect(run()).rejects.toThrow(
        /^8.000 Services need 72.054 entries of Cilium’s service map \(9 each, as measured here\), and 6\d.\d{3} of 65.536 are free\. Ask for 7.\d{3} Services or fewer, or set bpf-lb-service-map-max/,
      );
      expect(journal.open.size).toBe(0);
      expect(await benchNamespaces(client)).toEqual([]);
    }, 300_000);

    it('and says why not where commands in the agents were not agreed to', async () => {
      const { checks, run } = await conductedWith('0,150', target([]));
      expect(checks.find(({ id }) => id === 'service-map-calibration')?.level).toBe('warning');
      const { run: ended } = await run();
      expect(ended.stateReason).toBeUndefined();
      const said = ended.notMeasured.filter(({ what }) => notCalibrated.test(what));
      expect(said.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/not agreed to \(agent-exec\)$/),
      ]);
    }, 300_000);
  });
});
