import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/registry';
import { dispatch } from '../../../src/cli/dispatch';
import { rawCilium, rawConfigMap, rawNode } from '../cluster/objects';
import { createFakeApi, refused } from '../kube/fakeApi';
import type { FakeApi } from '../kube/fakeApi';
import { openWorkshop } from '../kube/workshop';
import type { Workshop } from '../kube/workshop';
import { fakeContext } from './fakeContext';

let workshop: Workshop;
let api: FakeApi;

beforeEach(async () => {
  workshop = await openWorkshop();
  api = createFakeApi({
    identity: 'the-uid',
    nodes: [rawNode('a')],
    daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.1')],
    configMaps: [rawConfigMap('kube-system/cilium-config', { 'routing-mode': 'native' })],
  });
  workshop.server.handle(api.handler);
});
afterEach(async () => {
  await workshop.close();
});

async function cilium(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { context, out, err } = fakeContext({ env: workshop.env });
  const code = await dispatch(words, commands, '0', context);
  return { code, out: out(), err: err() };
}

describe('targets --context', { timeout: 30_000 }, () => {
  it('prints the facts of that cluster, each with the object that said so', async () => {
    const { code, out, err } = await cilium('targets', '--context', 'test');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^test {3}Cilium 1\.19 · native\n/);
    expect(out).toContain('· DaemonSet kube-system/cilium: named cilium');
    expect(out).toContain('· ConfigMap kube-system/cilium-config: routing-mode: native');
    expect(workshop.server.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  it('prints one JSON document without a secret in it', async () => {
    const { code, out } = await cilium('targets', '--context', 'test', '--json');
    expect(code).toBe(0);
    expect(out).not.toContain('very-secret');
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      targets: [
        {
          kind: 'kube',
          name: 'test',
          server: workshop.server.address,
          user: 'reader',
          fingerprint: { network: 'Cilium', ciliumRouting: 'native' },
          facts: { identity: { known: true, value: 'the-uid' }, notRead: [] },
        },
      ],
      problems: [],
    });
  });

  it('ends in order where a list is refused, and says which', async () => {
    api.fault('/api/v1/nodes', refused);
    const { code, out } = await cilium('targets', '--context', 'test');
    expect(code).toBe(0);
    expect(out).toMatch(
      /Not read: Nodes\n +Nodes +the API server refused to list nodes \(403, user reader\)\n/,
    );
  });

  it('exits with 3 and one line where nothing listens', async () => {
    await workshop.server.close();
    const { code, out, err } = await cilium('targets', '--context', 'test');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(/^cilium-bench: Nothing listens at https:\/\/127\.0\.0\.1:\d+\. [^\n]+\n$/);
  });

  it('exits with 2 where no kubeconfig has the context', async () => {
    const { code, err } = await cilium('targets', '--context', 'absent');
    expect(code).toBe(2);
    expect(err).toMatch(/^cilium-bench: No kubeconfig has the context "absent" [^\n]+\n$/);
    expect(workshop.server.requests).toEqual([]);
  });
});

describe('targets', { timeout: 30_000 }, () => {
  it('contacts no cluster', async () => {
    const { code, out } = await cilium('targets', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ targets: [{ kind: 'lab' }, { kind: 'kube', name: 'test' }] });
    expect(workshop.server.connections.made).toBe(0);
  });
});
