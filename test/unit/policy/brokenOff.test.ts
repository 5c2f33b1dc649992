import { describe, expect, it } from 'vitest';
import { createWorkspace, type Workspace } from '../../../src/core/policy/workspace';

const policy = (name: string, rules: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: shop}}
  ingress:
    - fromEndpoints: [{matchLabels: {app: client}}]
      toPorts:
        - ports: [{port: "8080", protocol: TCP}]
${rules}`;
const http = (path: string): string => `          rules: {http: [{method: GET, path: ${path}}]}\n`;
const text = (...documents: readonly string[]): string => documents.join('---\n');

const first = text(policy('a', http('/a')), policy('b', http('/b')), policy('c', ''));
const second = text(
  policy('new', ''),
  policy('b', http('/b')),
  policy('d', http('/d')),
  policy('a', http('/a')),
);
const third = text(policy('a', http('/a')), policy('d', http('/d')));

function readAll(workspace: Workspace, file: string, what: string): void {
  const steps = workspace.set(file, what);
  while (steps.next().done !== true);
}

/** Takes so many steps and breaks off; false where there are no more. */
function readSome(workspace: Workspace, file: string, what: string, count: number): boolean {
  const steps = workspace.set(file, what);
  for (let step = 0; step < count; step += 1) if (steps.next().done === true) return false;
  steps.return();
  return true;
}

function told(texts: Readonly<Record<string, string>>): readonly unknown[] {
  const workspace = createWorkspace();
  for (const [file, what] of Object.entries(texts)) readAll(workspace, file, what);
  return Object.keys(texts).map((file) => workspace.analysis(file));
}

describe('reading that is broken off', () => {
  it.each([
    ['the text that was being read', second],
    ['a third text', third],
    ['the text from before', first],
    ['nothing', ''],
  ])('leaves no trace once the file holds %s', (_, last) => {
    const expected = told({ 'other.yaml': policy('other', ''), 'a.yaml': last });
    for (let count = 0; ; count += 1) {
      const workspace = createWorkspace();
      readAll(workspace, 'other.yaml', policy('other', ''));
      readAll(workspace, 'a.yaml', first);
      const hasMore = readSome(workspace, 'a.yaml', second, count);
      readAll(workspace, 'a.yaml', last);
      expect(
        ['other.yaml', 'a.yaml'].map((file) => workspace.analysis(file)),
        `after ${count} steps`,
      ).toEqual(expected);
      if (!hasMore) break;
      expect(count).toBeLessThan(100);
    }
  });

  it('leaves nothing in the set once the file is gone', () => {
    const expected = told({ 'other.yaml': policy('other', http('/other')) });
    const workspace = createWorkspace();
    readAll(workspace, 'other.yaml', policy('other', http('/other')));
    readAll(workspace, 'a.yaml', first);
    readSome(workspace, 'a.yaml', second, 2);
    workspace.remove('a.yaml');
    expect([workspace.analysis('other.yaml')]).toEqual(expected);
  });

  it('reads no part twice', () => {
    const workspace = createWorkspace();
    readSome(workspace, 'a.yaml', second, 2);
    const steps = [...workspace.set('a.yaml', second)].filter((step) => step === 'read');
    expect(steps).toHaveLength(2);
  });
});
