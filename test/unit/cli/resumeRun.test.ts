import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resumeRun, type OpenKubeTarget } from '../../../src/cli/resumeRun';
import { makePlan } from '../../../src/core/plan/makePlan';
import { findProfile } from '../../../src/core/plan/profiles';
import { conduct } from '../../../src/core/run/conduct';
import { findScenario } from '../../../src/core/scenario/registry';
import type { OpenOptions } from '../../../src/core/target';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import type { RunSettings } from '../../../src/kube/runSettings';
import { settingsToJson } from '../../../src/kube/runSettingsJson';
import { createJournal } from '../../../src/store/journal';
import { thisProcess } from '../../../src/store/journalOwner';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { everything, fakeBench, fakeClock, fakeTarget, policyChoice } from '../run/fakes';
import { aChange } from '../store/journals';
import { fakeContext } from './fakeContext';

const id = '2026-11-23-policy-overhead-x7';
const settings = runSettingsFrom({ allow: ['host-network'] });
const plan = makePlan(findScenario('policy-overhead'), {
  profile: findProfile('quick'),
  parameters: {},
  policy: policyChoice,
  on: 'kube',
  target: { ...everything, policyKind: 'CiliumNetworkPolicy' },
  seed: 7,
});
const fingerprint = { kernel: '6.18', clientNode: 'node-a', podCpu: '2' };
let folder: string;
let store: RunStore;
let journalFile: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-resume-'));
  store = createRunStore(path.join(folder, 'runs'));
  journalFile = path.join(folder, 'cilium-bench', 'journal', `${id}.ndjson`);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const target = (over: Parameters<typeof fakeTarget>[1], bench = fakeBench({ clock: fakeClock() })) => ({
  ...fakeTarget(bench, {
    kind: 'kube',
    name: 'test',
    fingerprint: () => Promise.resolve(fingerprint),
    ...over,
  }),
  close: () => undefined,
});

/** A run that is gone after its fourth sample, as after kill -9: nothing of it is closed. */
async function interrupt(): Promise<void> {
  const journal = createJournal({
    folder: path.dirname(journalFile),
    runId: id,
    store: store.folder,
    now: new Date(),
  });
  const opened = target({
    open: async () => {
      await journal.begin(aChange());
      return fakeBench({ clock: fakeClock() });
    },
  });
  const sink = store.sink({ schemaVersion: 1, context: 'test', settings: settingsToJson(settings) });
  const events = conduct(plan, opened, {
    id,
    sink,
    journal,
    clock: fakeClock(),
    signal: new AbortController().signal,
  });
  for (let samples = 0; samples < 4;) {
    const next = await events.next();
    if (next.done === true) throw new Error('The run ended.');
    if (next.value.kind === 'sample') samples += 1;
  }
  const content = await readFile(journalFile, 'utf8');
  await writeFile(journalFile, content.replace(JSON.stringify(thisProcess().started), '"before/1"'));
}

async function resume(openTarget: OpenKubeTarget) {
  // No kubeconfig: what the fake bench leaves in the journal cannot be undone here, and stays.
  const fake = fakeContext({ env: { XDG_DATA_HOME: folder, HOME: folder } });
  const { run } = await resumeRun('2026', false, openTarget, fake.context);
  return { run, err: fake.err() };
}

const planned = plan.steps.flatMap((step) => (step.kind === 'sample' ? [step.sample.id] : []));

describe('a run that goes on', () => {
  it('keeps its samples, takes the missing ones on the same target, and is stored whole', async () => {
    await interrupt();
    const before = await store.read(id);
    expect(before.samples).toHaveLength(4);
    const asked: { context?: string; settings?: RunSettings; options?: OpenOptions } = {};
    const bench = fakeBench({ clock: fakeClock() });
    const { run, err } = await resume((context, given) => {
      Object.assign(asked, { context, settings: given });
      return Promise.resolve(
        target({
          open: async (_plan, options) => {
            asked.options = options;
            await options.journal.undone(1);
            return bench;
          },
        }),
      );
    });
    expect(asked).toMatchObject({ context: 'test', options: { runId: id, resume: true } });
    expect(asked.settings).toEqual({ ...settings, clientNode: 'node-a', cpu: '2' });
    expect(run.state).toBe('complete');
    expect(run.startedAt).toBe(before.startedAt);
    expect(run.samples.map((sample) => sample.id)).toEqual(planned);
    expect(run.samples.slice(0, 4)).toEqual(before.samples);
    expect(bench.log.filter((line) => line.startsWith('run'))).toHaveLength(planned.length - 4);
    expect(await store.read(id)).toEqual(run);
    expect(err).toMatch(/^Run 2026-11-23-policy-overhead-x7 goes on: \d+ samples left, about /);
    expect(existsSync(journalFile)).toBe(false);
  });

  it('says what its first half left, and keeps the journal for undo', async () => {
    await interrupt();
    const { run, err } = await resume(() => Promise.resolve(target({})));
    expect(run.state).toBe('complete');
    expect(err).toContain('left    namespace cilium-bench-x7: No kubeconfig has the context "test"');
    expect(err).toContain(`cilium-bench undo ${id}`);
    expect(existsSync(journalFile)).toBe(true);
  });

  it('is refused on a target that has changed, and can still be undone', async () => {
    await interrupt();
    const other = () =>
      Promise.resolve(target({ fingerprint: () => Promise.resolve({ ...fingerprint, kernel: '6.19' }) }));
    await expect(resume(other)).rejects.toThrow(/has changed since the run was interrupted: kernel/);
    const content = await readFile(journalFile, 'utf8');
    expect(content).toContain('"kind":"release"');
    expect((await store.read(id)).samples).toHaveLength(4);
  });

  it.each([
    ['plan.json', '{"schemaVersion":1}', /Its plan cannot be read/],
    ['resume.json', '', /was not stored/],
    ['run.json', '{', /no readable run\.json/],
    ['resume.json', '{"schemaVersion":1,"context":"prod"}', /about test, and it was begun on prod/],
    [
      'resume.json',
      '{"schemaVersion":1,"context":"test","settings":{}}',
      /settings stored with the run cannot be used/,
    ],
  ])('is refused where its %s is %j', async (name, content, reason) => {
    await interrupt();
    await writeFile(path.join(store.folderOf(id), name), content);
    await expect(resume(() => Promise.reject(new Error('must not be asked')))).rejects.toThrow(reason);
    expect(existsSync(journalFile)).toBe(true);
  });

  it('is refused where nothing of it is known', async () => {
    await expect(resume(() => Promise.reject(new Error('must not be asked')))).rejects.toMatchObject({
      kind: 'usage',
    });
  });
});
