import { expect, it } from 'vitest';
import { factName } from '../../../src/core/words/factNames';

it.each([
  ['ciliumKubeProxyReplacement', 'Cilium kube-proxy replacement'],
  ['kubeProxyReplacedBy', 'kube-proxy replaced by'],
  ['ciliumL7Proxy', 'Cilium L7 proxy'],
  ['memoryGiB', 'memory GiB'],
  ['cpuModel', 'CPU model'],
  ['osImages', 'OS images'],
  ['mtu', 'MTU'],
  ['kernel', 'kernel'],
  ['cilium-config enable-policy', 'cilium-config enable-policy'],
  ['', ''],
])('%s is read as %s', (name, words) => {
  expect(factName(name)).toBe(words);
});
