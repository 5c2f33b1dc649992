import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { undoCommand } from '../../../src/cli/commands/undo';
import { dispatch } from '../../../src/cli/dispatch';
import { notEnded } from '../../../src/core/run/interruptedRun';
import { createJournal, type KeptJournal } from '../../../src/store/journal';
import { thisProcess } from '../../../src/store/journalOwner';
import { createRunStore, type RunStore } from '../../../src/store/runStore';
import { json, status } from '../kube/faultServer';
import { openWorkshop, type Workshop } from '../kube/workshop';
import { aPlan, aRun, aSample } from '../store/aRun';
import { fakeContext } from './fakeContext';

const id = aRun().id;
const namespace = `/api/v1/namespaces/bench`;
let workshop: Workshop;
let store: RunStore;
let journals: string;
/** What is on the cluster, by path. */
let there: Set<string>;
let refused: Set<string>;

beforeEach(async () => {
  workshop = await openWorkshop();
  journals = path.join(workshop.folder, 'cilium-bench', 'journal');
  store = createRunStore(path.join(workshop.folder, 'runs'));
  there = new Set(['/api/v1/namespaces/kube-system', namespace]);
  refused = new Set();
  workshop.server.handle((request, response, url) => {
    const { pathname } = url;
    if (refused.has(`${request.method ?? ''} ${pathname}`)) {
      json(
        response,
        403,
        status(
          403,
          'Forbidden',
          'namespaces "bench" is forbidden: User "reader" cannot delete resource "namespaces" in API group ""',
        ),
      );
    } else if (pathname === '/api/v1/namespaces') {
      const items = [...there].filter((entry) => entry !== '/api/v1/namespaces/kube-system');
      json(response, 200, { metadata: {}, items: items.map((entry) => ({ metadata: metadataOf(entry) })) });
    } else if (!there.has(pathname)) json(response, 404, status(404, 'NotFound', 'not found'));
    else {
      if (request.method === 'DELETE') there.delete(pathname);
      json(response, 200, { metadata: metadataOf(pathname) });
    }
  });
});
afterEach(async () => {
  await workshop.close();
});

function metadataOf(file: string): object {
  return {
    name: file.split('/').at(-1),
    uid: `uid of ${file}`,
    labels: { 'cilium-bench.io/run': id, 'app.kubernetes.io/managed-by': 'cilium-bench' },
    creationTimestamp: '2026-11-23T18:49:00Z',
  };
}

async function begun(): Promise<KeptJournal> {
  const journal = createJournal({ folder: journals, runId: id, store: store.folder, now: new Date() });
  await journal.begin({
    what: 'namespace',
    old: 'none',
    new: 'bench',
    cluster: {
      context: 'test',
      server: workshop.server.address,
      clusterUid: 'uid of /api/v1/namespaces/kube-system',
    },
    undo: { kind: 'delete', path: namespace, uid: null },
  });
  return journal;
}

/** A run that was killed after its first sample. */
async function interrupted(): Promise<void> {
  await begun();
  await store
    .sink()
    .begin(aRun({ state: 'partial', stateReason: notEnded, samples: [aSample()], changes: [] }), aPlan);
  await asOfDeadProcess('"before/1"');
}

async function asOfDeadProcess(started: string, host?: string): Promise<void> {
  const file = path.join(journals, `${id}.ndjson`);
  let content = await readFile(file, 'utf8');
  content = content.replace(JSON.stringify(thisProcess().started), started);
  if (host !== undefined) content = content.replace(/"host":"[^"]*"/, `"host":"${host}"`);
  await writeFile(file, content);
}

async function undo(...words: readonly string[]) {
  const fake = fakeContext({
    cwd: workshop.folder,
    env: { ...workshop.env, XDG_DATA_HOME: workshop.folder },
  });
  const code = await dispatch(['undo', ...words], [undoCommand], '1.2.3', fake.context);
  return { code, out: fake.out(), err: fake.err() };
}

