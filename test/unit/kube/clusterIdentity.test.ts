import type http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clusterUidBy,
  clusterUidText,
  readClusterUid,
  tellingNamespace,
} from '../../../src/kube/clusterIdentity';
import { json, status } from './faultServer';
import { openWorkshop, type Workshop } from './workshop';

const { signal } = new AbortController();

describe('what tells a cluster in a journal', () => {
  it('is the uid of kube-system as it was ever written, and of another namespace by its mark', () => {
    expect(clusterUidText('kube-system', 'u-1')).toBe('u-1');
    expect(clusterUidText('bench', 'u-2')).toBe('namespace/bench:u-2');
  });

  it.each([
    ['d7c5c0de-0000-4000-8000-000000000001', 'kube-system'],
    ['namespace/bench:u-2', 'bench'],
    ['namespace/b:u', 'b'],
    ['', 'kube-system'],
    ['namespace/:u', 'kube-system'],
    ['namespace/../secrets:u', 'kube-system'],
    ['namespace/a/b:u', 'kube-system'],
    [`namespace/${'a'.repeat(64)}:u`, 'kube-system'],
    ['namespace/bench', 'kube-system'],
  ])('%j is compared with the uid of namespace %s', (written, namespace) => {
    expect(tellingNamespace(written)).toBe(namespace);
  });
});

describe('reading it', () => {
  let workshop: Workshop;
  /** Uid of each namespace, or a status in its place. */
  let namespaces: Readonly<Record<string, string | number>>;

  function serve(_request: http.IncomingMessage, response: http.ServerResponse, { pathname }: URL): void {
    const name = pathname.split('/').at(-1) ?? '';
    const found = namespaces[name] ?? 404;
    if (typeof found === 'string') json(response, 200, { metadata: { name, uid: found } });
    else json(response, found, status(found, found === 403 ? 'Forbidden' : 'NotFound', `"${name}"`));
  }

  beforeEach(async () => {
    workshop = await openWorkshop();
    workshop.server.handle(serve);
  });
  afterEach(() => workshop.close());

  it.each<[string, Readonly<Record<string, string | number>>, string | null, string]>([
    ['kube-system wherever it may be read', { 'kube-system': 'k', bench: 'b' }, 'bench', 'k'],
    [
      'the namespace of the run where it may not',
      { 'kube-system': 403, bench: 'b' },
      'bench',
      'namespace/bench:b',
    ],
  ])('takes %s', async (_what, there, namespace, expected) => {
    namespaces = there;
    expect(await readClusterUid(await workshop.open(), namespace, signal)).toBe(expected);
  });

  it('says which namespace may not be read where a run makes one, or where neither may be', async () => {
    namespaces = { 'kube-system': 403, bench: 403 };
    const client = await workshop.open();
    await expect(readClusterUid(client, null, signal)).rejects.toThrow(/get namespaces "kube-system".*403/);
    await expect(readClusterUid(client, 'bench', signal)).rejects.toThrow(/get namespaces "bench".*403/);
  });

  it('does not take the namespace for a cluster without kube-system', async () => {
    namespaces = { bench: 'b' };
    await expect(readClusterUid(await workshop.open(), 'bench', signal)).rejects.toThrow(
      /does not tell which cluster it is \(uid of namespace kube-system\)/,
    );
  });

  it('tells nothing by a namespace that is not there', async () => {
    namespaces = {};
    expect(await clusterUidBy(await workshop.open(), 'bench', signal)).toBeNull();
  });
});
