import { expect, it } from 'vitest';
import { targetName, targetPlace } from '../../../src/core/words/targets';

it('names what stands in for a product beside the cluster, wherever the cluster is named', () => {
  const engine = 'test policy engine: nftables+Envoy, not Cilium';
  const target = { kind: 'kube', name: 'bench', fingerprint: { policyEngine: engine } } as const;
  expect(targetName(target)).toBe(`bench (${engine})`);
  expect(targetPlace(target)).toBe(`bench (${engine})`);
  expect(targetName({ ...target, fingerprint: { policyEngine: null } })).toBe('bench');
  expect(targetName({ kind: 'kube', name: 'bench' })).toBe('bench');
  expect(targetPlace({ kind: 'lab', name: 'local lab' })).toBe('the local lab');
});
