import type { JournaledChange } from '../../../src/core/run/journal';

export function aChange(changes: Partial<JournaledChange> = {}): JournaledChange {
  return {
    what: 'namespace cilium-bench-x7',
    old: 'not there',
    new: 'made',
    cluster: { context: 'test', server: 'https://127.0.0.1:6443', clusterUid: 'cluster-1' },
    undo: { kind: 'delete', path: '/api/v1/namespaces/cilium-bench-x7', uid: null },
    ...changes,
  };
}

export const aRunId = '2026-11-23-policy-overhead-x7';
