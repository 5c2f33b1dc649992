import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands, itemKinds } from '../../../src/ids';
import type { Parts } from '../../../src/ui/main';
import type { TargetNode } from '../../../src/ui/tree/targetNode';
import { rawNode } from '../../unit/cluster/objects';
import { createFakeApi, refused, type FakeApi } from '../../unit/kube/fakeApi';
import { startFaultServer, type FaultServer } from '../../unit/kube/faultServer';
import { checkoutPolicy, ciliumPolicies, exampleCluster, kubeconfigFor, shopPods } from '../exampleCluster';
import { activated, openManifest, until } from './extension';
import { exampleRun, storeRun, useOwnStore } from './storedRun';

const text = ({ label }: vscode.TreeItem): string =>
  typeof label === 'string' ? label : (label?.label ?? '');
const hint = ({ tooltip }: vscode.TreeItem): string => (typeof tooltip === 'string' ? tooltip : '');

describe('a cluster in the tree', () => {
  const kubeconfigBefore = process.env['KUBECONFIG'];
  let folder: string;
  let server: FaultServer;
  let api: FakeApi;
  let access: Parts;

  before(async () => {
    access = await activated();
    folder = await mkdtemp(path.join(os.tmpdir(), 'kube-'));
    server = await startFaultServer();
    const config = path.join(folder, 'config');
    await writeFile(config, kubeconfigFor(server, 'prod', 'gone'));
    process.env['KUBECONFIG'] = config;
  });
  after(async () => {
    if (kubeconfigBefore === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = kubeconfigBefore;
    // Nothing of these contexts is followed any more.
    await access.targets.children(undefined);
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    api = exampleCluster();
    server.handle(api.handler);
    // As after Refresh: nothing is known of any cluster.
    await access.commands[commands.refresh]();
  });

  const context = async (name: string): Promise<TargetNode> => {
    const roots = await access.targets.children(undefined);
    const found = roots.find((node) => node.kind === 'context' && node.context.name === name);
    assert.ok(found, `no context ${name}`);
    return found;
  };
  const children = async (node: TargetNode): Promise<[TargetNode, vscode.TreeItem][]> =>
    (await access.targets.children(node)).map((child) => [child, access.targets.item(child)]);
  /** The child of that label, as soon as it is there and as it should be. */
  const child = (
    parent: TargetNode,
    label: string,
    fits: (item: vscode.TreeItem) => boolean = () => true,
  ): Promise<[TargetNode, vscode.TreeItem]> =>
    until(`${label} below ${text(access.targets.item(parent))}`, async () =>
      (await children(parent)).find(([, item]) => text(item) === label && fits(item)),
    );
  const says = (words: string | RegExp) => (item: vscode.TreeItem) =>
    typeof words === 'string' ? item.description === words : words.test(String(item.description));

  it('is not contacted before its context is opened', async () => {
    const before = server.requests.length;
    const prod = await context('prod');
    assert.equal(access.targets.item(prod).description, 'active · not asked yet');
    assert.equal(server.requests.length, before);
  });

  it('tells its facts with who said so, and follows them', async () => {
    const prod = await context('prod');
    await child(prod, 'Nodes', says(/^2 ready/));
    await until(
      'the summary',
      () => access.targets.item(prod).description === 'Cilium 1.19 · native' || undefined,
    );
    const [datapath] = await child(prod, 'Datapath');
    assert.match(access.targets.item(prod).accessibilityInformation?.label ?? '', /active context, Cilium/);
    const [, routing] = await child(datapath, 'Routing');
    assert.equal(routing.description, 'native');
    assert.match(hint(routing), /ConfigMap kube-system\/cilium-config/);

    await until('the nodes to be watched', () => api.watches('/api/v1/nodes') === 1 || undefined);
    api.send('/api/v1/nodes', 'ADDED', rawNode('c'));
    await child(prod, 'Nodes', says(/^3 ready/));
  });

  it('lists policies by namespace, with a badge where one goes through a proxy', async () => {
    await useOwnStore();
    const prod = await context('prod');
    const [policies] = await child(prod, 'Policies', says('4 · 1 through a proxy'));
    assert.deepEqual(
      (await children(policies)).map(([, item]) => `${text(item)}: ${String(item.description)}`),
      ['Whole cluster: 1', 'infra: 1', 'shop: 2 · 1 through a proxy'],
    );
    const [shop] = await child(policies, 'shop');
    const [, checkout] = await child(shop, 'checkout');
    assert.match(String(checkout.description), /^−86 to −89.% RPS published.* · L7 through Envoy$/);
    assert.match(hint(checkout), /All TCP traffic to port 8080 of pods app=checkout goes through Envoy/);
    const [, peers] = await child(shop, 'peers');
    assert.equal(peers.description, 'CiliumNetworkPolicy');

    await until('the policies to be watched', () => api.watches(ciliumPolicies) === 1 || undefined);
    api.send(ciliumPolicies, 'DELETED', checkoutPolicy);
    await child(prod, 'Policies', says('3'));
  });

  it('says of each benchmark that it can run, or why not', async () => {
    api = createFakeApi({ nodes: [rawNode('a')] });
    server.handle(api.handler);
    const prod = await context('prod');
    const [benchmarks] = await child(prod, 'Benchmarks', says(/can run · \d cannot$/));
    const [, throughput] = await child(benchmarks, 'TCP throughput');
    assert.equal(throughput.description, 'can run · asks for host-network');
    assert.equal(throughput.contextValue, itemKinds.benchmark);
    // What the agents are asked comes later, and is drawn from the context on.
    const hubble = await until('the reason against Hubble', async () => {
      const [found] = await child(prod, 'Benchmarks');
      const [, item] = await child(found, 'Hubble');
      return /^cannot run, because Cilium does not run here/.test(String(item.description))
        ? item
        : undefined;
    });
    assert.equal(hubble.contextValue, undefined);
  });

  it('shows the runs on it, and no others', async () => {
    const store = await useOwnStore();
    const run = exampleRun('2026-11-23-policy-overhead-k1', { file: 'shop.yaml', textHash: 'abc' });
    await storeRun(store, run);
    await storeRun(store, {
      ...run,
      id: '2026-11-23-policy-overhead-k2',
      target: { ...run.target, kind: 'kube', name: 'prod' },
    });
    const prod = await context('prod');
    const [runs] = await child(prod, 'Runs', says('1'));
    const [[node, item] = assert.fail('no run')] = await children(runs);
    assert.deepEqual(item.command?.arguments, ['2026-11-23-policy-overhead-k2']);
    assert.equal(item.contextValue, itemKinds.run);
    assert.equal(node.kind, 'run');
  });

  it('says what may not be read beside what may, to be asked again', async () => {
    api.fault('/api/v1/services', refused);
    const prod = await context('prod');
    const [notRead, item] = await child(prod, 'Not read');
    assert.equal(item.contextValue, itemKinds.failedTarget);
    const [, services] = await child(notRead, 'Services');
    assert.match(String(services.description), /refused to list services \(403/);
    assert.equal(access.targets.item(prod).description, 'Cilium 1.19 · native');

    api.fault('/api/v1/services', undefined);
    await access.commands[commands.retryTarget](notRead);
    await until('Not read to be gone', async () => {
      const labels = (await children(prod)).map(([, { label }]) => label);
      return labels.includes('Headroom') && !labels.includes('Not read') ? true : undefined;
    });
  });

  it('is a node with the reason where nothing may be read, and asked again by Retry alone', async () => {
    server.handle(refused);
    const prod = await context('prod');
    const [[failed, item] = assert.fail('no node'), ...others] = await children(prod);
    assert.deepEqual(others, []);
    assert.match(String(item.description), /403, user reader/);
    assert.equal(item.contextValue, itemKinds.failedTarget);
    assert.equal(access.targets.item(prod).description, 'cannot be read');

    const asked = server.requests.length;
    await children(prod);
    assert.equal(server.requests.length, asked, 'drawing it anew asks the cluster anew');

    server.handle(api.handler);
    await access.commands[commands.retryTarget](failed);
    await child(prod, 'Datapath');
  });

  it('says while it does not answer that what is shown grows old, and no longer once it answers', async function () {
    this.timeout(120_000);
    const prod = await context('prod');
    await child(prod, 'Nodes', says(/^2 ready/));
    const watched = [
      '/api/v1/nodes',
      '/api/v1/namespaces',
      '/api/v1/namespaces/kube-system/configmaps',
      '/apis/apps/v1/daemonsets',
      '/apis/cilium.io/v2alpha1/ciliumnodeconfigs',
    ];
    await until('all to be watched', () => watched.every((path) => api.watches(path) === 1) || undefined);
    // What is asked once is answered: that must not be what tells that the cluster is back.
    await until('the agents to be asked', async () => {
      const [found] = await child(prod, 'Benchmarks');
      const [, hubble] = await child(found, 'Hubble');
      return !/not been asked yet/.test(String(hubble.description)) || undefined;
    });
    server.handle((_request, response) => response.destroy());
    api.cutWatches();
    const [, item] = await child(prod, 'The cluster does not answer now');
    assert.equal(item.contextValue, itemKinds.failedTarget);
    assert.equal(access.targets.item(prod).description, 'Cilium 1.19 · native · does not answer now');
    await child(prod, 'Nodes', says(/^2 ready/));

    server.handle(api.handler);
    const isBack = () => access.targets.item(prod).description === 'Cilium 1.19 · native' || undefined;
    await until('the cluster to be back', isBack, 60_000);
  });

  it('says beside a manifest how many of its pods are matched, once it is open, and is asked nothing before', async () => {
    await useOwnStore();
    const document = await openManifest(`apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: checkout, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: checkout } }
  ingress:
    - toPorts:
        - ports: [{ port: "8080", protocol: TCP }]
          rules:
            http: [{ method: GET }]
`);
    const hover = async (): Promise<string> => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        new vscode.Position(9, 13),
      );
      const parts = hovers.flatMap(({ contents }) => contents);
      return parts.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')).join('\n');
    };
    const asked = (): number => server.requests.filter((request) => request.includes(shopPods)).length;
    const before = asked();
    assert.match(await until('the hover', async () => (await hover()) || undefined), /Envoy/);
    assert.equal(asked(), before);

    await child(await context('prod'), 'Policies');
    const text = await until('the pods in the hover', async () => {
      const found = await hover();
      return found.includes('On prod') ? found : undefined;
    });
    assert.match(
      text,
      /On prod it matches 2 of 3 pods in shop; 2 of 6 declared ports there go through the proxy/,
    );
    await hover();
    assert.equal(asked(), before + 1, 'the pods are kept for a while');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('is a node with the reason where it cannot be reached', async () => {
    const [[, item] = assert.fail('no node')] = await children(await context('gone'));
    assert.match(String(item.description), /127\.0\.0\.1:9/);
    assert.equal(item.contextValue, itemKinds.failedTarget);
  });
});