describe('undo', () => {
  it('has nothing to do where no run was interrupted', async () => {
    expect(await undo()).toEqual({
      code: 0,
      out: '',
      err: 'No interrupted run left anything that is known here.\n',
    });
    expect(await undo('--list')).toEqual({ code: 0, out: '', err: '' });
  });

  it('puts everything back, says so, removes the journal and ends the stored run', async () => {
    await interrupted();
    const { code, out } = await undo();
    expect(out).toMatch(
      /^2026-11-23-policy-overhead-x7 · test · interrupted, 1 change left · began .*\n {2}undone {2}namespace\n$/,
    );
    expect(code).toBe(0);
    expect(there.has(namespace)).toBe(false);
    expect(existsSync(path.join(journals, `${id}.ndjson`))).toBe(false);
    expect(await store.read(id)).toMatchObject({
      state: 'partial',
      stateReason: 'The run was interrupted; everything that it had changed was undone.',
      changes: [{ what: 'namespace', old: 'none', new: 'bench', undone: true }],
    });
  });

  it('lists what it could not put back, and does so the next time', async () => {
    await interrupted();
    refused.add(`DELETE ${namespace}`);
    const { code, out } = await undo(id.slice(0, 15));
    expect(out).toContain(
      '  left    namespace: The API server refused to delete namespaces "bench" (403, user reader). Ask for',
    );
    expect(code).toBe(3);
    expect((await store.read(id)).changes).toMatchObject([{ undone: false }]);
    const listed = await undo('--list');
    expect(listed.code).toBe(0);
    expect(listed.out).toContain('interrupted, 1 change left');
    expect(listed.out).toContain('  namespace: none → bench\n');
    refused.clear();
    expect((await undo()).code).toBe(0);
    expect((await store.read(id)).stateReason).toMatch(/everything that it had changed was undone/);
  });

  it('refuses a run that goes on, and leaves it alone where none is named', async () => {
    await begun();
    const named = await undo(id);
    expect(named.code).toBe(3);
    expect(named.err).toContain(`is being worked on by process ${process.pid}`);
    const all = await undo();
    expect(all.code).toBe(0);
    expect(all.err).toContain(`goes on (process ${process.pid})`);
    expect(there.has(namespace)).toBe(true);
  });

  it('undoes a run of another machine for who is sure alone', async () => {
    await begun();
    await asOfDeadProcess('"before/1"', 'web-3');
    const unsure = await undo();
    expect(unsure.code).toBe(3);
    expect(unsure.out).toContain(`cilium-bench undo ${id} --yes`);
    expect(there.has(namespace)).toBe(true);
    expect((await undo(id, '--yes')).code).toBe(0);
    expect(there.has(namespace)).toBe(false);
  });

  it('names a damaged journal, and does not say that all is undone', async () => {
    await interrupted();
    const file = path.join(journals, 'other.ndjson');
    const content = await readFile(path.join(journals, `${id}.ndjson`), 'utf8');
    await writeFile(file, content.replaceAll(id, 'other').replace('"kind":"begin"', '"kind":"bxgin"'));
    const { code, err } = await undo();
    expect(code).toBe(3);
    expect(err).toContain(`Skipped: ${file} cannot be trusted`);
    expect(there.has(namespace)).toBe(false);
  });

  it.each([
    [['a', 'b'], /undo takes one run/],
    [['elephant'], /No run "elephant" left anything/],
  ])('of %j says what is wrong', async (words, message) => {
    const { code, err } = await undo(...words);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('undo --context', () => {
  it('lists the namespaces of unknown runs, and deletes them when that is agreed to alone', async () => {
    const listed = await undo('--context', 'test');
    expect(listed.code).toBe(3);
    expect(listed.out).toMatch(new RegExp(`^bench · run ${id} · since 23 Nov 2026, .*\\n$`));
    expect(there.has(namespace)).toBe(true);
    const deleted = await undo('--context', 'test', '--yes');
    expect(deleted).toMatchObject({ code: 0, out: '  undone  namespace bench\n' });
    expect(there.has(namespace)).toBe(false);
  });

  it('leaves the namespaces of runs with a journal to that', async () => {
    await interrupted();
    expect(await undo('--context', 'test', '--yes')).toMatchObject({ code: 0, out: '' });
    expect(there.has(namespace)).toBe(true);
  });

  it('asks for objects with both labels', async () => {
    await undo('--context', 'test');
    const selector = new URL(workshop.server.requests[0]?.slice(4) ?? '', 'https://x').searchParams.get(
      'labelSelector',
    );
    expect(selector).toBe('app.kubernetes.io/managed-by=cilium-bench,cilium-bench.io/run');
  });

  it('can be kept to one run', async () => {
    expect(await undo('--context', 'test', 'other-run', '--yes')).toMatchObject({ code: 0, out: '' });
    expect(there.has(namespace)).toBe(true);
  });

  it('says what could not be deleted', async () => {
    refused.add(`DELETE ${namespace}`);
    const { code, out } = await undo('--context', 'test', '--yes');
    expect(code).toBe(3);
    expect(out).toContain('left    namespace bench: The API server refused');
  });
});
