import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import { itemKinds } from '../../../src/ids';
import { createJournal } from '../../../src/store/journal';
import { defaultJournalFolder } from '../../../src/store/runsFolder';
import type { Parts } from '../../../src/ui/main';
import type { NodeTree } from '../../../src/ui/tree/nodeTree';
import { activated } from './extension';
import { exampleRun, storeRun, useOwnStore } from './storedRun';

const kubeconfig = `apiVersion: v1
kind: Config
current-context: prod-eu-1
clusters:
  - name: staging
    cluster: { server: https://staging.example.test:6443 }
  - name: prod
    cluster: { server: https://prod.example.test:6443 }
contexts:
  - name: staging
    context: { cluster: staging, user: reader, namespace: shop }
  - name: prod-eu-1
    context: { cluster: prod, user: reader }
users:
  - name: reader
    user: { token: not-a-secret }
`;

async function items<Node>(tree: NodeTree<Node>, node?: Node): Promise<vscode.TreeItem[]> {
  return (await tree.children(node)).map((child) => tree.item(child));
}
const text = ({ label }: vscode.TreeItem): string =>
  typeof label === 'string' ? label : (label?.label ?? '');

describe('the trees', () => {
  const kubeconfigBefore = process.env['KUBECONFIG'];
  let folder: string;
  let access: Parts;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kube-'));
    access = await activated();
  });
  after(async () => {
    if (kubeconfigBefore === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = kubeconfigBefore;
    await rm(folder, { recursive: true, force: true });
  });

  describe('Targets', () => {
    it('lists the contexts, the active one first and marked, and the lab', async () => {
      const file = path.join(folder, 'config');
      await writeFile(file, kubeconfig);
      process.env['KUBECONFIG'] = file;
      const roots = await items(access.targets);
      assert.deepEqual(roots.map(text), ['prod-eu-1', 'staging', 'Local lab']);
      assert.equal(roots[0]?.description, 'active · not asked yet');
      assert.equal(roots[1]?.description, 'not asked yet');
      assert.equal(roots[2]?.contextValue, itemKinds.target);
    });

    it('says of a context what its file says, and names no credential', async () => {
      const [item] = await items(access.targets);
      const said = typeof item?.tooltip === 'string' ? item.tooltip : '';
      assert.match(said, /Server: https:\/\/prod\.example\.test:6443/);
      assert.match(said, /User: reader/);
      assert.match(said, /Namespace: default/);
      assert.match(said, /not contacted before/);
      assert.doesNotMatch(said, /not-a-secret/);
    });

    it('makes a kubeconfig that cannot be read a node with its reason', async () => {
      const file = path.join(folder, 'broken');
      await writeFile(file, 'contexts: {a: [');
      process.env['KUBECONFIG'] = file;
      const roots = await items(access.targets);
      assert.deepEqual(roots.map(text), [file, 'Local lab']);
      assert.match(String(roots[0]?.description), /not a kubeconfig/);
      assert.equal(roots[0]?.contextValue, itemKinds.failedTarget);
    });

    it('shows the lab where there is no kubeconfig, and what to do for a cluster, with Retry', async () => {
      process.env['KUBECONFIG'] = path.join(folder, 'none');
      const roots = await items(access.targets);
      assert.deepEqual(roots.map(text), ['Local lab', 'No cluster']);
      assert.equal(roots[1]?.contextValue, itemKinds.failedTarget);
      assert.match(typeof roots[1].tooltip === 'string' ? roots[1].tooltip : '', /KUBECONFIG.*Retry/);
    });
  });

  describe('Runs', () => {
    it('lists past runs by day with what they found, and what could not be read', async () => {
      const store = await useOwnStore();
      await storeRun(
        store,
        exampleRun('2026-11-23-policy-overhead-x7', { file: 'shop.yaml', textHash: 'abc' }),
      );
      await mkdir(path.join(store, 'cut-short'));
      await writeFile(path.join(store, 'cut-short', 'run.json'), '{"schemaVersion": 1, "id"');

      const roots = await access.runs.children(undefined);
      assert.deepEqual(
        roots.map((node) => text(access.runs.item(node))),
        ['Today', 'Not read'],
      );
      const [run] = await items(access.runs, roots[0]);
      assert.equal(run?.contextValue, itemKinds.run);
      assert.match(String(run.description), /−67\u2009% RPS · L7 through Envoy/);
      assert.deepEqual(run.command?.arguments, ['2026-11-23-policy-overhead-x7']);
      const [skipped] = await items(access.runs, roots[1]);
      assert.equal(skipped && text(skipped), path.join('cut-short', 'run.json'));
      assert.match(String(skipped?.description), /cut short/);
    });

    it('begin with those that were interrupted, once their process has ended', async () => {
      const store = await useOwnStore();
      const journals = defaultJournalFolder(process.env);
      const runId = '2026-11-23-rps-k4';
      const journal = createJournal({ folder: journals, runId, store, now: new Date() });
      await journal.begin({
        what: 'namespace',
        old: 'none',
        new: 'cilium-bench-k4',
        cluster: { context: 'prod-eu-1', server: 'https://prod.example.test:6443', clusterUid: '1' },
        undo: { kind: 'delete', path: '/api/v1/namespaces/cilium-bench-k4', uid: null },
      });
      try {
        assert.deepEqual(await access.runs.children(undefined), []);
        await journal.end();
        const [item, ...others] = await items(access.runs);
        assert.equal(others.length, 0);
        assert.equal(item && text(item), 'prod-eu-1');
        assert.equal(item?.description, 'interrupted · 1 change to undo');
        assert.equal(item.contextValue, itemKinds.interrupted);
        assert.match(
          typeof item.tooltip === 'string' ? item.tooltip : '',
          /namespace: none → cilium-bench-k4/,
        );
      } finally {
        await rm(journals, { recursive: true, force: true });
      }
    });

    it('are none in an empty store, so that the welcome text shows', async () => {
      await useOwnStore();
      assert.deepEqual(await access.runs.children(undefined), []);
    });
  });
});
