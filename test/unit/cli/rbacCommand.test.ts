import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { rbacCommand } from '../../../src/cli/commands/rbac';
import { dispatch } from '../../../src/cli/dispatch';
import { fakeContext } from './fakeContext';

it('prints the listing of pods that findings are counted with, and what a run is without it', async () => {
  const { context, out } = fakeContext();
  expect(await dispatch(['rbac', 'rps', '--namespace', 'bench'], [rbacCommand], '1', context)).toBe(0);
  const documents = parseAllDocuments(out()).map(
    (document) => document.toJS() as { kind: string; rules: object[] },
  );
  expect(documents.map(({ kind }) => kind)).toEqual(['ClusterRole', 'Role', 'Role']);
  expect(documents[0]?.rules).toContainEqual({ apiGroups: [''], resources: ['pods'], verbs: ['list'] });
  expect(out()).toContain('# to count the pods that a finding in a manifest touches (a run can do without)');
});
